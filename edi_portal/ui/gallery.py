"""What the gallery page shows: each component in each of its states, with invented words and numbers."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator

from edi_portal.ui.forms import DayField, HintedLabel, PortalForm
from edi_portal.ui.heat import HeatColumn, HeatRow, HeatSection, HeatTable, MarkBar


@dataclass(frozen=True, slots=True)
class Example:
    """One state of a component: its words for the gallery, and its parameters."""

    state: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A component with all its examples."""

    name: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Components that belong together."""

    heading: str
    components: tuple[Shown, ...]


def _link(label: str) -> dict[str, str]:
    return {"label": label, "url": "#main"}


LEADS = Shown(
    "lead_panel",
    (
        Example(
            "with progress and the page's one green button",
            {
                "heading": "Return for October to December 2019",
                "text": "2019-20 Q3. Due in 11 days, Friday 31 January 2020. Closes 14 February.",
                "answered": 31,
                "due": 40,
                "unit": "rows answered",
                "note": "1 error blocks it · 1 query needs your explanation",
                "action": _link("Continue the return"),
            },
        ),
        Example(
            "something is wrong",
            {
                "heading": "Nothing has been saved. 3 cells must be mended.",
                "text": "Your draft is as it was. Mend the cells in your own file and upload it again.",
                "tone": "worse",
                "action": _link("Download your file with comments"),
                "secondary": _link("Upload a mended file"),
            },
        ),
        Example("a finding", {"heading": "Nothing blocks it. 2 of 40 rows need your eye.", "text": "Version 2. No errors. Due 31 January."}),
    ),
)
FACTS = Shown(
    "facts",
    (
        Example(
            "five facts",
            {
                "items": [
                    {"label": "Returned", "value": "29 of 30", "note": "missing: Halton CCG"},
                    {"label": "To act on", "value": "31", "note": "24 without an action"},
                    {"label": "Improved by more than chance", "value": "9", "note": "of 640 readings"},
                    {"label": "False alarms to expect", "value": "about 3", "note": "by chance alone"},
                    {"label": "Release", "value": "14", "note": "20 November 2019, final"},
                ]
            },
        ),
    ),
)
TASKS = Shown(
    "task_list",
    (
        Example(
            "work to do",
            {
                "items": [
                    {
                        "title": "Mend 1 error in Recruitment",
                        "url": "#main",
                        "hint": "More BME people shortlisted than applied",
                        "tag": "Blocks sending",
                        "colour": "red",
                    },
                    {
                        "title": "Explain 1 query in Training",
                        "url": "#main",
                        "hint": "White staff who took up training fell by 20.5 percentage points",
                        "tag": "Needs you",
                        "colour": "orange",
                    },
                    {"title": "Remind 2 contributors", "url": "#main", "tag": "Waiting", "colour": "grey"},
                    {"title": "Staff networks", "url": "#main", "hint": "4 of 4 answered", "status": "Answered"},
                    {
                        "title": "Check and send",
                        "hint": "You can start when all sections are answered",
                        "tag": "Cannot start yet",
                        "colour": "grey",
                    },
                ],
                "more": _link("All 12 tasks"),
            },
        ),
    ),
)
BANNERS = Shown(
    "banner",
    (
        Example(
            "important",
            {"id": "banner-1", "heading": "This collection closed on 14 February 2020.", "links": [_link("Ask for more time")]},
        ),
        Example("success", {"id": "banner-2", "kind": "success", "heading": "137 changes are saved.", "text": "Saved at 14:32."}),
    ),
)
EMPTY = Shown(
    "empty_state",
    (
        Example(
            "nothing waits",
            {"heading": "Nothing is waiting for you.", "text": "The next return opens on 6 April 2020.", "link": _link("Earlier returns"), "level": 3},
        ),
    ),
)
JOBS = Shown(
    "job_progress",
    (
        Example("running", {"heading": "Release 14 is being prepared", "done": 12, "total": 30, "now": "Knowsley CCG", "url": "#main"}),
        Example("stopped", {"heading": "Release 14 is being prepared", "failed": "It is tried again at 14:40. Nothing is lost.", "url": "#main"}),
    ),
)

SAY = Shown(
    "say",
    (
        Example(
            "a figure",
            {
                "sentence": "White applicants are 1.67 times as likely to be appointed as BME applicants once shortlisted.",
                "note": "300 of 1,200 White and 60 of 400 BME. 95% interval 1.29 to 2.15. Good is close to 1.",
            },
        ),
        Example("not enough typed", {"sentence": "Enter shortlisted and appointed for both groups to see the figure.", "waiting": True}),
    ),
)
QUERY = Shown(
    "query",
    (
        Example(
            "a share moved",
            {
                "text": "The share of White staff who took up training fell from 45.1% to 24.6%. We ask when a share moves by more than 5.",
                "rule": _link("Rule V7"),
                "links": [_link("Use an earlier explanation"), _link("This rule is wrong here")],
            },
        ),
    ),
)
CONFLICT = Shown(
    "conflict",
    (
        Example(
            "two people, one cell",
            {
                "label": "BME people appointed",
                "mine": "14",
                "theirs": "15",
                "who": "the contributor for Recruitment",
                "when": "14:32",
                "name": "choose",
            },
        ),
    ),
)


def _count(name: str, label: str, value: str, was: str, change: str, error: str = "") -> dict[str, str]:
    return {"name": name, "label": label, "value": value, "was": was, "change": change, "error": error}


GRID = Shown(
    "count_grid",
    (
        Example(
            "an error, totals and a reused value",
            {
                "grid": {
                    "caption": "Number of people by ethnic group, October to December 2019",
                    "corner": "People, Oct to Dec 2019",
                    "columns": ["Applied", "Shortlisted", "In post 31 Dec"],
                    "rows": [
                        {
                            "label": "White",
                            "cells": [
                                _count("g1", "White, Applied", "1,482", "1,390", "+92"),
                                _count("g2", "White, Shortlisted", "318", "296", "+22"),
                                {"fixed": "3,302", "note": "from Staff in post"},
                            ],
                        },
                        {
                            "label": "BME",
                            "cells": [
                                _count("g3", "BME, Applied", "98", "411", "−313", "BME people who applied must be 104 or more"),
                                _count("g4", "BME, Shortlisted", "104", "98", "+6"),
                                {"fixed": "388", "note": "from Staff in post"},
                            ],
                        },
                        {
                            "label": "All",
                            "total": True,
                            "cells": [{"fixed": "1,580", "was": "1,801"}, {"fixed": "422", "was": "394"}, {"fixed": "3,690"}],
                        },
                    ],
                }
            },
        ),
    ),
)
FINDINGS = Shown(
    "findings",
    (
        Example(
            "one of each kind",
            {
                "findings": [
                    {
                        "kind": "error",
                        "where": "Recruitment, D14",
                        "field": "BME people appointed",
                        "wrote": "−3",
                        "wrong": "A count cannot be below zero.",
                        "mend": "Enter 0 or more.",
                    },
                    {
                        "kind": "query",
                        "where": "Training, C9",
                        "field": "White staff who took up training",
                        "wrote": "812",
                        "wrong": "45.1% last quarter, 24.6% now.",
                        "mend": "Explain after saving.",
                    },
                ]
            },
        ),
    ),
)
DECISION = Shown(
    "decision",
    tuple(
        Example(
            state,
            {
                "label": "Workforce standards",
                "note": "16 rows, 1 query explained, 3 moved",
                "name": f"decision-{number}",
                "choices": [{"value": "approve", "label": "Approve"}, {"value": "send_back", "label": "Send back"}],
                "chosen": chosen,
                "error": error,
            },
        )
        for number, (state, chosen, error) in enumerate(
            (("approved", "approve", ""), ("not answered", "", "Choose Approve or Send back for Workforce standards"))
        )
    ),
)

_ORGANISATIONS = ("Aintree", "Countess of Chester", "East Cheshire", "Mid Cheshire", "Alder Hey", "Walton Centre", "Halton CCG", "Knowsley CCG")
_CODES = ("act", "worse", "no_difference", "better", "watch", "too_few", "not_returned", "withheld")
HEAT_TABLE = HeatTable(
    caption="Readings of 2 KPIs by organisation, July to September 2019",
    corner="KPI, by workstream",
    sums=("C&M pooled", "To act on"),
    columns=tuple(
        HeatColumn(slug=name.lower().replace(" ", "-"), name=name, url="#main", starts_group=place in (4, 6))
        for place, name in enumerate(_ORGANISATIONS)
    ),
    sections=(
        HeatSection("Workforce standards", (HeatRow("WRES-2", "Shortlisting, White vs BME", "#main", ("1.26", "1"), _CODES),)),
        HeatSection(
            "Board development",
            (
                HeatRow(
                    "BRD-1",
                    "Board EDI development",
                    "#main",
                    ("57%", "–"),
                    (*_CODES[2:], "not_applicable", "not_available"),
                ),
            ),
        ),
    ),
)
HEAT = Shown("heat_table", (Example("every mark", {"table": HEAT_TABLE}),))
BAR = Shown("mark_bar", (Example("readings of one KPI", {"bar": MarkBar(better=6, unchanged=9, worse=8, to_act_on=8, no_reading=7)}),))
WALL = Shown(
    "completeness_wall",
    (
        Example(
            "every mark",
            {
                "wall": {
                    "caption": "What has been returned for 2019-20 Q3",
                    "corner": "Organisation",
                    "columns": ["Workforce", "Patients", "Networks"],
                    "rows": [
                        {
                            "label": "Aintree",
                            "url": "#main",
                            "cells": [
                                {"mark": "signed", "text": "✓", "words": "signed off"},
                                {"mark": "sent", "text": "→", "words": "sent, not signed"},
                                {"mark": "part", "text": "3/4", "words": "3 of 4 answered"},
                            ],
                        },
                        {
                            "label": "Halton CCG",
                            "cells": [
                                {"mark": "none", "text": "○", "words": "not started"},
                                {"mark": "none", "text": "○", "words": "not started"},
                                {"mark": "not_due", "text": "–", "words": "not due"},
                            ],
                        },
                    ],
                }
            },
        ),
    ),
)
TABLE = Shown(
    "table",
    (
        Example(
            "numbers, notes and a total",
            {
                "caption": "What would change in the return",
                "note": "Largest changes first: 2 of 137",
                "columns": [
                    {"label": "Answer"},
                    {"label": "In the portal", "number": True},
                    {"label": "In your file", "number": True},
                    {"label": "Remark"},
                ],
                "rows": [
                    {
                        "cells": [
                            {"text": "White staff who took up training", "note": "Training, C9", "url": "#main"},
                            {"text": "1,486"},
                            {"text": "812"},
                            {"text": "asks for an explanation"},
                        ]
                    },
                    {"cells": [{"text": "White applicants", "note": "Recruitment, B12"}, {"text": "1,390"}, {"text": "1,482"}, {"text": ""}]},
                    {"total": True, "cells": [{"text": "All"}, {"text": "2,876"}, {"text": "2,294"}, {"text": ""}]},
                ],
            },
        ),
    ),
)
SUMMARY = Shown(
    "summary_list",
    (
        Example(
            "with and without change",
            {
                "rows": [
                    {"key": "Due", "value": "31 January 2020", "action": {"label": "Change", "url": "#main", "of": "due date"}},
                    {"key": "Closes", "value": "14 February 2020"},
                ]
            },
        ),
    ),
)
COVER = Shown(
    "report_cover",
    (
        Example(
            "six lines",
            {
                "caption": "Assurance report 14 · July to September 2019 · frozen on 20 November 2019",
                "heading": "Equality, diversity and inclusion across Cheshire and Merseyside",
                "lines": [
                    {"label": "Overall", "text": "29 of 30 organisations returned and signed. 5 of 7 workstreams have full data."},
                    {"label": "Better", "text": "Staff with unknown ethnicity fell from 7.4% to 6.1%, more than chance."},
                    {"label": "Worse", "text": "Nothing by more than chance."},
                    {"label": "To act on", "text": "8 trusts appoint White applicants more often, outside 0.80 to 1.25."},
                    {"label": "Not known", "text": "Halton CCG did not return."},
                    {"label": "Asked of you", "text": "Agree one shortlisting standard."},
                ],
                "action": _link("Download the report (PDF, 14 pages)"),
                "links": [_link("Read on screen"), _link("XLSX")],
                "note": "Signed by 29 executive sponsors. Published by two portal admins.",
            },
        ),
    ),
)
STEPS = Shown(
    "steps",
    (
        Example(
            "one is current",
            {
                "heading": "Sections of this return",
                "items": [
                    {"label": "Equality assurance", "url": "#main", "note": "6 of 6"},
                    {"label": "Workforce standards", "url": "#main", "note": "14 of 16", "current": True},
                    {"label": "Health inequalities", "note": "Not started"},
                ],
            },
        ),
    ),
)
DATES = Shown(
    "dates",
    (Example("with a calendar", {"items": [{"date": "24 Jan", "text": "Action 27: reply due"}, {"date": "31 Jan", "text": "Q3 return due"}], "calendar": "#main"}),),
)
SEGMENTS = Shown(
    "segments",
    (
        Example(
            "three views",
            {"label": "Domain", "items": [{"label": "Both", "url": "#main", "current": True}, _link("Technical"), _link("Cultural")]},
        ),
    ),
)
TAGS = Shown("tag", tuple(Example(colour, {"label": label, "colour": colour}) for label, colour in (
    ("Blocks sending", "red"), ("Needs you", "orange"), ("Waiting", "grey"), ("New", "blue"), ("Signed off", "green"), ("Draft", "white"))))  # fmt: skip
TRACK = Shown("step_track", (Example("not downloaded", {"reached": 0, "label": "Not downloaded"}), Example("sent", {"reached": 4, "label": "Sent"})))
PROGRESS = Shown("progress", (Example("in part", {"value": 31, "of": 40, "label": "rows answered"}),))
SMALL = (
    Shown("links", (Example("a row", {"items": [_link("Show all 61"), _link("Exceptions as a list (31)")]}),)),
    Shown("details", (Example("folded", {"summary": "I have no figure to give", "text": "Choose not applicable or not available, with a reason."}),)),
    Shown("inset", (Example("a remark", {"text": "This definition is due for review on 1 September 2020."}),)),
    Shown("warning", (Example("a term ended", {"heading": "No lead", "text": "The term of this workstream's lead ended on 31 December 2019."}),)),
    Shown("pagination", (Example("second of three", {"page": Paginator(range(130), 50).page(2), "address": "?page="}),)),
    Shown("breadcrumbs", (Example("three levels", {"items": [_link("Home"), _link("Returns"), _link("October to December 2019")]}),)),
    Shown("messages", (Example("after a step", {"messages": [Message(SUCCESS, "Your return was sent to your sponsor.")]}),)),
)
WRAPPED = (
    Shown("question", (Example("around a grid", {"id": "q1", "code": "WRES-2 · Recruitment", "heading": "How many people applied?", "help": "Headcount."}),)),
    Shown("aside", (Example("side column", {"label": "Side column"}),)),
    Shown("filter_panel", (Example("without fields", {"label": "Filter the KPIs", "segments": {"label": "View", "items": [{"label": "Table", "url": "#main", "current": True}, _link("List")]}}),)),
)

FAMILIES = (
    Family("What matters first", (LEADS, FACTS, TASKS, BANNERS, EMPTY, JOBS, PROGRESS)),
    Family("Returns", (GRID, SAY, QUERY, CONFLICT, FINDINGS, DECISION)),
    Family("Overview", (HEAT, BAR, WALL, TRACK, SEGMENTS)),
    Family("Reading", (TABLE, SUMMARY, COVER, STEPS, DATES, TAGS)),
    Family("Small parts", (*SMALL, *WRAPPED)),
)


class ExampleForm(PortalForm):
    """Every kind of field."""

    name = forms.CharField(label="Name of the organisation", help_text="As it stands on letters.", max_length=20)
    email = forms.EmailField(label="Email address")
    staff = forms.IntegerField(label="Number of staff", help_text="Headcount on 31 December, bank staff left out.", min_value=0)
    pay = forms.DecimalField(label="Mean hourly pay", max_digits=8, decimal_places=2)
    due = DayField(label="Due date", first=date(2019, 10, 1), last=date(2019, 12, 31))
    kind = forms.ChoiceField(label="Kind of organisation", choices=[("", "Choose one"), ("acute", "Acute trust"), ("ccg", "CCG")])
    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=[("sign", "Sign off"), ("back", HintedLabel("Send back", "You say what should change."))],
    )
    parts = forms.MultipleChoiceField(
        label="Sections to send back", widget=forms.CheckboxSelectMultiple, choices=[("w", "Workforce"), ("p", "Patients")]
    )
    why = forms.CharField(label="Why did it change?", widget=forms.Textarea(attrs={"rows": 3}), help_text="Do not name anyone.", required=False)
    file = forms.FileField(label="Workbook", help_text="An .xlsx file, at most 5 MB.")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    agree = forms.BooleanField(label="These figures are a fair record for my organisation")


def example_forms() -> tuple[tuple[str, ExampleForm], ...]:
    """The form empty, and the same form sent with faults in it."""
    wrong = {"wrong-name": "A name that is far too long", "wrong-staff": "1.482", "wrong-email": "nobody", "wrong-due-day": "31", "wrong-due-month": "2", "wrong-due-year": "2019"}
    return ("Not sent yet", ExampleForm(prefix="empty")), ("Sent with faults", ExampleForm(wrong, prefix="wrong"))
