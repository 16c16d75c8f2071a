"""Staff in post: one row for each assignment becomes one person in the band of the main post.

The staff tables are counted apart, each with just the codes of its measure, so that no line holds all characteristics of anybody.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence

from kpis.extracts import ethnicity, grades, spellings
from kpis.extracts.aggregate import INFORMATION, UNKNOWN, CellFigure, CountedLine, Step
from kpis.extracts.counting import Context, Remark
from kpis.extracts.fields import normalised
from kpis.extracts.people import person_key
from kpis.extracts.tables import MEDICAL_GRADES, OUT
from kpis.extracts.tally import steps_of

FIELDS_READ = (
    "staff_key",
    "assignment_key",
    "primary",
    "assignment_status",
    "assignment_category",
    "fte",
    "staff_group",
    "occ_code",
    "job_role",
    "pay_scale",
    "ethnic_origin",
    "disability",
    "sexual_orientation",
    "religious_belief",
)
_TAKEN = (
    ("other_organisation", "Rows of another organisation", "The column of organisation codes says so."),
    ("no_key", "Without an employee number", "They cannot be told apart from others."),
    ("left", "Left or never worked", "The assignment status says that they are not in post."),
    ("bank", "Bank staff", "Bank staff are no headcount in the WRES and WDES."),
    ("honorary", "Honorary contracts and volunteers", "They are not employed."),
    ("non_executive", "Chair and non-executive directors", "They are counted on the board."),
    ("agency", "Agency staff and contractors", "They are not employed."),
    (OUT, "Left out by a meaning you gave", "A value was mapped to “leave out”."),
    ("second_post", "Second posts of the same person", "Each person counts once, in the band of the main post."),
)


class StaffCounter:
    """Counts one staff file. `add` is called for each row with the cells of FIELDS_READ."""

    fields = FIELDS_READ

    def __init__(self, context: Context) -> None:
        self.tally = context.tally
        self.marks = context.marks
        self.people = context.people
        self._posts: dict[str, int] = {}
        self._ranks = array("d")
        self._suffixes = array("l")
        self._whom = array("l")
        self._profiles: dict[tuple[str, ...], int] = {}
        self._memory: dict[str, dict[object, str]] = {name: {} for name in FIELDS_READ}
        self._hours: dict[tuple[str, str], float] = {}
        self._second = 0

    def add(self, cells: Sequence[str], row: int) -> None:
        """Count one row. Each spelling is looked up here and read only once."""
        key, assignment, primary, status, category, fte, group, occupation, role, scale = cells[:10]
        ethnic, disabled, orientation, religion = cells[10:]
        person = person_key(key or assignment)
        if not person:
            self.tally.removed["no_key"] += 1
            what = "There is no employee number, or a spreadsheet has shortened it to something like 2.01E+07."
            self._say("no_key", "staff_key", row, what, "Set the column to text and fill it in; the row is not counted.")
            return
        known = self._memory
        in_post = known["assignment_status"].get(status) or self._code("assignment_status", status, spellings.status, row)
        employed = known["assignment_category"].get(category) or self._code(
            "assignment_category", category, spellings.category, row
        )
        if in_post == OUT or (employed != "in" and not employed.startswith(UNKNOWN)):
            self.tally.removed["left" if in_post == OUT else employed] += 1
            return
        band = grades.VSM if person in self.marks else self._grade(scale, role, group, occupation, row)
        profile = (
            in_post,
            employed,
            "medical" if band in MEDICAL_GRADES else self._area(group, occupation, row),
            band,
            known["ethnic_origin"].get(ethnic) or self._code("ethnic_origin", ethnic, ethnicity.ethnicity, row),
            known["disability"].get(disabled) or self._code("disability", disabled, spellings.disability, row),
            known["sexual_orientation"].get(orientation)
            or self._code("sexual_orientation", orientation, spellings.orientation, row),
            known["religious_belief"].get(religion) or self._code("religious_belief", religion, spellings.religion, row),
        )
        self._keep(person, profile, self._hours.get((primary, fte)) or self._rank(primary, fte), _suffix(assignment or key))

    def _keep(self, person: str, profile: tuple[str, ...], rank: float, suffix: int) -> None:
        number = self._profiles.setdefault(profile, len(self._profiles))
        place = self._posts.setdefault(person, len(self._whom))
        if place == len(self._whom):
            self._ranks.append(rank)
            self._suffixes.append(suffix)
            self._whom.append(number)
            return
        self._second += 1
        if (rank, -suffix) > (self._ranks[place], -self._suffixes[place]):
            self._ranks[place], self._suffixes[place], self._whom[place] = rank, suffix, number

    def _rank(self, primary: str, fte: str) -> float:
        """The main post is the primary one; where none is named, that of the most hours. Never 0."""
        try:
            hours = float(fte or 0)
        except ValueError:
            hours = 0.0
        main = 1000.0 if spellings.primary(primary) else 0.0
        rank = self._hours[primary, fte] = 1.0 + main + (hours if 0 <= hours < 100 else 0.0)
        return rank

    def _code(self, field: str, raw: str, read: Callable[[str], str | None], row: int) -> str:
        code = self._memory[field].get(raw)
        if code is None:
            code = self.tally.mappings.get((field, normalised(raw))) or read(raw) or ""
            self._memory[field][raw] = code
        return code or self.tally.unknown(field, raw, row)

    def _grade(self, scale: str, role: str, group: str, occupation: str, row: int) -> str:
        seen = (scale, role, group, occupation)
        code = self._memory["pay_scale"].get(seen)
        if code is None:
            code = self._read_grade(scale, role, group, occupation)
            self._memory["pay_scale"][seen] = code
        if code == "review":
            self._say(
                "medical_other",
                "pay_scale",
                row,
                "The grade of this doctor or dentist is not told; it is counted under “other medical and dental staff”.",
                "Look whether it is a consultant, a career grade or a doctor in training.",
            )
            return "medical_other"
        if not code:
            if grades.is_date(scale):
                self._say(
                    "band_as_date",
                    "pay_scale",
                    row,
                    "A spreadsheet has turned the band into a date, for example “5-7” into 5 July.",
                    "Set the column to text before you paste, and make the extract again.",
                )
            return self.tally.unknown("pay_scale", scale, row)
        return code

    def _read_grade(self, scale: str, role: str, group: str, occupation: str) -> str:
        mapped = self.tally.mappings.get(("pay_scale", normalised(scale)))
        if mapped:
            return mapped
        code = grades.grade(scale)
        medical = (self._area_code(group, occupation) or "") == "medical"
        if code in MEDICAL_GRADES and not medical and self._area_code(group, occupation):
            return ""
        if code or not medical:
            return code or ""
        return grades.medical_grade(normalised(role)) or "review"

    def _area_code(self, group: str, occupation: str) -> str:
        mapped = self.tally.mappings.get(("staff_group", normalised(group)))
        return mapped or spellings.staff_area(group) or spellings.area_of_occupation(occupation) or ""

    def _area(self, group: str, occupation: str, row: int) -> str:
        seen = (group, occupation)
        code = self._memory["staff_group"].get(seen)
        if code is None:
            code = self._memory["staff_group"][seen] = self._area_code(group, occupation)
        return code or self.tally.unknown("staff_group", group, row)

    def _say(self, code: str, field: str, row: int, what: str, mend: str) -> None:
        self.tally.problem(code, field, row, what, mend, INFORMATION if code == "medical_other" else "query")

    def steps(self, rows: int) -> list[Step]:
        """From rows of the file to people in post."""
        self.tally.removed["second_post"] = self._second
        taken = [(rule, label, self.tally.removed[rule], reason) for rule, label, reason in _TAKEN]
        return steps_of(rows, "rows", "Rows of the file", taken)

    def fills(self) -> tuple[str, ...]:
        """The staff tables whose columns are there: a column that is missing says nothing about anybody."""
        columns = self.tally.header.columns
        needed = {
            "staff_ethnicity": {"ethnic_origin"},
            "staff_disability": {"disability"},
            "staff_orientation_religion": {"sexual_orientation", "religious_belief"},
        }
        return tuple(table for table, names in needed.items() if names <= columns.keys())

    def figures(self) -> list[CellFigure]:
        """None: all is counted."""
        return []

    def notes(self) -> dict[str, str]:
        """None."""
        return {}

    def remarks(self) -> list[Remark]:
        """None."""
        return []

    def lines(self) -> list[CountedLine]:
        """The counted lines of the three staff tables."""
        profiles = list(self._profiles)
        if self.people is not None:
            self.people.learn(self._posts, self._whom, [(profile[4], profile[5]) for profile in profiles])
        tables: dict[str, Counter[tuple[str, ...]]] = {name: Counter() for name in self.fills()}
        for number, count in Counter(self._whom).items():
            in_post, employed, area, band, ethnic, disabled, orientation, religion = profiles[number]
            base = (in_post, employed)
            keys: dict[str, list[tuple[str, ...]]] = {
                "staff_ethnicity": [(*base, area, band, ethnic)],
                "staff_disability": [(*base, area, band, disabled)],
                "staff_orientation_religion": [(*base, "orientation", orientation), (*base, "religion", religion)],
            }
            for table, counts in tables.items():
                for key in keys[table]:
                    counts[key] += count
        found: list[CountedLine] = []
        for table, counts in tables.items():
            found += self.tally.lines(table, counts)
        return found


def _suffix(key: str) -> int:
    """The number of the assignment behind the dash, 0 where there is none."""
    _, dash, number = key.strip().rpartition("-")
    return int(number) if dash and len(number) < 4 and number.isascii() and number.isdigit() else 0
