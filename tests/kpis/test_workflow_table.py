"""The life of a return, step by step: who may take it, from where, to where, and with a word or without."""

import pytest

from edi_portal.exceptions import InvalidTransition
from kpis.workflow import EDITABLE, REOPENS, STATUS_LABELS, TRANSITIONS, Status, check, verbs_from
from organisations.roles import Right

STEPS = {
    "submit": ({Status.DRAFT, Status.SENT_BACK}, Status.SUBMITTED, Right.SUBMIT_RETURN, False),
    "send_back": ({Status.SUBMITTED}, Status.SENT_BACK, Right.SIGN_OFF_RETURN, True),
    "sign_off": ({Status.SUBMITTED}, Status.SIGNED_OFF, Right.SIGN_OFF_RETURN, False),
    "recall": ({Status.SUBMITTED}, Status.DRAFT, Right.SUBMIT_RETURN, True),
    "excuse": ({Status.DRAFT, Status.SENT_BACK}, Status.NOT_REQUIRED, Right.MANAGE_COLLECTIONS, True),
}


def test_every_step_is_that_of_the_design():
    assert {verb: (set(t.sources), t.target, t.right, t.needs_comment) for verb, t in TRANSITIONS.items()} == STEPS
    assert {Status.DRAFT, Status.SENT_BACK} == EDITABLE
    assert {Status.SIGNED_OFF, Status.NOT_REQUIRED} == REOPENS
    assert set(STATUS_LABELS) == set(Status)


@pytest.mark.parametrize("verb", STEPS)
@pytest.mark.parametrize("status", Status)
def test_a_step_is_taken_from_its_own_states_alone(verb: str, status: Status):
    sources, target, _, needs_comment = STEPS[verb]
    if status not in sources:
        with pytest.raises(InvalidTransition, match=STATUS_LABELS[status]):
            check(verb, status, comment="Because.")
        return
    assert check(verb, status.value, comment="Because.").target == target
    if needs_comment:
        for nothing in ("", "  \n"):
            with pytest.raises(InvalidTransition, match="needs a comment"):
                check(verb, status, comment=nothing)
    else:
        assert check(verb, status).target == target


def test_the_buttons_of_a_state_are_its_steps():
    assert {status: set(verbs_from(status.value)) for status in Status} == {
        Status.DRAFT: {"submit", "excuse"},
        Status.SENT_BACK: {"submit", "excuse"},
        Status.SUBMITTED: {"send_back", "sign_off", "recall"},
        Status.SIGNED_OFF: set(),
        Status.NOT_REQUIRED: set(),
    }
