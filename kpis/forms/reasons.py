"""Forms that stand once in every row of a list: each has ids of its own, so that a refusal is said at its row."""

from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm


class RowForm(PortalForm):
    """A form of one row of a list."""

    def __init__(self, data: Any = None, *, row: int) -> None:
        super().__init__(data, auto_id=f"%s-{row}")


class DeclineMeaningForm(RowForm):
    """Why a value does not mean what an organisation says."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        error_messages={"required": "Say why the meaning is declined, so that the EDI lead can mend it."},
    )

    def __init__(self, data: Any = None, *, row: int, shown: str, meaning: str) -> None:
        super().__init__(data, row=row)
        self.fields["reason"].label = f"Why is “{shown}” not “{meaning}”?"


class PassForm(RowForm):
    """That a reviewer recognises nobody in a text."""

    nobody = forms.BooleanField(
        label="No person can be recognised in this text",
        error_messages={"required": "Tick that no person can be recognised, or send the text back."},
    )


class SendBackForm(RowForm):
    """What must change in a text before others read it."""

    reason = forms.CharField(
        label="What must change",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what must change in the text."},
    )


class RetireForm(RowForm):
    """Why a fact counts no more."""

    reason = forms.CharField(label="Reason", max_length=500, error_messages={"required": "Say why this fact is retired."})
