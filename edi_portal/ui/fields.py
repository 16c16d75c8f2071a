"""Django form fields drawn as NHS components: label, hint, error that names the field, and the error summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BaseForm, BaseFormSet, BoundField
from django.utils.safestring import SafeString, mark_safe

from edi_portal.ui import components
from edi_portal.ui.forms import DayField
from edi_portal.ui.nhsuk import macro

CHECKED = ("1", "true", "True", "on")


@dataclass(frozen=True, slots=True)
class FieldOptions:
    """How one field is drawn. Anything left out is taken from the form field itself.

    label, hint: other words than the field's own · label_size: s, m, l or xl · heading: the label is the page's H1 ·
    prefix, suffix: "£", "%", "people" · width: 2, 3, 4, 5, 10, 20 or 30 characters · rows: height of a text area ·
    inline: radios side by side · small: small radios or checkboxes · hide_label: for screen readers only ·
    autocomplete: what a browser may fill in · plain_label: without “(optional)”, where the page says so of many fields at once.
    """

    label: str = ""
    hint: str = ""
    label_size: str = ""
    heading: bool = False
    prefix: str = ""
    suffix: str = ""
    width: int | None = None
    rows: int | None = None
    inline: bool = False
    small: bool = False
    hide_label: bool = False
    autocomplete: str = ""
    plain_label: bool = False


def render_field(field: BoundField, options: FieldOptions) -> SafeString:
    """The NHS component that belongs to the field's widget."""
    widget = field.field.widget
    if widget.is_hidden:
        return field.as_widget()
    if isinstance(field.field, DayField):
        return _date(field, options)
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return _choices(field, options, "checkboxes", "checkboxes")
    if isinstance(widget, forms.RadioSelect):
        return _choices(field, options, "radios", "radios")
    if isinstance(widget, forms.CheckboxInput):
        return _tick(field, options)
    if isinstance(widget, forms.SelectMultiple):
        raise TypeError(f"{field.name}: a list of several choices is drawn as checkboxes, use CheckboxSelectMultiple")
    if isinstance(widget, forms.Select):
        return macro("select", "select", {**_common(field, options), "items": _items(field), "value": _text(field)})
    if isinstance(widget, forms.Textarea):
        rows = options.rows or int(widget.attrs.get("rows", 5))
        return macro("textarea", "textarea", {**_common(field, options), "value": _text(field), "rows": str(rows)})
    if isinstance(widget, forms.FileInput):
        return _file(field, options)
    if isinstance(widget, forms.PasswordInput):
        complete = options.autocomplete or widget.attrs.get("autocomplete") or "current-password"
        return macro("password-input", "passwordInput", {**_common(field, options), "autocomplete": complete})
    return _input(field, options)


def render_summary(forms_: Iterable[BaseForm | BaseFormSet], heading: str) -> SafeString:
    """The error summary: one line for each error of each form, linked to its field; empty without errors."""
    every = list(forms_)
    lines = [line for form in every for line in error_lines(form)]
    if not lines:
        return SafeString("")
    rows = [row for form in every for row in getattr(form, "meanwhile", ())]
    number = f"{len(lines)} answer{' must' if len(lines) == 1 else 's must'} be mended"
    title = heading or ("Nothing has been saved: somebody else changed this meanwhile" if rows else number)
    summary = macro("error-summary", "errorSummary", {"heading": {"text": title}, "errorList": lines})
    return summary + components.render("meanwhile", {"rows": rows}) if rows else summary


def error_lines(form: BaseForm | BaseFormSet) -> list[dict[str, str]]:
    """Text and link of every error; an error of the whole form has no link."""
    if isinstance(form, BaseFormSet):
        whole = [{"text": str(message)} for message in form.non_form_errors()]
        return whole + [line for part in form.forms for line in error_lines(part)]
    lines = []
    for name, messages in form.errors.items():
        for message in messages:
            lines.append({"text": str(message)} | ({"href": f"#{_first_id(form[name])}"} if name in form.fields else {}))
    return lines


def has_errors(form: Any) -> bool:
    """True for a form or formset that was sent and has errors; anything else has none."""
    if isinstance(form, BaseFormSet):
        return form.is_bound and not form.is_valid()
    return isinstance(form, BaseForm) and bool(form.errors)


def _first_id(field: BoundField) -> str:
    if isinstance(field.field, DayField):
        wrong = field.field.parts_in_error(field.value())
        return f"{field.auto_id}-{wrong[0]}"
    return field.auto_id


def _label_text(field: BoundField, options: FieldOptions) -> str:
    text = options.label or str(field.label)
    single_tick = isinstance(field.field.widget, forms.CheckboxInput)
    plain = field.field.required or single_tick or options.plain_label or "(optional)" in text
    return text if plain else f"{text} (optional)"


def _label(field: BoundField, options: FieldOptions) -> dict[str, Any]:
    return {
        "text": _label_text(field, options),
        "size": options.label_size or ("l" if options.heading else None),
        "isPageHeading": options.heading or None,
        "classes": "nhsuk-u-visually-hidden" if options.hide_label else None,
    }


def _hint(field: BoundField, options: FieldOptions) -> Mapping[str, Any] | None:
    text = options.hint or field.help_text
    if not text:
        return None
    return {"html": text} if isinstance(text, SafeString) else {"text": str(text)}


def _error(field: BoundField) -> Mapping[str, str] | None:
    return {"text": " ".join(str(message) for message in field.errors)} if field.errors else None


def _attributes(field: BoundField) -> dict[str, Any]:
    own = {"class", "rows", "cols", "autocomplete", "inputmode", "id", "value", "type", "aria-describedby", "aria-invalid"}
    attributes = {key: value for key, value in field.field.widget.attrs.items() if key not in own and value not in (False, None)}
    return {key: True if value is True else str(value) for key, value in attributes.items()}


def _common(field: BoundField, options: FieldOptions) -> dict[str, Any]:
    return {
        "id": field.auto_id,
        "name": field.html_name,
        "label": _label(field, options),
        "hint": _hint(field, options),
        "errorMessage": _error(field),
        "attributes": _attributes(field) or None,
        "classes": field.field.widget.attrs.get("class") or None,
    }


def _text(field: BoundField) -> str:
    value = field.field.widget.format_value(field.value())
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return "" if value is None else str(value)


def _input(field: BoundField, options: FieldOptions) -> SafeString:
    widget = field.field.widget
    kind = getattr(widget, "input_type", "text")
    number = isinstance(field.field, forms.IntegerField | forms.DecimalField | forms.FloatField)
    whole = isinstance(field.field, forms.IntegerField) and not isinstance(field.field, forms.FloatField | forms.DecimalField)
    mode = ("numeric" if whole else "decimal") if number else None
    params = {
        **_common(field, options),
        "type": "text" if kind == "number" else kind,
        "inputmode": widget.attrs.get("inputmode") or mode,
        "value": _text(field),
        "autocomplete": options.autocomplete or widget.attrs.get("autocomplete") or ("off" if number else None),
        "prefix": options.prefix or None,
        "suffix": options.suffix or None,
        "width": str(options.width or (10 if number else "")) or None,
        "spellcheck": False if number or kind in ("email", "url") else None,
    }
    return macro("input", "input", params)


def _file(field: BoundField, options: FieldOptions) -> SafeString:
    multiple = getattr(field.field.widget, "allow_multiple_selected", False) or None
    drawn = macro("file-upload", "fileUpload", {**_common(field, options), "multiple": multiple})
    # The browser's own file input is kept: the NHS script replaces it by a button whose name lacks its visible text.
    return mark_safe(drawn.replace(' data-module="nhsuk-file-upload"', ""))  # noqa: S308 - escaped by the macro


def _items(field: BoundField) -> list[dict[str, Any]]:
    chosen = field.value()
    values = (
        {str(value) for value in chosen} if isinstance(chosen, list | tuple | set) else {"" if chosen is None else str(chosen)}
    )
    items: list[dict[str, Any]] = []
    for value, label in field.field.choices:  # type: ignore[attr-defined]
        pairs = label if isinstance(label, list | tuple) else [(value, label)]
        for one, words in pairs:
            hint = getattr(words, "hint", "")
            picked = str(one) in values
            items.append(
                {"value": str(one), "text": str(words), "checked": picked, "selected": picked}
                | ({"hint": {"text": hint}} if hint else {})
            )
    return items


def _choices(field: BoundField, options: FieldOptions, folder: str, name: str) -> SafeString:
    items = [item for item in _items(field) if item["value"] or folder == "checkboxes"]
    legend = {
        "text": _label_text(field, options),
        "size": options.label_size or ("l" if options.heading else "s"),
        "isPageHeading": options.heading or None,
        "classes": "nhsuk-u-visually-hidden" if options.hide_label else None,
    }
    return macro(
        folder,
        name,
        {
            "idPrefix": field.auto_id,
            "name": field.html_name,
            "fieldset": {"legend": legend},
            "hint": _hint(field, options),
            "errorMessage": _error(field),
            "items": items,
            "inline": options.inline or None,
            "small": options.small or None,
        },
    )


def _tick(field: BoundField, options: FieldOptions) -> SafeString:
    item = {"value": "on", "text": _label_text(field, options), "checked": bool(field.value()), "id": field.auto_id}
    if hint := _hint(field, options):
        item["hint"] = hint
    params = {
        "idPrefix": field.auto_id,
        "name": field.html_name,
        "items": [item],
        "errorMessage": _error(field),
        "small": options.small or None,
    }
    return macro("checkboxes", "checkboxes", params)


def _date(field: BoundField, options: FieldOptions) -> SafeString:
    assert isinstance(field.field, DayField)
    typed = field.field.parts(field.value())
    wrong = field.field.parts_in_error(field.value()) if field.errors else ()
    items = [
        {
            "id": f"{field.auto_id}-{part}",
            "name": f"{field.html_name}-{part}",
            "label": part.capitalize(),
            "value": typed[part],
            "width": "4" if part == "year" else "2",
            "classes": "nhsuk-input--error" if part in wrong else None,
        }
        for part in ("day", "month", "year")
    ]
    legend = {
        "text": _label_text(field, options),
        "size": options.label_size or ("l" if options.heading else "s"),
        "isPageHeading": options.heading or None,
    }
    hint = _hint(field, options) or {"text": "For example, 31 12 2019"}
    params = {"id": field.auto_id, "fieldset": {"legend": legend}, "hint": hint, "errorMessage": _error(field), "items": items}
    return macro("date-input", "dateInput", params)
