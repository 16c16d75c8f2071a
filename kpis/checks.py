"""Deployment check: disclosure settings that would not protect anybody are refused, however they came into the database."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from edi_portal.disclosure.policy import PolicyError, check_floor
from kpis.selectors.disclosure import policy_in_force


@register(Tags.security, deploy=True)
def disclosure_settings_protect(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What `check --deploy` refuses: a highest hidden count below 7, and whatever else a policy refuses."""
    try:
        check_floor(policy_in_force())
    except (PolicyError, TypeError) as error:
        return [
            Error(
                f"The disclosure settings would not protect people: {error}",
                hint="Change them on /settings/disclosure/.",
                id="kpis.E001",
            )
        ]
    except DatabaseError:
        return []  # not migrated yet, or no database here: `migrate` and the start say so
    return []
