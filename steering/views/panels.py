"""EDS panels: what a Healthwatch scores beside an organisation, what it says, and what the organisation answers."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import LONDON, business_today
from edi_portal.periods import Quarter
from edi_portal.ui.downloads import csv_response
from edi_portal.ui.editing import seen_version
from kpis.catalogue import KpiDefinition
from kpis.dashboards.home_place import PATIENT_SIDE
from kpis.selectors.definitions import framework_for
from kpis.selectors.releases import TIERS_OF, readings_of, release_in_force
from kpis.views.overview import release_line_of
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right, Tier
from steering.dashboards.panels import about_words, counted, list_rows
from steering.dashboards.panels import panel_page as page_of
from steering.forms.panels import AnswerForm, CommentForm, ScoreForm
from steering.models.proposals import healthwatch_name
from steering.panels import ANSWER_DAYS, OUTCOMES, difference_words
from steering.permissions import can_score, check_can_comment, check_can_read_panels, check_can_score
from steering.selectors.panels import (
    comments_on,
    get_comment,
    get_panel_organisation,
    in_force,
    organisations_with_panels,
    own_scores,
    place_of,
    scores_given,
    with_own_place,
)
from steering.selectors.texts import Words
from steering.services import panels as services
from steering.views.form_pages import FormPage, Trail, form_page
from steering.views.pages import own_organisation


def _trail(*more: Organisation) -> Trail:
    first = {"label": "EDS panels", "url": reverse("eds:list")}
    return [first, *({"label": one.short_name, "url": reverse("eds:organisation", args=[one.slug])} for one in more)]


@require_GET
def panel_list(request: PortalRequest) -> HttpResponse:
    """The organisations whose panels the reader may read, those of the own place first."""
    check_can_read_panels(request.user)
    place, today = place_of(request.user), business_today()
    organisations = list(with_own_place(organisations_with_panels(request.user), place))
    release = release_in_force(request)
    own = own_scores(release, organisations)
    rows = list_rows(organisations, own, scores_given(own.financial_year, organisations), comments_on(organisations), today)
    mine = [one for row in rows for one in row.standings if place is not None and one.body == healthwatch_name(place)]
    differing = mine if place is not None else [one for row in rows for one in row.standings]
    context = {
        "place": place,
        "body": healthwatch_name(place) if place is not None else "",
        "year": own.financial_year,
        "release_line": release_line_of(release) if release else "",
        "near": [row for row in rows if row.is_of_place],
        "others": [row for row in rows if not row.is_of_place],
        "differing": sum(one.differing for one in differing),
        "scored": sum(one.scored for one in differing),
        "waiting": sum(row.waiting for row in rows),
        "late": sum(row.late for row in rows),
        "organisation": own_organisation(request),
    }
    return render(request, "steering/panel_list.html", context)


@require_GET
def panel_page(request: PortalRequest, organisation: str) -> HttpResponse:
    """One organisation: both sides' scores outcome by outcome, earlier versions, comments with their answers."""
    check_can_read_panels(request.user)
    found = get_panel_organisation(request.user, organisation)
    place, release = place_of(request.user), release_in_force(request)
    own = own_scores(release, [found])
    page = page_of(
        found,
        own,
        scores_given(own.financial_year, [found]),
        comments_on([found]),
        user=request.user,
        place=place,
        today=business_today(),
        kpis=_kpis(),
    )
    context = {
        "page": page,
        "body": healthwatch_name(place) if place is not None else "",
        "release_line": release_line_of(release) if release else "",
        "may_comment": place is not None,
        "may_score": place is not None and own.release is not None and can_score(request.user, found),
        "may_answer": can(request.user, Right.KEEP_REGISTERS, found),
        "breadcrumbs": _trail(),
    }
    return render(request, "steering/panel_detail.html", context)


@require_http_methods(["GET", "POST"])
def score(request: PortalRequest, organisation: str) -> HttpResponse:
    """Score the outcomes for the own Healthwatch; what is changed becomes the next version."""
    place = check_can_comment(request.user)
    found = get_panel_organisation(request.user, organisation)
    check_can_score(request.user, found)
    own = own_scores(release_in_force(request), [found])
    given = [row for row in scores_given(own.financial_year, [found]) if row.place_id == place.pk]
    now = in_force(given).get((found.pk, place.pk), {})
    form = ScoreForm(request.POST or None, own=own.of(found), now=now)
    back = reverse("eds:organisation", args=[found.slug])

    def save() -> tuple[str, str]:
        made = services.score_outcomes(
            organisation=found, own=own, given=form.given(), seen=seen_version(request), by=request.user
        )
        return f"{counted(len(made), 'score')} {'is' if len(made) == 1 else 'are'} saved." if made else "Nothing changed.", back

    page = FormPage(
        version=len(given),
        heading=f"Score {found.short_name}",
        button="Save the scores",
        back=back,
        caption=f"{healthwatch_name(place)}, EDS {own.financial_year}",
        lede="Your scores stand beside the organisation's own. Where they differ, say why; both stay as they are.",
        trail=_trail(found),
    )
    return form_page(request, form, page, save, template="steering/panel_score.html")


@require_http_methods(["GET", "POST"])
def comment(request: PortalRequest, organisation: str) -> HttpResponse:
    """Comment on scores or figures; the organisation answers by a day."""
    place = check_can_comment(request.user)
    found = get_panel_organisation(request.user, organisation)
    form = CommentForm(request.POST or None, subjects=_subjects(request, found), initial={"about": request.GET.get("about", "")})
    back = reverse("eds:organisation", args=[found.slug])

    def save() -> tuple[str, str]:
        made = services.comment_on(organisation=found, by=request.user, **form.cleaned_data)
        return f"Your comment is sent. An answer is due by {made.answer_due_on:%-d %B %Y}.", f"{back}#comments"

    page = FormPage(
        heading=f"Comment on {found.short_name}",
        button="Send the comment",
        back=back,
        caption=healthwatch_name(place),
        lede=f"Its EDI lead reads it at once and answers within {ANSWER_DAYS} days. Others read it after a review.",
        trail=_trail(found),
    )
    return form_page(request, form, page, save)


@require_http_methods(["GET", "POST"])
def answer(request: PortalRequest, remark: int) -> HttpResponse:
    """Answer a comment for the own organisation, or add to the answer."""
    check_can_read_panels(request.user)
    found = get_comment(request.user, remark)
    require(request.user, Right.KEEP_REGISTERS, found.organisation)
    form = AnswerForm(request.POST or None)
    back = reverse("eds:organisation", args=[found.organisation.slug])

    def save() -> tuple[str, str]:
        services.answer_comment(comment=found, by=request.user, **form.cleaned_data)
        return f"{found.body} reads your answer now. Others read it after a review.", f"{back}#comments"

    first = not found.answers.all()
    made = found.made_at.astimezone(LONDON)
    facts = (f"About: {about_words(found.about, _kpis())}", f"{made:%-d %B %Y}: “{found.text}”")
    page = FormPage(
        heading=f"Answer {found.body}" if first else f"Add to your answer to {found.body}",
        button="Send the answer",
        back=back,
        caption=f"{found.organisation.short_name}, answer due by {found.answer_due_on:%-d %B %Y}",
        trail=_trail(found.organisation),
        facts=facts,
    )
    return form_page(request, form, page, save)


@require_GET
def scores_csv(request: PortalRequest, organisation: str) -> HttpResponse:
    """Every version of every score of one organisation, the organisation's own beside it."""
    check_can_read_panels(request.user)
    found = get_panel_organisation(request.user, organisation)
    own = own_scores(release_in_force(request), [found])
    given = scores_given(own.financial_year, [found])
    words = Words(request.user, given)
    heads = [
        "Year",
        "Outcome",
        "Organisation's own score",
        "Healthwatch",
        "Version",
        "Its score",
        "Difference",
        "Scored on",
        "Why",
    ]
    rows: list[list[str | int | None]] = [
        [own.financial_year, OUTCOMES[key].name, score, None, None, None, None, None, None]
        for key, score in own.of(found).items()
    ]
    for row in given:
        day = f"{row.scored_at.astimezone(LONDON):%Y-%m-%d}"
        difference = difference_words(row.score, row.own_score)
        reason = words.of(row, "reason")
        name = OUTCOMES[row.outcome].name
        rows.append([own.financial_year, name, row.own_score, row.body, row.version, row.score, difference, day, reason])
    return csv_response(f"edi-eds-panel-{found.slug}-{own.financial_year or 'no-year'}.csv", heads, rows)


def _kpis() -> dict[str, KpiDefinition]:
    """Code → definition of every KPI in force now."""
    return {one.definition.code: one.definition for one in framework_for(Quarter.containing(business_today())).kpis}


def _subjects(request: PortalRequest, organisation: Organisation) -> list[tuple[str, object]]:
    """What a comment can be about: outcomes, the patients' side, and whatever is public of the organisation."""
    release, kpis = release_in_force(request), _kpis()
    public: set[int] = set()
    if release is not None:
        readings = readings_of(release, TIERS_OF[Tier.PUBLIC], level="organisation", component="", organisation=organisation)
        public = {one.kpi_id for one in readings if one.value is not None}
    in_force_now = framework_for(release.quarter).kpis if release is not None else ()
    shown = {one.definition.code for one in in_force_now if one.kpi_id in public}
    figures = [
        (f"kpi:{code}", f"{code} {kpi.short_name}")
        for code, kpi in kpis.items()
        if not code.startswith(("EDS-", "OWN-")) and (code in shown or kpi.workstream in PATIENT_SIDE)
    ]
    return [
        ("", "The organisation as a whole"),
        ("EDS outcomes", [(f"eds:{key}", one.name) for key, one in OUTCOMES.items()]),
        ("Figures", figures),
    ]
