"""The few errors that services raise, each with a sentence a user can act on.

`edi_portal.ui.middleware.BusinessErrorMiddleware` maps each to a status once:
NotAllowed 403, InvalidTransition 409, StaleData 409, Incomplete 422.
"""


class BusinessError(Exception):
    """Something a person asked for that the rules refuse; `str(error)` is the sentence to show."""


class NotAllowed(BusinessError):
    """This person may not do this."""


class InvalidTransition(BusinessError):
    """Nobody may do this now: the thing is in the wrong state."""


class StaleData(BusinessError):
    """Somebody else changed the same thing since it was shown; nothing was overwritten."""


class Incomplete(BusinessError):
    """Something that must be there first is missing."""
