"""Forms: messages that name the field, dates from three inputs or one, and NHS markup for every kind of field."""

from datetime import date

import pytest
from django import forms
from django.forms import formset_factory
from django.template import Context, Template

from edi_portal.ui import fields
from edi_portal.ui.forms import DayField, HintedLabel, PortalForm, in_sentence
from edi_portal.ui.gallery import ExampleForm

XSS = '"><script>alert(1)</script>'


class DueForm(PortalForm):
    due = DayField(label="Due date", first=date(2019, 10, 1), last=date(2019, 12, 31))
    other = DayField(label="Other date", required=False)


def drawn(form: forms.Form, name: str, **options: object) -> str:
    return fields.render_field(form[name], fields.FieldOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "sent",
    [
        {"due-day": "31", "due-month": "12", "due-year": "2019"},
        {"due": "31/12/2019"},
        {"due": "31.12.2019"},
        {"due": "31 Dec 2019"},
        {"due": "31 december 2019"},
        {"due": "2019-12-31"},
        {"due-day": " 31 ", "due-month": "dec", "due-year": "2019"},
    ],
)
def test_a_day_is_read_from_three_inputs_or_one(sent: dict[str, str]) -> None:
    form = DueForm(sent)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"due": date(2019, 12, 31), "other": None}


@pytest.mark.parametrize(
    ("sent", "message", "marked"),
    [
        ({}, "Enter the due date", ("day", "month", "year")),
        ({"due-day": "3", "due-month": "", "due-year": "2019"}, "Due date must include a month", ("month",)),
        ({"due-day": "", "due-month": "", "due-year": "2019"}, "Due date must include a day and a month", ("day", "month")),
        ({"due-day": "31", "due-month": "11", "due-year": "2019"}, "Due date must be a real date, such as 31 12 2019", ("day",)),
        (
            {"due-day": "40", "due-month": "13", "due-year": "2019"},
            "Due date must be a real date, such as 31 12 2019",
            ("day", "month"),
        ),
        ({"due-day": "1", "due-month": "1", "due-year": "20"}, "Due date must be a real date, such as 31 12 2019", ("year",)),
        (
            {"due-day": "1", "due-month": "1", "due-year": "2020"},
            "Due date must be between 1 October 2019 and 31 December 2019",
            ("day", "month", "year"),
        ),
        ({"due": "soon"}, "Due date must include a month and a year", ("month", "year")),
        ({"due-day": "²", "due-month": "1", "due-year": "2019"}, "Due date must be a real date, such as 31 12 2019", ("day",)),
    ],
)
def test_a_wrong_day_says_what_is_wrong_and_marks_the_inputs(sent: dict[str, str], message: str, marked: tuple[str, ...]) -> None:
    form = DueForm(sent)
    assert form.errors["due"] == [message]
    markup = drawn(form, "due")
    for part in ("day", "month", "year"):
        piece = markup[: markup.index(f'id="id_due-{part}"')].rsplit("<input", 1)[1]
        assert ("nhsuk-input--error" in piece) == (part in marked), part
    assert f'href="#id_due-{marked[0]}"' in fields.render_summary([form], "")


def test_a_rule_of_the_form_about_a_real_day_marks_all_three_inputs() -> None:
    form = DueForm({"due": "31/12/2019"})
    form.add_error("due", "The collection closes before this day")
    assert drawn(form, "due").count("nhsuk-input--error") == 3
    assert 'href="#id_due-day"' in fields.render_summary([form], "")


def test_what_was_typed_in_a_date_is_kept() -> None:
    markup = drawn(DueForm({"due-day": "31", "due-month": "2", "due-year": "2019"}), "due")
    assert 'value="31"' in markup and 'value="2"' in markup and 'value="2019"' in markup


def test_a_stored_day_fills_the_three_inputs() -> None:
    markup = drawn(DueForm(initial={"due": date(2019, 11, 5)}), "due")
    assert 'value="5"' in markup and 'value="11"' in markup and 'value="2019"' in markup


def test_bounds_on_one_side_say_so() -> None:
    class Late(PortalForm):
        first = DayField(label="Start", first=date(2020, 1, 1))
        last = DayField(label="End", last=date(2020, 1, 1))

    form = Late({"first": "31/12/2019", "last": "2/1/2020"})
    assert form.errors["first"] == ["Start must be 1 January 2020 or later"]
    assert form.errors["last"] == ["End must be 1 January 2020 or earlier"]


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        (forms.CharField(label="Number of staff"), "", "Enter the number of staff"),
        (forms.CharField(label="KPI name"), "", "Enter the KPI name"),
        (forms.CharField(label="Why did it change?"), "", "Answer the question: Why did it change?"),
        (forms.ChoiceField(label="Your decision", choices=[("a", "A")]), "", "Choose your decision"),
        (forms.ChoiceField(label="Kind", choices=[("a", "A")]), "z", "Kind: choose one of the answers shown"),
        (forms.IntegerField(label="Number of staff"), "1.482", "Number of staff must be a whole number, such as 1482"),
        (forms.IntegerField(label="Number of staff", min_value=0), "-3", "Number of staff must be 0 or more"),
        (forms.DecimalField(label="Pay"), "a lot", "Pay must be a number, such as 12.25"),
        (forms.EmailField(label="Email address"), "nobody", "Email address must be an email address, such as name@nhs.net"),
        (forms.CharField(label="Name", max_length=3), "abcd", "Name must be 3 characters or fewer"),
        (forms.CharField(label="Password", min_length=3), "ab", "Password must be 3 characters or more"),
        (forms.BooleanField(label="I have read it"), "", "Tick the box: I have read it"),
        (forms.FileField(label="Workbook"), "", "Choose a file for the workbook"),
        (
            forms.URLField(label="Address", assume_scheme="https"),
            "no",
            "Address must be a web address, such as https://www.england.nhs.uk",
        ),
        (forms.CharField(label="Name", error_messages={"required": "Tell us the name"}), "", "Tell us the name"),
    ],
)
def test_messages_name_their_field(field: forms.Field, sent: str, message: str) -> None:
    form = type("OneForm", (PortalForm,), {"one": field})({"one": sent})
    assert form.errors["one"] == [message]


def test_no_message_of_the_gallery_is_djangos_own() -> None:
    form = ExampleForm({}, prefix="p")
    for messages in form.errors.values():
        for message in messages:
            assert "This field" not in message and "valid" not in message.lower()


@pytest.mark.parametrize(
    ("label", "inside"),
    [("Number of staff", "the number of staff"), ("Your decision", "your decision"), ("KPI name", "the KPI name"), ("", "the ")],
)
def test_a_label_inside_a_sentence(label: str, inside: str) -> None:
    assert in_sentence(label) == inside


def test_every_kind_of_field_is_drawn_with_its_nhs_component() -> None:
    form = ExampleForm()
    expected = {
        "name": 'class="nhsuk-input"',
        "email": 'type="email"',
        "staff": 'inputmode="numeric"',
        "pay": 'inputmode="decimal"',
        "due": "nhsuk-date-input",
        "kind": "nhsuk-select",
        "decision": 'type="radio"',
        "parts": 'type="checkbox"',
        "why": "nhsuk-textarea",
        "file": 'type="file"',
        "password": "nhsuk-password-input",
        "agree": 'type="checkbox"',
    }
    assert set(expected) == set(form.fields)
    for name, mark in expected.items():
        assert mark in drawn(form, name), name


def test_affixes_hints_and_optional() -> None:
    form = ExampleForm()
    assert "£" in drawn(form, "pay", prefix="£") and "%" in drawn(form, "pay", suffix="%")
    assert "You say what should change." in drawn(form, "decision")
    assert "Why did it change? (optional)" in drawn(form, "why")
    assert "(optional)" not in drawn(form, "name")
    assert "(optional)" not in drawn(form, "why", plain_label=True)
    assert "<h1" in drawn(form, "decision", heading=True)
    assert "nhsuk-u-visually-hidden" in drawn(form, "name", hide_label=True)


@pytest.mark.security(24)
def test_values_are_kept_and_escaped() -> None:
    form = ExampleForm({"name": XSS, "why": XSS, "decision": XSS, "staff": "0", "kind": "ccg"})
    for name in ("name", "why", "decision"):
        assert "<script>" not in drawn(form, name)
    assert 'value="0"' in drawn(form, "staff")
    assert 'value="ccg" selected' in drawn(form, "kind")
    assert "<script>" not in fields.render_summary([form], XSS)


def test_labels_and_hints_are_escaped() -> None:
    class Sly(PortalForm):
        one = forms.CharField(label=XSS, help_text=XSS)
        two = forms.ChoiceField(label=XSS, widget=forms.RadioSelect, choices=[("a", HintedLabel(XSS, XSS))])

    for name in ("one", "two"):
        assert "<script>" not in drawn(Sly({}), name)


def test_an_error_is_tied_to_its_field() -> None:
    form = ExampleForm({})
    markup = drawn(form, "name")
    assert 'id="id_name-error"' in markup and 'aria-describedby="id_name-hint id_name-error"' in markup


def test_the_summary_links_to_the_first_input_and_counts() -> None:
    form = ExampleForm(
        {"name": "A", "email": "a@nhs.net", "pay": "1", "due": "1/11/2019", "kind": "ccg", "parts": ["w"], "password": "x"}
    )
    summary = fields.render_summary([form], "")
    assert "4 answers must be mended" in summary
    assert 'href="#id_staff"' in summary and 'href="#id_decision"' in summary
    assert "id_decision" in drawn(form, "decision")
    assert fields.render_summary([ExampleForm()], "") == ""


def test_the_summary_holds_formsets_and_errors_of_the_whole_form() -> None:
    class Whole(PortalForm):
        one = forms.CharField(label="One")

        def clean(self) -> None:
            raise forms.ValidationError("The two dates are in the wrong order")

    many = formset_factory(Whole, extra=1)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-one": "x"})
    summary = fields.render_summary([many], "Mend this first")
    assert "Mend this first" in summary and "The two dates are in the wrong order" in summary and "href" not in summary


def test_several_choices_in_a_select_are_refused() -> None:
    class Many(PortalForm):
        one = forms.MultipleChoiceField(choices=[("a", "A")])

    with pytest.raises(TypeError, match="CheckboxSelectMultiple"):
        drawn(Many(), "one")


def test_the_title_gets_error_in_front_only_when_a_form_has_errors() -> None:
    template = Template("{% error_prefix %}")
    assert template.render(Context({"form": ExampleForm({})})) == "Error: "
    assert template.render(Context({"form": ExampleForm()})) == ""
    assert template.render(Context({"forms": [ExampleForm(), ExampleForm({})]})) == "Error: "
    assert template.render(Context({"has_errors": True})) == "Error: "
    assert template.render(Context({})) == ""
