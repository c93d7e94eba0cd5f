"""The viewers' pages, thin: an address in, a page out."""

from __future__ import annotations

import functools
import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from tracker.feed import shown
from tracker.models import Incident, IncidentMerge, Role, Truce, View, Visibility
from tracker.pages.board import incident_page, list_page, map_data, overview_page
from tracker.pages.board.board import read_board
from tracker.pages.board.moment import MomentFault, asked
from tracker.pages.board.tones import tone
from tracker.services.sentences import marked_text

MAP_KEPT_SECONDS = 24 * 3600
# What is taken down must be gone at the next look.
asked_again = cache_control(private=True, no_cache=True)


def view_of(request: HttpRequest, truce: Truce) -> View:
    """The public view, or the full one for those cleared for the whole truce who ask for it."""
    if (
        request.GET.get("view") == View.FULL
        and request.user.is_authenticated
        and request.user.may(Role.ANALYST, truce)
    ):
        return View.FULL
    return View.PUBLIC


def public_truce(slug: str) -> Truce:
    """The public truce of that slug with its terms and declarers, or a page that says there is none."""
    found = Truce.objects.filter(visibility=Visibility.PUBLIC).prefetch_related("terms", "declarers__actor")
    return get_object_or_404(found, slug=slug)


@gzip_page
@asked_again
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every public truce: standing, compliance, clock."""
    return render(request, "board/overview.html", {"truces": overview_page.read()})


@gzip_page
@asked_again
@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """The board of a truce at the moment that the address holds."""
    truce = public_truce(slug)
    try:
        moment = asked(request.GET, truce.zone)
    except MomentFault as fault:
        return render(request, "board/wrong_moment.html", {"truce": truce, "fault": fault}, status=400)
    found = read_board(truce, moment, view_of(request, truce))
    return render(request, "board/board.html", {"board": found, "says": says(found)})


def says(found: Any) -> SafeString:
    """The sentence on top, its state coloured."""
    sentence = marked_text(found.status["message"], found.status["sentence_values"], found.names)
    before, _, rest = sentence.partition("[[")
    state, _, after = rest.partition("]]")
    code = found.status["compliance"] if found.status["standing"] == "in_force" else found.status["standing"]
    if not state:
        return format_html("{}", sentence)
    return format_html('{}<em class="{}">{}</em>{}', before, tone(code), state, after)


@gzip_page
@require_safe
def map_of_truce(request: HttpRequest, slug: str) -> HttpResponse:
    """The base map of a truce's area as GeoJSON, from this host."""
    truce = public_truce(slug)
    body = map_of_area(tuple(truce.area))
    response = HttpResponse(body, content_type="application/geo+json")
    response["Cache-Control"] = f"public, max-age={MAP_KEPT_SECONDS}"
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return response


@functools.lru_cache(maxsize=64)
def map_of_area(codes: tuple[str, ...]) -> bytes:
    """The map's bytes, made once for an area."""
    return JsonResponse(map_data.of_area(codes)).content


@gzip_page
@asked_again
@require_safe
def incidents(request: HttpRequest, slug: str) -> HttpResponse:
    """The incidents of a truce, filtered, latest first, a page at a time."""
    truce = public_truce(slug)
    try:
        moment = asked(request.GET, truce.zone)
    except MomentFault as fault:
        return render(request, "board/wrong_moment.html", {"truce": truce, "fault": fault}, status=400)
    found = list_page.read(truce, moment, view_of(request, truce), request.GET)
    return render(request, "board/incidents.html", {"found": found, "truce": truce})


@gzip_page
@asked_again
@require_safe
def incident(request: HttpRequest, reference: str) -> HttpResponse:
    """One incident. A reference that was merged into another shows that other one."""
    row = get_object_or_404(Incident, reference=reference)
    merge = (
        IncidentMerge.objects.filter(incident=row, change__known__isnull=False).select_related("into").first()
    )
    found = incident_page.read(merge.into if merge else row, lambda truce: view_of(request, truce))
    if found is None:
        raise Http404
    if merge and not shown.merges(view_of(request, found.truce)).filter(pk=merge.pk).exists():
        raise Http404
    return render(request, "board/incident.html", {"found": found, "asked_for": reference})


@gzip_page
@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How verdicts are made, and the policies in force for each truce."""
    truces = Truce.objects.filter(visibility=Visibility.PUBLIC).prefetch_related("terms").order_by("slug")
    return render(request, "board/method.html", {"truces": truces})
