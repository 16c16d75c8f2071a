"""What is typed of a mapping interview, and of a theme of the code book."""

import re
from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, HintedLabel, PortalForm, PortalModelForm
from organisations.models import Organisation
from workforce.mapping import AREA_LABELS, AREAS, Theme
from workforce.models import CodeBook, MappingInterview

KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")


class InterviewForm(PortalModelForm):
    """One interview: when, with whom by role, what was said, and which themes came up."""

    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        error_messages={"invalid_choice": "Choose an organisation from the list."},
    )
    held_on = DayField(label="Day of the interview")
    themes = forms.MultipleChoiceField(
        label="Themes that came up",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="From the code book. Others read a theme once three organisations or more hold it and the round is closed.",
    )

    class Meta:
        model = MappingInterview
        fields = ["organisation", "held_on", "roles", *AREAS, "themes"]
        labels = {"roles": "Who was interviewed", **AREA_LABELS}
        help_texts = {
            "roles": "Roles, such as “EDI lead and HR director”. Never names.",
            **{key: question for key, (_label, question) in AREAS.items()},
        }
        widgets = {key: forms.Textarea(attrs={"rows": 4, "maxlength": 4000}) for key in AREAS}

    def __init__(self, *arguments: Any, book: CodeBook | None, organisations: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        themes = self.fields["themes"]
        assert isinstance(themes, forms.MultipleChoiceField)
        kept = set(self.instance.themes or ())
        themes.choices = [
            (one.key, HintedLabel(f"{AREA_LABELS[one.area]}: {one.label}", one.description))
            for one in (book.all_themes if book is not None else ())
            if not one.retired or one.key in kept
        ]
        if self.instance.pk is not None:
            # An interview stays with its organisation; the field is read by slug, where the row has the id.
            self.fields["organisation"].disabled = True
            self.fields["organisation"].queryset = Organisation.objects.filter(pk=self.instance.organisation_id)  # type: ignore[attr-defined]
            self.initial["organisation"] = self.instance.organisation.slug
        for key in AREAS:
            self.fields[key].max_length = 4000  # type: ignore[attr-defined]


def organisations_to_interview(user: Any, own: Organisation | None, *, runs_mapping: bool) -> Any:
    """Those a new interview may be about: all of the partnership for whoever runs the mapping, else the own one."""
    if runs_mapping:
        return Organisation.objects.visible_to(user).ever_in_footprint()
    return Organisation.objects.filter(pk__in=[own.pk] if own is not None else [])


class RoundForm(PortalForm):
    """Which round a button is about."""

    year = forms.RegexField(regex=r"^20\d\d-\d\d$", label="Financial year", widget=forms.HiddenInput)


class ThemeForm(PortalForm):
    """A theme that is new, reworded or retired: the next version of the code book."""

    which = forms.ChoiceField(label="Theme to change")
    label = forms.CharField(label="Name of the theme", max_length=80, help_text="As a short sentence. Do not name anyone.")
    description = forms.CharField(label="What it means", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    area = forms.ChoiceField(label="Area", choices=list(AREA_LABELS.items()))
    retired = forms.BooleanField(label="Retire it: it is offered no more", required=False)
    note = forms.CharField(label="What changes and why", max_length=300)

    def __init__(self, *arguments: Any, book: CodeBook | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["which"]
        assert isinstance(field, forms.ChoiceField)
        self._known = {one.key for one in (book.all_themes if book is not None else ())}
        field.choices = [("", "A new theme"), *((one.key, one.label) for one in (book.all_themes if book is not None else ()))]
        field.required = False

    def theme(self) -> Theme:
        """The theme as typed; a new one gets a key from its name."""
        typed = self.cleaned_data
        return Theme(typed["which"] or self._free_key(), typed["label"], typed["description"], typed["area"], typed["retired"])

    def _free_key(self) -> str:
        stem = re.sub(r"[^a-z0-9]+", "_", self.cleaned_data["label"].lower()).strip("_")[:34]
        stem = stem if KEY.fullmatch(stem) else f"theme_{stem}"
        return next(key for n in range(1, 1000) if (key := stem if n == 1 else f"{stem}_{n}") not in self._known)
