"""The fixed pages that everybody may read: help, accessibility, privacy, and how the figures come about; and the gallery of components."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from edi_portal.ui.gallery import FAMILIES, example_forms


@method_decorator(login_not_required, name="dispatch")
class FixedPage(TemplateView):
    """A page of text without figures."""


help_page = FixedPage.as_view(template_name="pages/help.html")
accessibility = FixedPage.as_view(template_name="pages/accessibility.html")
privacy = FixedPage.as_view(template_name="pages/privacy.html")
method = FixedPage.as_view(template_name="pages/method.html")
method_disclosure = FixedPage.as_view(template_name="pages/method_disclosure.html")


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states; only in the demonstration, in development and in tests."""
    if not (settings.DEMONSTRATION or settings.DEBUG or settings.TESTING):
        raise Http404
    return render(request, "ui/gallery.html", {"families": FAMILIES, "gallery_forms": example_forms()})
