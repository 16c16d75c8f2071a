"""Form bases and fields whose messages name the field and say how to mend it."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

PARTS = ("day", "month", "year")
_ONE_FIELD = re.compile(r"\s*(\d{1,2})[\s/.-]+(\d{1,2}|[A-Za-z]{3,9})[\s/.-]+(\d{4})\s*")
_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class HintedLabel(str):
    """The words of one radio or checkbox, with a hint below: `("send_back", HintedLabel("Send back", "You say why"))`."""

    hint: str

    def __new__(cls, label: str, hint: str) -> "HintedLabel":
        made = super().__new__(cls, label)
        made.hint = hint
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.hint


class DayWidget(forms.Widget):
    """Three inputs (`name-day`, `name-month`, `name-year`); one value under the plain name is read as well."""

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        if any(f"{name}-{part}" in data for part in PARTS):
            return tuple((data.get(f"{name}-{part}") or "").strip() for part in PARTS)
        return data.get(name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        return name not in data and all(f"{name}-{part}" not in data for part in PARTS)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day" if id_ else id_


class DayField(forms.Field):
    """A calendar day, from three inputs or from `31/12/2019`, `31 Dec 2019` or `2019-12-31`.

    `first` and `last` bound it; the message names both: "The date must be between 1 October and 31 December 2019".
    """

    widget = DayWidget

    def __init__(self, *, first: date | None = None, last: date | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.first, self.last = first, last

    def to_python(self, value: Any) -> date | None:
        """The day typed, None when nothing was typed; raises ValidationError naming the field and the missing part."""
        if isinstance(value, date):
            return value
        typed = self.parts(value)
        if not any(typed.values()):
            return None
        name = str(self.label or "The date")
        missing = [part for part in PARTS if not typed[part]]
        if missing:
            raise ValidationError(f"{name} must include a {' and a '.join(missing)}", code="incomplete")
        if _unreal_parts(typed):
            raise ValidationError(f"{name} must be a real date, such as 31 12 2019", code="invalid")
        day = date(int(typed["year"]), _month(typed["month"]), int(typed["day"]))
        self._check_range(day, name)
        return day

    def parts(self, value: Any) -> dict[str, str]:
        """What stands in the three inputs for a value, typed or stored."""
        if isinstance(value, date):
            return dict(zip(PARTS, (str(value.day), str(value.month), str(value.year)), strict=True))
        if isinstance(value, tuple | list):
            return dict(zip(PARTS, value, strict=True))
        text = str(value or "")
        if found := _ONE_FIELD.fullmatch(text):
            return dict(zip(PARTS, found.groups(), strict=True))
        if found := _ISO.fullmatch(text):
            return dict(zip(PARTS, reversed(found.groups()), strict=True))
        return {"day": text.strip(), "month": "", "year": ""}

    def parts_in_error(self, value: Any) -> tuple[str, ...]:
        """The inputs to mark when the field has an error: those left empty, else those that make no date, else all three."""
        typed = self.parts(value)
        empty = tuple(part for part in PARTS if not typed[part])
        return empty or _unreal_parts(typed) or PARTS

    def _check_range(self, day: date, name: str) -> None:
        if self.first and self.last and not self.first <= day <= self.last:
            raise ValidationError(f"{name} must be between {_written(self.first)} and {_written(self.last)}", code="range")
        if self.first and day < self.first:
            raise ValidationError(f"{name} must be {_written(self.first)} or later", code="range")
        if self.last and day > self.last:
            raise ValidationError(f"{name} must be {_written(self.last)} or earlier", code="range")


def _unreal_parts(typed: Mapping[str, str]) -> tuple[str, ...]:
    """The parts that make it no date: each outside its range, or the day where its month is shorter."""
    limits = {"day": range(1, 32), "year": range(1900, 2200)}
    wrong = {part for part, allowed in limits.items() if not _is_whole(typed[part]) or int(typed[part]) not in allowed}
    if _month(typed["month"]) == 0:
        wrong.add("month")
    if wrong:
        return tuple(part for part in PARTS if part in wrong)
    last_day = monthrange(int(typed["year"]), _month(typed["month"]))[1]
    return ("day",) if int(typed["day"]) > last_day else ()


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4


def _month(text: str) -> int:
    if _is_whole(text):
        return int(text) if 1 <= int(text) <= 12 else 0
    short = text[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


class NamedMessages:
    """Mixed into forms: Django's "This field is required." and its like are replaced by words that name the field.

    A field's own `error_messages` win.
    """

    fields: dict[str, forms.Field]

    def name_messages(self) -> None:
        """Set the messages of every field from its label."""
        for name, field in self.fields.items():
            label = str(field.label or name.replace("_", " ").capitalize())
            own = set(_given_messages(field))
            for code, words in _messages(field, label).items():
                if code not in own:
                    field.error_messages[code] = words
            _name_limits(field, label)


class PortalForm(NamedMessages, forms.Form):
    """Base of every form: messages name their field, no `required` attribute (the server's words are better)."""

    use_required_attribute = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.name_messages()


class PortalModelForm(NamedMessages, forms.ModelForm):
    """Base of every form over a model, with the same messages."""

    use_required_attribute = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.name_messages()


def _given_messages(field: forms.Field) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    return {code: words for code, words in field.error_messages.items() if words != defaults.get(code)}


OWN_ARTICLE = frozenset(
    {"the", "a", "an", "your", "our", "their", "this", "any", "each", "what", "which", "who", "how", "why", "when", "where"}
)


def in_sentence(label: str) -> str:
    """A label inside a sentence: "Number of staff" → "the number of staff", "Your decision" → "your decision"."""
    words = label if len(label) > 1 and label[1].isupper() else label[:1].lower() + label[1:]
    return words if words.partition(" ")[0].lower() in OWN_ARTICLE else f"the {words}"


def _messages(field: forms.Field, label: str) -> dict[str, str]:
    noun = in_sentence(label)
    question = label.endswith("?")
    choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    if isinstance(field, forms.BooleanField):
        return {"required": f"Tick the box: {label}"}
    if isinstance(field, forms.FileField):
        return {
            "required": f"Choose a file for {noun}",
            "empty": f"{label}: the file is empty. Choose another",
            "missing": f"{label}: the file did not arrive. Choose it again",
            "invalid": f"{label}: the file did not arrive. Choose it again",
        }
    messages = {"required": f"Answer the question: {label}" if question else f"{'Choose' if choice else 'Enter'} {noun}"}
    if choice:
        messages["invalid_choice"] = f"{label}: choose one of the answers shown"
        messages["invalid_list"] = f"{label}: choose from the answers shown"
    elif isinstance(field, forms.EmailField):
        messages["invalid"] = f"{label} must be an email address, such as name@nhs.net"
    elif isinstance(field, forms.DecimalField | forms.FloatField):
        messages["invalid"] = f"{label} must be a number, such as 12.25"
    elif isinstance(field, forms.IntegerField):
        messages["invalid"] = f"{label} must be a whole number, such as 1482"
    elif isinstance(field, forms.URLField):
        messages["invalid"] = f"{label} must be a web address, such as https://www.england.nhs.uk"
    return messages


def _name_limits(field: forms.Field, label: str) -> None:
    """Give the limits on length and size a message that names the field."""
    words = {
        "max_length": "{label} must be %(limit_value)s characters or fewer",
        "min_length": "{label} must be %(limit_value)s characters or more",
        "max_value": "{label} must be %(limit_value)s or less",
        "min_value": "{label} must be %(limit_value)s or more",
    }
    for validator in field.validators:
        code = getattr(validator, "code", "")
        if code in words and code not in field.error_messages:
            field.error_messages[code] = words[code].format(label=label)
