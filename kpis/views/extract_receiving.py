"""Receiving the files of a sitting: whose request it is, how much there may be, and that nothing of it stays.

Django reads a form before it checks the form's token, and reading is what must not happen with its own upload handlers. So this
view is exempt from the check on the way in, puts its own handler in place, and has the token checked then. What a request
without a token caused is undone. Cross-site requests do not get as far: the session's cookie is not sent with them, and a
foreign `Origin` is refused before a byte is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from edi_portal.errors import csrf_failure
from edi_portal.ui.middleware import wants_json
from kpis.dashboards.extract_list import when_of
from kpis.models.extracts import Extract, ExtractState
from kpis.models.returns import KpiReturn
from kpis.selectors.extracts import readings_under_way
from kpis.views.extract_uploads import DiscardingUploadHandler, ExtractUploadHandler, Sitting
from kpis.views.returns import address_of

Show = Callable[[HttpRequest, KpiReturn, str, int], HttpResponse]
MEGABYTE = 1024 * 1024


def receive(request: HttpRequest, kpi_return: KpiReturn, show: Show) -> HttpResponse:
    """Read the files of this request. `show` renders the page with a sentence about what stands in the way."""
    if not _is_ours(request):
        return csrf_failure(request)
    size = _announced(request)
    refused = _too_much(size) or _too_often(request, kpi_return)
    if refused is not None:
        return _refuse(request, kpi_return, show, *refused)
    # The sheet stands in the address: files pass while they arrive, before the fields of the form can be read.
    sitting = Sitting(kpi_return, request.user, expected=size, sheet=request.GET.get("sheet", ""))
    accepted = False

    @csrf_protect
    def checked(request: HttpRequest) -> HttpResponse:
        nonlocal accepted
        accepted = True
        sitting.keep()
        return _answer(request, kpi_return, sitting, show)

    request.upload_handlers = [ExtractUploadHandler(sitting)]
    try:
        _ = request.POST
        response = checked(request)
    except (UnreadablePostError, MultiPartParserError, SuspiciousOperation):
        # Nobody is there any more to hear the answer, or what came is no form; the rows of the files say what happened.
        accepted = True
        sitting.break_off()
        sitting.keep()
        return show(request, kpi_return, "The upload broke off. Nothing of it was kept; upload the files again.", 400)
    finally:
        sitting.end()
        if not accepted:
            sitting.undo()
    return response


def turn_away(request: HttpRequest, reason: Exception) -> HttpResponse:
    """Answer a request that this person may not make: the form's token first, as everywhere, then the reason. Nothing is read."""

    @csrf_protect
    def checked(request: HttpRequest) -> HttpResponse:
        raise reason

    request.upload_handlers = [DiscardingUploadHandler()]
    return checked(request)


def _is_ours(request: HttpRequest) -> bool:
    """Whether the page that sends the form is ours, as far as the browser says."""
    origin = request.headers.get("Origin")
    return origin in (None, f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)


def _announced(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _too_much(size: int) -> tuple[str, int] | None:
    most = settings.EXTRACT_LARGEST_REQUEST
    if size <= most:
        return None
    sentence = f"These files are {size // MEGABYTE:,} MB together; {most // MEGABYTE:,} MB are possible. Upload them one by one."
    return sentence, HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _too_often(request: HttpRequest, kpi_return: KpiReturn) -> tuple[str, int] | None:
    own, in_all = readings_under_way(kpi_return.organisation)
    if in_all >= settings.EXTRACT_READINGS_IN_ALL:
        return "Many files are being read at this moment. Upload yours in a minute.", HTTPStatus.TOO_MANY_REQUESTS
    if own >= settings.EXTRACT_READINGS_AT_ONCE:
        return (
            "Other files of your organisation are being read. Wait until they are done, then upload yours.",
            HTTPStatus.TOO_MANY_REQUESTS,
        )
    hour = timezone.now() - timedelta(hours=1)
    begun = Extract.objects.for_the_portal("counts the own readings of the last hour, in all roles")
    if begun.filter(uploaded_by=request.user.pk, begun_at__gte=hour).count() >= settings.EXTRACT_READINGS_AN_HOUR:
        return "You uploaded very many files in this hour. Go on in a while.", HTTPStatus.TOO_MANY_REQUESTS
    return None


def _refuse(request: HttpRequest, kpi_return: KpiReturn, show: Show, sentence: str, status: int) -> HttpResponse:
    response = (
        JsonResponse({"problem": sentence}, status=status) if wants_json(request) else show(request, kpi_return, sentence, status)
    )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "60"
    return response


def _answer(request: HttpRequest, kpi_return: KpiReturn, sitting: Sitting, show: Show) -> HttpResponse:
    """Where to look at what was read."""
    if not sitting.begun:
        return _refuse(
            request, kpi_return, show, "Choose at least one file, then press the button.", HTTPStatus.UNPROCESSABLE_ENTITY
        )
    for one in sitting.done:
        if one.again:
            messages.info(
                request,
                f"{one.extract.get_kind_display()}: you uploaded this file on {when_of(one.extract)}; same result.",
            )
    read = [one.extract for one in sitting.done if one.extract.state == ExtractState.READ]
    whole = len(read) == len(sitting.begun)
    if whole and len(read) == 1:
        url = address_of(kpi_return, "extract-result", read[0].pk)
    else:
        url = address_of(kpi_return, "extract-changes" if whole else "extracts")
    return JsonResponse({"url": url}) if wants_json(request) else redirect(url)
