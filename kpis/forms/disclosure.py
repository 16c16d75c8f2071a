"""Forms of the disclosure settings and of facts that are public elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from edi_portal.disclosure.policy import FLOOR, Policy, PolicyError, check_floor
from edi_portal.periods import PeriodError, Quarter
from edi_portal.ui.forms import PortalForm
from kpis.catalogue import Measure
from organisations.models import Organisation

# Setting → its name on the page, and what it does in one or two plain sentences.
WORDS: Mapping[str, tuple[str, str]] = {
    "threshold": (
        "T, highest hidden count",
        "Counts from 1 to this number are hidden. Raising it hides more. The NHS rule is 7, and it cannot be lower.",
    ),
    "base": ("B, rounding base", "Every count that is shown is rounded to the nearest multiple of this number: 5, 10 or 15."),
    "width": (
        "W, width kept open",
        "How far the lowest and the highest possible value of a hidden number must lie apart. 3 means four possible values.",
    ),
    "collude": (
        "Readers who may pool what they know",
        "A hidden number stays hidden even when so many people put the exact figures of their organisations together.",
    ),
    "survey_respondents": (
        "Fewest survey answers",
        "A survey result is shown only when at least so many people answered. It cannot be lower than 11.",
    ),
    "small_organisation": (
        "Small organisation: fewer staff than",
        "An organisation below this headcount shows group totals only, not groups by pay band.",
    ),
    "fewest_organisations": (
        "Fewest organisations in a figure for several",
        "A figure of a kind of organisation, or of the whole system, needs at least so many that returned.",
    ),
    "fewest_contributors": (
        "Fewest contributors to money, hours and posts",
        "A sum of money, hours or posts needs at least so many organisations that put something in.",
    ),
    "dominance_percent": (
        "p of the p% rule",
        "Such a sum is withheld when one contributor could work out another's amount to within this percentage.",
    ),
    "class_disclosure_below": (
        "Small sensitive row: fewer people than",
        "In a sensitive row smaller than this, all counts are hidden when one group holds everybody or nobody.",
    ),
}


class PolicyForm(PortalForm):
    """Every setting of disclosure control, and why it changes. Nothing below the floor is accepted."""

    reason = forms.CharField(
        label="Reason", help_text="It stays in the log of changes.", widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        super().__init__(data)
        self._policy = policy
        numbers = {
            name: forms.IntegerField(
                label=label, help_text=text, min_value=FLOOR[name], max_value=100_000, initial=getattr(policy, name)
            )
            for name, (label, text) in WORDS.items()
        }
        self.fields = numbers | self.fields
        self.name_messages()

    def clean(self) -> dict[str, Any]:
        """Settings that depend on each other are checked together."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                check_floor(Policy(version=self._policy.version, **self.settings()))
            except PolicyError as error:
                self.add_error(None, str(error))
        return cleaned

    def settings(self) -> dict[str, int]:
        """The settings as they were typed."""
        return {name: self.cleaned_data[name] for name in WORDS}


class FactForm(PortalForm):
    """A sum of counts of people that can be read elsewhere. The number itself is not asked for."""

    subject = forms.ChoiceField(label="What is public", help_text="A whole measure, or one part of it.")
    organisation = forms.ChoiceField(label="Whose", required=False)
    period = forms.CharField(
        label="Quarter", required=False, help_text="For example 2019-20 Q3. Leave it empty if it is published for every quarter."
    )
    source = forms.CharField(label="Source", max_length=200, help_text="For example NHS Workforce Statistics, table 1.")
    address = forms.URLField(label="Web address", required=False, assume_scheme="https")
    year = forms.IntegerField(label="Year it was published", min_value=1990, max_value=2200)

    def __init__(self, data: Any = None, *, measures: Iterable[Measure], organisations: Iterable[Organisation]) -> None:
        super().__init__(data)
        self._organisations = {one.slug: one for one in organisations}
        subject, whose = self.fields["subject"], self.fields["organisation"]
        assert isinstance(subject, forms.ChoiceField) and isinstance(whose, forms.ChoiceField)
        subject.choices = [
            ("", "Choose"),
            *(
                (measure.title, [(f"{measure.code}/", f"{measure.title}: everybody"), *_parts(measure)])
                for measure in sorted(measures, key=lambda one: one.title)
            ),
        ]
        whose.choices = [
            ("", "All organisations together"),
            *((slug, one.short_name) for slug, one in self._organisations.items()),
        ]

    def clean_subject(self) -> tuple[str, str]:
        """Measure and part."""
        measure, _, part = self.cleaned_data["subject"].partition("/")
        return measure, part

    def clean_organisation(self) -> Organisation | None:
        """The organisation, None for all together."""
        return self._organisations.get(self.cleaned_data["organisation"])

    def clean_period(self) -> str:
        """The quarter's name in addresses, empty for every quarter."""
        typed = self.cleaned_data["period"].strip()
        if not typed:
            return ""
        try:
            return Quarter.parse(typed).slug
        except PeriodError as error:
            raise forms.ValidationError("Write the quarter as 2019-20 Q3.") from error


def _parts(measure: Measure) -> list[tuple[str, str]]:
    return [(f"{measure.code}/{part.key}", f"{measure.title}: {part_in_words(part.key)}") for part in measure.parts]


def part_in_words(key: str) -> str:
    """A part's key as words: "cluster_6_7.bme" → "cluster 6 7, bme"; "" is everybody."""
    return key.replace(".", ", ").replace("_", " ") or "everybody"
