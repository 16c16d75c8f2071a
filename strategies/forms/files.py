"""What an organisation chooses and confirms about the files of its strategies."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from edi_portal.ui.editing import Meanwhile
from edi_portal.ui.forms import PortalForm
from strategies.forms.documents import theme_choices
from strategies.models import ProposedLine, StrategyFile, Theme
from strategies.services.documents import LineEntry
from strategies.services.files import Taken
from strategies.vocabulary import DOCUMENT_KINDS, LINE_KINDS


class FileForm(PortalForm):
    """A file for a document that is there."""

    file = forms.FileField(
        label="Strategy document",
        help_text="PDF or Word (.docx), at most 25 MB. Its text is read here; nothing of it becomes an objective without you.",
    )


class NewFileForm(FileForm):
    """A file of a document that is not in the register yet."""

    title = forms.CharField(label="Title", max_length=200)
    kind = forms.ChoiceField(
        label="What is it?", choices=list(DOCUMENT_KINDS.items()), widget=forms.RadioSelect, initial="strategy"
    )
    field_order = ["title", "kind", "file"]


TAKE_LABELS = {"period": "Take the period", "vision": "Take the vision", "mission": "Take the mission"}


class ProposalsForm(PortalForm):
    """The proposals of a file that wait, each with its tick; and what the file says of the document as a whole."""

    meanwhile: tuple[Meanwhile, ...] = ()

    def __init__(
        self,
        *arguments: Any,
        file: StrategyFile,
        waiting: Sequence[ProposedLine],
        themes: Iterable[Theme],
        suggested: dict[int, str],
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        choices = [("", "No theme yet"), *theme_choices(themes)]
        self.waiting = waiting
        for name, label in TAKE_LABELS.items():
            if name in file.found:
                self.fields[f"take-{name}"] = forms.BooleanField(label=label, required=False)
        for one in waiting:
            # Whoever takes a line says what it says; of the others nothing is asked.
            taken = not self.is_bound or bool(self.data.get(f"take-{one.number}"))
            self.fields[f"take-{one.number}"] = forms.BooleanField(label=f"Add line {one.number}", required=False)
            self.fields[f"text-{one.number}"] = forms.CharField(
                label=f"Line {one.number} says",
                max_length=1000,
                initial=one.text,
                required=taken,
                error_messages={"required": f"Write what line {one.number} says, or take out its tick"},
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"kind-{one.number}"] = forms.ChoiceField(
                label=f"Line {one.number} is", choices=list(LINE_KINDS.items()), initial=one.kind, required=taken
            )
            self.fields[f"theme-{one.number}"] = forms.ChoiceField(
                label=f"Theme of line {one.number}", choices=choices, initial=suggested.get(one.number, ""), required=False
            )
        self.name_messages()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each proposal with its fields."""
        names = ("take", "text", "kind", "theme")
        return [{"proposal": one} | {name: self[f"{name}-{one.number}"] for name in names} for one in self.waiting]

    @property
    def wholes(self) -> list[tuple[str, Any]]:
        """The ticks for period, vision and mission."""
        return [(name, self[f"take-{name}"]) for name in TAKE_LABELS if f"take-{name}" in self.fields]

    def taken(self) -> list[Taken]:
        """The ticked lines as the service wants them."""
        answers = self.cleaned_data
        return [
            Taken(
                one.number,
                LineEntry(
                    text=answers[f"text-{one.number}"],
                    kind=answers[f"kind-{one.number}"] or one.kind,
                    themes=(answers[f"theme-{one.number}"],) if answers[f"theme-{one.number}"] else (),
                ),
            )
            for one in self.waiting
            if answers[f"take-{one.number}"]
        ]

    def take(self) -> list[str]:
        """Which of period, vision and mission are taken."""
        return [name for name in TAKE_LABELS if self.cleaned_data.get(f"take-{name}")]
