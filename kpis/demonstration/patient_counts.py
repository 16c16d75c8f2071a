"""Counts of patients' records: ethnicity, needs, interpreters, complaints; and the equality scores of services. Pure."""

from __future__ import annotations

from kpis.catalogue import Measure
from kpis.demonstration.draws import allocate, amount, count
from kpis.demonstration.situation import Numbers, Situation, keys_of

# Records in a quarter for each person in post, by setting and kind of organisation.
RECORDS = {
    "acute": {"emergency": 6.2, "outpatient": 24.0, "inpatient": 6.0, "community": 1.5},
    "acute_specialist": {"emergency": 1.2, "outpatient": 19.0, "inpatient": 4.0, "community": 0.5},
    "mental_health": {"emergency": 0.4, "outpatient": 4.0, "inpatient": 0.3, "community": 9.0},
    "community": {"emergency": 1.8, "outpatient": 5.0, "inpatient": 0.2, "community": 26.0},
    "ambulance": {"emergency": 41.0, "outpatient": 0.0, "inpatient": 0.0, "community": 0.8},
}
HARDER = {"emergency": 0.05, "outpatient": 0.0, "inpatient": -0.02, "community": 0.03}


def patient_ethnicity(at: Situation, measure: Measure) -> Numbers:
    """Records by setting: valid code, not stated, not known, nothing."""
    draw = at.draw("patient ethnicity")
    numbers: Numbers = {}
    for setting, per_head in RECORDS[at.profile.kind].items():
        records = amount(draw, at.patients * per_head, 0.03)
        valid = count(draw, records, min(0.99, at.rate("patients.ethnicity_valid") - HARDER[setting]))
        parts = allocate(records - valid, [0.45, 0.30, 0.25])
        for column, number in zip(("valid", "not_stated", "not_known", "missing"), (valid, *parts), strict=True):
            numbers[setting, column] = number
    return numbers


def accessible_information(at: Situation, measure: Measure) -> Numbers:
    """Patients asked about their communication needs, and how often the needs were met."""
    draw = at.draw("accessible information")
    seen = amount(draw, at.patients * 11, 0.03)
    recorded = count(draw, seen, at.rate("patients.needs_recorded"))
    contacts = count(draw, recorded, 0.055)
    met = count(draw, contacts, at.rate("patients.needs_met"))
    return {("seen", "value"): seen, ("recorded", "value"): recorded, ("contacts", "value"): contacts, ("met", "value"): met}


def interpreters(at: Situation, measure: Measure) -> Numbers:
    """Bookings asked for and met."""
    draw = at.draw("interpreters")
    bookings = amount(draw, 30 + at.patients * 2.4 * (0.04 + at.rate("staff.bme")), 0.04)
    parts = allocate(bookings, [0.50, 0.36, 0.11, 0.03])
    easier = {"spoken_face": 0.0, "spoken_remote": 0.02, "bsl_face": -0.06, "bsl_remote": -0.02}
    numbers: Numbers = {}
    for row, requested in zip(keys_of(measure), parts, strict=True):
        numbers[row, "requested"] = requested
        numbers[row, "fulfilled"] = count(draw, requested, min(0.99, at.rate("interpreters.fulfilled") + easier[row]))
    return numbers


COMPLAINT_FIELDS = {"ethnicity": 0.30, "disability": 0.22, "age": 0.45, "sex": 0.48, "orientation": 0.06, "religion": 0.10}


def complaints_recording(at: Situation, measure: Measure) -> Numbers:
    """Complaints received, and how many have each characteristic recorded."""
    draw = at.draw("complaints")
    received = amount(draw, 5 + at.headcount * 0.02 * at.lasting(0.8, 1.2, "complaints"), 0.08)
    complete = count(draw, received, at.rate("complaints.complete"))
    numbers: Numbers = {("received", "value"): received, ("complete", "value"): complete}
    for field, more in COMPLAINT_FIELDS.items():
        numbers[field, "value"] = complete + count(draw, received - complete, 0.35 + more)
    return numbers


def eds_scores(at: Situation, measure: Measure) -> Numbers:
    """Scores from 0 to 3 of an equality scoring panel, rising slowly; also of other panels with the same scale."""
    numbers: Numbers = {}
    for cell in measure.cells():
        level = at.rate("scores.level") + at.lasting(-0.7, 0.7, measure.code, str(cell))
        numbers[cell.row, cell.column] = max(0, min(3, round(level)))
    return numbers


def own_interpreters_offered(at: Situation, measure: Measure) -> Numbers:
    """The children's hospital's own KPI: families offered an interpreter at their first appointment."""
    draw = at.draw("families")
    base = amount(draw, at.patients * 0.05, 0.05)
    return {("base", "value"): base, ("events", "value"): count(draw, base, min(0.95, 0.62 + 0.015 * at.step))}
