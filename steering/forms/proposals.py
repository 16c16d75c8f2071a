"""What the group types about proposals, and the bodies in reply."""

from typing import Any

from django import forms

from edi_portal.ui.forms import DayField, PortalForm
from steering.forms.actions import DO_NOT_NAME
from steering.forms.governance import decision_choices, lines, workstream_field
from steering.models import Decision, Proposal
from steering.selectors.subjects import subject_choices
from steering.services.proposals import ProposalEntry
from steering.vocabulary import PROPOSALS


class ProposalForm(PortalForm):
    """A proposal for ratification."""

    kind = forms.ChoiceField(label="What is proposed?", choices=list(PROPOSALS.items()), widget=forms.RadioSelect)
    title = forms.CharField(label="The proposal in a line", max_length=160, help_text=DO_NOT_NAME)
    text = forms.CharField(label="What is proposed", max_length=4000, widget=lines(5))
    reason = forms.CharField(label="Why", max_length=2000, widget=lines(3))
    subject_key = forms.ChoiceField(
        label="Which version is it?", required=False, help_text="For a framework or terms of reference."
    )
    workstream = workstream_field()
    decision = forms.ChoiceField(label="Decision that it comes from", required=False)
    reply_by = DayField(label="Replies until")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["subject_key"].choices = subject_choices()  # type: ignore[attr-defined]
        self.fields["decision"].choices = decision_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A version where the kind has versions, and none where it has not."""
        answers = super().clean() or {}
        kind, key = answers.get("kind"), answers.get("subject_key") or ""
        versioned = kind in {"framework", "terms"}
        if versioned and key.partition(":")[0] != kind:
            self.add_error("subject_key", "Choose the version that is proposed")
        elif kind and not versioned:
            answers["subject_key"] = ""
        return answers

    def entry(self) -> ProposalEntry:
        """The checked answers as the service wants them."""
        answers = dict(self.cleaned_data)
        answers["decision"] = Decision.objects.get(pk=answers["decision"]) if answers["decision"] else None
        return ProposalEntry(**answers)


def initial_of_proposal(proposal: Proposal) -> dict[str, Any]:
    """What the form shows when a returned proposal is changed."""
    shown = {name: getattr(proposal, name) for name in ("kind", "title", "text", "reason", "subject_key")}
    return shown | {"workstream": proposal.workstream.slug if proposal.workstream else ""}


class ReturnForm(PortalForm):
    """Why a body returns a proposal."""

    reason = forms.CharField(label="What must change, and why", max_length=2000, widget=lines(4), help_text=DO_NOT_NAME)
