"""What an organisation types about its strategies and their lines, and what the steering group types about overlaps."""

from collections.abc import Iterable
from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from organisations.models import Organisation
from strategies.models import Objective, SharedObjective, StrategyDocument, Theme
from strategies.services.documents import DocumentEntry, LineEntry
from strategies.vocabulary import DOCUMENT_KINDS, LINE_KINDS


def theme_choices(themes: Iterable[Theme]) -> list[tuple[str, str]]:
    """Themes for a list to choose from."""
    return [(theme.key, theme.name) for theme in themes]


class DocumentForm(PortalForm):
    """One document."""

    kind = forms.ChoiceField(label="What is it?", choices=list(DOCUMENT_KINDS.items()), widget=forms.RadioSelect)
    title = forms.CharField(label="Title", max_length=200)
    starts_on = DayField(label="First day it covers", required=False)
    ends_on = DayField(label="Last day it covers", required=False)
    owner = forms.CharField(label="Who answers for it", max_length=120, required=False, help_text="The role, not a name.")
    approved_on = DayField(label="Approved on", required=False, help_text="Leave empty while it is a draft.")
    approved_by = forms.CharField(label="Approved by", max_length=120, required=False, help_text="For example: the board.")
    link = forms.URLField(label="Link to the document", required=False, max_length=300, assume_scheme="https")
    vision = forms.CharField(label="Vision", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    mission = forms.CharField(label="Mission", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    aspirations = forms.CharField(label="Aspirations", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    replaces = forms.ModelChoiceField(
        label="Replaces",
        queryset=StrategyDocument.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="No earlier document",
    )
    is_shared = forms.BooleanField(
        label="Let other organisations read it",
        required=False,
        help_text="They read each text after a portal admin has checked that nobody can be recognised in it.",
    )

    def __init__(self, *arguments: Any, organisation: Organisation, document: StrategyDocument | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.document = document
        others = StrategyDocument.objects.filter(organisation=organisation)
        self.fields["replaces"].queryset = (  # type: ignore[attr-defined]
            others.exclude(pk=document.pk) if document is not None else others
        )

    def clean(self) -> dict[str, Any]:
        """Days in order, and an approval by somebody."""
        answers = super().clean() or {}
        first, last = answers.get("starts_on"), answers.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day must not be before the first day")
        if answers.get("approved_on") and not answers.get("approved_by"):
            self.add_error("approved_by", "Enter who approved it, for example the board")
        return answers

    def entry(self) -> DocumentEntry:
        """The checked answers as the service wants them. A published period in words stays while its days do."""
        answers, before = self.cleaned_data, self.document
        same = before is not None and (answers["starts_on"], answers["ends_on"]) == (before.starts_on, before.ends_on)
        return DocumentEntry(**answers, period=before.period if before is not None and same else "")


def initial_of_document(document: StrategyDocument) -> dict[str, Any]:
    """What the form shows of a document."""
    shown = {name: getattr(document, name) for name in DocumentForm.base_fields if name != "replaces"}
    return shown | {"replaces": document.replaces.slug if document.replaces else ""}


class LineForm(PortalForm):
    """One line of a document."""

    text = forms.CharField(label="What it says", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label="What it is", choices=list(LINE_KINDS.items()), widget=forms.RadioSelect, initial="objective")
    themes = forms.MultipleChoiceField(
        label="Themes of the common framework",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="An objective without a theme is listed as a gap to close.",
    )
    kpis = forms.MultipleChoiceField(
        label="KPIs that measure it",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="The portal then shows whether it moved.",
    )
    is_psed = forms.BooleanField(label="It is one of our four-year equality objectives (PSED)", required=False)
    owner = forms.CharField(label="Who answers for it", max_length=120, required=False, help_text="The role, not a name.")
    due_on = DayField(label="Due on", required=False)

    def __init__(self, *arguments: Any, themes: Iterable[Theme], kpis: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["themes"].choices = theme_choices(themes)  # type: ignore[attr-defined]
        self.fields["kpis"].choices = kpis  # type: ignore[attr-defined]

    def entry(self) -> LineEntry:
        """The checked answers as the service wants them."""
        answers = self.cleaned_data
        return LineEntry(**answers | {"themes": tuple(answers["themes"]), "kpis": tuple(answers["kpis"])})


def initial_of_line(line: Objective) -> dict[str, Any]:
    """What the form shows of a line."""
    return {name: getattr(line, name) for name in LineForm.base_fields}


class EndDocumentForm(PortalForm):
    """That a document ended without a successor."""

    on = DayField(label="Ended on")
    reason = forms.CharField(
        label="What became of it", max_length=300, help_text="For example: a statement in the People Strategy took its place."
    )


class ShareForm(PortalForm):
    """One text in place of several."""

    text = forms.CharField(label="Shared objective", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    themes = forms.MultipleChoiceField(label="Themes", widget=forms.CheckboxSelectMultiple)
    kpis = forms.MultipleChoiceField(label="KPIs that measure it", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *arguments: Any, themes: Iterable[Theme], kpis: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["themes"].choices = theme_choices(themes)  # type: ignore[attr-defined]
        self.fields["kpis"].choices = kpis  # type: ignore[attr-defined]


class AdoptForm(PortalForm):
    """Take a shared text for an objective of the own organisation."""

    shared = forms.ModelChoiceField(
        label="Shared objective", queryset=SharedObjective.objects.all(), to_field_name="slug", empty_label="Choose one"
    )
    hours_saved = forms.IntegerField(
        label="Hours a year that this saves you",
        required=False,
        min_value=0,
        max_value=5000,
        help_text="Your own estimate. Others read only a total of at least three organisations, with a release.",
    )


class CompareForm(PortalForm):
    """Which organisations stand side by side; in the address."""

    organisation = forms.MultipleChoiceField(label="Organisations", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *arguments: Any, organisations: Iterable[Organisation], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            (organisation.slug, organisation.short_name) for organisation in organisations
        ]
