"""Screening: reports that nobody has looked at yet, oldest first, let in or set aside one at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker.models import Report, Role, Screening, ScreeningOutcome
from tracker.services import screening
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused

from .permission import DeskRequest, desk_page, reports_to_screen, waiting
from .short import shown

A_PAGE = 20
LONGEST_REASON = 2_000


@require_safe
@desk_page(Role.ANALYST)
def queue(request: DeskRequest) -> HttpResponse:
    """The reports that wait, oldest first; ``?after=`` continues behind a report's reference."""
    to_screen = waiting(reports_to_screen(request.user))
    page = to_screen.select_related("source", "supersedes").order_by("id")
    after = request.GET.get("after", "")
    if after:
        # By reference, never by number: a number would tell how many reports there are.
        page = page.filter(pk__gt=get_object_or_404(reports_to_screen(request.user), reference=after).pk)
    found = list(page[: A_PAGE + 1])
    context = {
        "items": shown(found[:A_PAGE]),
        "count": to_screen.count(),
        "after": after,
        "next": found[A_PAGE - 1].reference if len(found) > A_PAGE else "",
    }
    return render(request, "desk/screening.html", context)


@require_POST
@desk_page(Role.ANALYST)
def screen(request: DeskRequest, reference: str) -> HttpResponse:
    """Screen one report in, or set it aside with a reason: ``outcome`` and ``reason`` of the form."""
    report = get_object_or_404(reports_to_screen(request.user).select_related("source"), reference=reference)
    outcome, reason = request.POST.get("outcome"), request.POST.get("reason", "").strip()
    problem = _problem(outcome, reason)
    if problem:
        return _answer(request, report, problem, done=False, reason=reason)
    with transaction.atomic():
        hold(Held.REPORT, report.pk)  # the second of two people waits here, and then sees what the first did
        earlier = (
            Screening.objects.filter(report=report).select_related("change__person").order_by("-id").first()
        )
        if earlier is None:
            try:
                _decide(report, outcome, reason, Author.of_person(request.user))
            except Refused as refused:
                return _answer(request, report, refused.message, done=False, reason=reason)
    if earlier is not None:
        return _answer(request, report, _told(earlier), done=True, changed=False)
    values = {"reference": report.reference}
    if outcome == ScreeningOutcome.SCREENED_IN:
        return _answer(
            request, report, _("%(reference)s is screened in: it counts from now on.") % values, done=True
        )
    return _answer(request, report, _("%(reference)s is set aside.") % values, done=True)


def _problem(outcome: str | None, reason: str) -> str:
    if outcome not in ScreeningOutcome.values:
        return _("Choose “Screen in” or “Set aside”.")
    if outcome == ScreeningOutcome.SET_ASIDE and not reason:
        return _("Give the reason for setting it aside.")
    if len(reason) > LONGEST_REASON:
        return _("The reason may have at most %(limit)d characters.") % {"limit": LONGEST_REASON}
    return ""


def _decide(report: Report, outcome: str | None, reason: str, author: Author) -> None:
    if outcome == ScreeningOutcome.SCREENED_IN:
        screening.screen_in(report, author, reason)
    else:
        screening.set_aside(report, reason, author)


def _told(earlier: Screening) -> str:
    """What another person (or a trusted source's standing) has decided meanwhile."""
    values = {"reference": earlier.report.reference, "who": str(earlier.change.person or _("the tracker"))}
    if earlier.outcome == ScreeningOutcome.SCREENED_IN:
        return _("%(who)s has already screened %(reference)s in. Nothing was changed.") % values
    return _("%(who)s has already set %(reference)s aside. Nothing was changed.") % values


def _answer(
    request: DeskRequest, report: Report, message: str, *, done: bool, changed: bool = True, reason: str = ""
) -> HttpResponse:
    """The part of the list that htmx puts in the place of the report, or the whole page again."""
    after = request.POST.get("after", "")
    context: dict[str, Any]
    if request.htmx:
        context = {
            "message": message,
            "item": None if done else shown([report])[0],
            "reason": reason,
            "after": after,
        }
        return render(request, "desk/screened.html", context)
    if not done:
        context = {"items": shown([report]), "problem": message, "reason": reason, "after": after}
        return render(request, "desk/screening.html", context, status=422)
    (messages.success if changed else messages.warning)(request, message)
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect(reverse("desk_screening") + (f"?after={after}" if after else ""))
