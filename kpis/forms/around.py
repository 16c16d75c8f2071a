"""Forms around the return: more time, a disputed rule and its decision, what a person wants to hear."""

from django import forms

from edi_portal.ui.forms import DayField, HintedLabel, PortalForm

REASON_ROWS = {"rows": 3}


class MoreTimeForm(PortalForm):
    """Until when, and why."""

    until = DayField(label="New date", help_text="The last day on which you can send the return.")
    reason = forms.CharField(
        label="Why do you need more time?",
        help_text="The portal admin and your sponsor read this. Do not name anyone.",
        max_length=500,
        widget=forms.Textarea(attrs=REASON_ROWS),
    )


class AnswerForm(PortalForm):
    """Grant or refuse, with words."""

    decision = forms.ChoiceField(
        label="Your decision", choices=[("grant", "Grant"), ("refuse", "Refuse")], widget=forms.RadioSelect
    )
    until = DayField(label="Until", required=False)
    answer = forms.CharField(
        label="Your answer",
        help_text="The organisation reads this. Do not name anyone.",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs=REASON_ROWS),
    )

    @property
    def is_granted(self) -> bool:
        """Whether it was granted; after `is_valid`."""
        return bool(self.cleaned_data["decision"] == "grant")


class DisputeForm(PortalForm):
    """Why a rule is wrong here."""

    reason = forms.CharField(
        label="Why is the rule wrong here?",
        help_text="The steering group reads this, and it may be printed in reports. Give no numbers of people and no names.",
        max_length=500,
        widget=forms.Textarea(attrs=REASON_ROWS),
    )


class WaiverForm(AnswerForm):
    """Grant until a day, or refuse."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[
            ("grant", HintedLabel("Grant a waiver", "The rule neither blocks nor asks here until the day you give.")),
            ("refuse", HintedLabel("The rule stands", "The organisation mends or explains the figure.")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label="Why?",
        help_text="It is printed with the waiver. Do not name anyone.",
        max_length=500,
        widget=forms.Textarea(attrs=REASON_ROWS),
    )


class EndWaiverForm(PortalForm):
    """Why a waiver ends before its day."""

    answer = forms.CharField(label="Why does it end?", max_length=500, widget=forms.Textarea(attrs=REASON_ROWS))


class NoticesForm(PortalForm):
    """What a person wants to get."""

    reminders = forms.BooleanField(label="Reminders of returns that are due", required=False)
    digest = forms.BooleanField(label="A digest each Monday: what is waiting for you", required=False)
