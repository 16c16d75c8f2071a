"""Forms about definitions: an organisation's own KPI, its adoption into the baseline, a new version, the end of a KPI."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from edi_portal.periods import Quarter
from edi_portal.ui.forms import DayField, HintedLabel, PortalForm
from kpis.catalogue import CONTRIBUTORS, KpiDefinition
from kpis.catalogue.vocabulary import SHORT_WORKSTREAMS

SHAPES = (
    ("share", HintedLabel("So many out of so many", "One group: 64 of 80 staff trained is 80%")),
    ("likelihood", HintedLabel("Two groups compared", "How much more likely the one is than the other: 1.60 times")),
    ("count", HintedLabel("One number", "A count with nothing to divide it by")),
)
COUNTS = (("people", "People"), ("records", "Records, such as complaints or interviews"), ("items", "Things, such as meetings"))
TIMES = (("flow", "What happened in the quarter"), ("state", "How it stands on the last day of the quarter"))
DIRECTIONS = (("higher", "Higher is better"), ("lower", "Lower is better"), ("none", "Neither"))
YES_NO = (("no", "No"), ("yes", "Yes"))
DOMAINS = (("cultural", "Cultural: what people experience"), ("technical", "Technical: what processes produce"))
QUARTERS = tuple((str(number), f"Q{number}, {Quarter(2019, number).months.rsplit(' ', 1)[0]}") for number in (1, 2, 3, 4))
APPLIES = (("required", "Required"), ("voluntary", "Voluntary"), ("not_applicable", "Not applicable"))
TARGETS = (("none", "No target"), ("at_least", "At least"), ("at_most", "At most"), ("range", "Between"))
GROUPS = ("reference", "comparison", "verb")


def quarter_choices(quarters: Sequence[Quarter]) -> list[tuple[str, str]]:
    """Quarters for a list to choose from."""
    return [(quarter.slug, f"{quarter.label}, {quarter.months}") for quarter in quarters]


class OwnKpiForm(PortalForm):
    """What an EDI lead says about a KPI of the own organisation. The counts themselves are asked for in the return."""

    name = forms.CharField(label="Name", help_text="A few words, as a heading in a table.", max_length=80)
    question = forms.CharField(label="What do you want to know?", help_text="One plain question.", max_length=200)
    why = forms.CharField(
        label="Why does it matter?",
        help_text="One or two sentences for people who read the figure.",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shape = forms.ChoiceField(label="What kind of figure is it?", choices=SHAPES, widget=forms.RadioSelect, initial="share")
    numerator = forms.CharField(
        label="Who or what is counted", help_text="For example: staff who finished the training.", max_length=120
    )
    denominator = forms.CharField(
        label="Out of whom or what",
        help_text="For example: all staff. Leave empty for one number.",
        max_length=120,
        required=False,
    )
    reference = forms.CharField(
        label="First group", help_text="Only for two groups: the one above the line.", max_length=60, required=False
    )
    comparison = forms.CharField(
        label="Second group", help_text="Only for two groups: the one below the line.", max_length=60, required=False
    )
    verb = forms.CharField(
        label="Words after “times as likely”",
        help_text="Only for two groups. For example: to finish the training.",
        max_length=80,
        required=False,
    )
    counts = forms.ChoiceField(label="What is one of it?", choices=COUNTS, widget=forms.RadioSelect, initial="people")
    time = forms.ChoiceField(label="What does a count cover?", choices=TIMES, widget=forms.RadioSelect, initial="flow")
    help = forms.CharField(
        label="How to count", help_text="Who is in, who is out, from which system. Shown under the question.", max_length=300
    )
    sensitive = forms.ChoiceField(
        label="Is it about disability, religion, sexual orientation, health or complaints against people?",
        choices=YES_NO,
        widget=forms.RadioSelect,
        initial="no",
    )
    direction = forms.ChoiceField(
        label="Which direction is good?",
        help_text="Two groups compared: good is always close to 1.",
        choices=DIRECTIONS,
        widget=forms.RadioSelect,
        initial="higher",
    )
    target = forms.DecimalField(
        label="Target",
        help_text="In percent for a share. Leave empty if there is none.",
        required=False,
        max_digits=9,
        decimal_places=2,
    )
    quarters = forms.MultipleChoiceField(
        label="Quarters in which it is asked",
        choices=QUARTERS,
        widget=forms.CheckboxSelectMultiple,
        initial=[number for number, _ in QUARTERS],
    )
    workstream = forms.ChoiceField(label="Workstream", choices=tuple(SHORT_WORKSTREAMS.items()), initial="equality-assurance")
    domain = forms.ChoiceField(label="Domain", choices=DOMAINS, widget=forms.RadioSelect, initial="cultural")
    contributor = forms.ChoiceField(label="Who usually has the figures", choices=tuple(CONTRIBUTORS.items()), initial="edi")
    from_period = forms.ChoiceField(label="First quarter")

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_period"].choices = quarter_choices(quarters)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What a kind of figure needs besides; a share and two groups are out of something, two groups have names."""
        given = super().clean() or self.cleaned_data
        shape = given.get("shape")
        if shape in ("share", "likelihood") and not given.get("denominator"):
            self.add_error("denominator", "Enter out of whom or what: this kind of figure is a part of something")
        for name in GROUPS if shape == "likelihood" else ():
            if not given.get(name):
                self.add_error(name, f"Enter {_the(str(self.fields[name].label))}: two groups are compared")
        if given.get("target") is not None and (shape == "likelihood" or given.get("direction") == "none"):
            self.add_error("target", "Leave the target empty: it needs a direction that is good")
        share_target = shape == "share" and given.get("target") is not None
        if share_target and not 0 <= given["target"] <= 100:
            self.add_error("target", "The target of a share must be between 0 and 100 percent")
        return given


def _the(label: str) -> str:
    return f"the {label[0].lower()}{label[1:]}"


class AdoptForm(PortalForm):
    """From which quarter on everybody is asked."""

    from_period = forms.ChoiceField(label="First quarter in which everybody is asked")

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_period"].choices = quarter_choices(quarters)  # type: ignore[attr-defined]


class StopAskingForm(PortalForm):
    """From which quarter on nobody is asked, and why."""

    from_period = forms.ChoiceField(label="First quarter in which it is not asked")
    reason = forms.CharField(
        label="Reason",
        help_text="Do not name people. Those who may change this KPI read it.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_period"].choices = quarter_choices(quarters)  # type: ignore[attr-defined]


class ChangeDefinitionForm(PortalForm):
    """What a new version of a definition changes. Formula and words stay: those are changed in the reviewed files."""

    trust = forms.ChoiceField(label="Trusts", choices=APPLIES)
    ccg = forms.ChoiceField(label="Commissioning groups", choices=APPLIES)
    csu = forms.ChoiceField(label="Support units", choices=APPLIES)
    quarters = forms.MultipleChoiceField(
        label="Quarters in which it is collected", choices=QUARTERS, widget=forms.CheckboxSelectMultiple
    )
    target_kind = forms.ChoiceField(label="Kind of target", choices=TARGETS)
    target_low = forms.DecimalField(label="Lower end", required=False, max_digits=9, decimal_places=4)
    target_high = forms.DecimalField(label="Upper end", required=False, max_digits=9, decimal_places=4)
    target_text = forms.CharField(label="Target in words", max_length=200)
    next_review_on = DayField(label="Next review")
    from_period = forms.ChoiceField(label="First quarter of the new version")
    note = forms.CharField(
        label="Note",
        help_text="What changes and why. It stands with the version for good.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_period"].choices = quarter_choices(quarters)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The ends that the kind of target has, and no others."""
        given = super().clean() or self.cleaned_data
        wanted = {"range": {"target_low", "target_high"}, "at_least": {"target_low"}, "at_most": {"target_high"}}
        needs = wanted.get(given.get("target_kind", ""), set())
        for name, words in (("target_low", "lower end"), ("target_high", "upper end")):
            if name not in self.errors and (given.get(name) is not None) != (name in needs):
                self.add_error(name, f"{'Enter' if name in needs else 'Leave out'} the {words} for this kind of target")
        return given

    def content(self, definition: dict[str, Any]) -> dict[str, Any]:
        """The stored definition with what was changed."""
        given = self.cleaned_data
        target = {"kind": given["target_kind"], "text": given["target_text"]}
        ends = {"low": given["target_low"], "high": given["target_high"]}
        target |= {name: _plain(value) for name, value in ends.items() if value is not None}
        return definition | {
            "applies_to": {name: given[name] for name in ("trust", "ccg", "csu")},
            "collected_in": sorted(int(number) for number in given["quarters"]),
            "target": target,
            "next_review_on": given["next_review_on"].isoformat(),
        }


def initial_of(definition: KpiDefinition) -> dict[str, Any]:
    """The fields of `ChangeDefinitionForm` as the definition stands."""
    return {
        **definition.applies_to,
        "quarters": [str(number) for number in definition.collected_in],
        "target_kind": definition.target.kind,
        "target_low": definition.target.low,
        "target_high": definition.target.high,
        "target_text": definition.target.text,
        "next_review_on": definition.next_review_on,
    }


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
