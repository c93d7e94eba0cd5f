"""Logging a report by hand, and reading one that was logged."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker.intake.codes import ReportKind, StatementAbout
from tracker.models import Person, Report, Role
from tracker.services import clock, reports, takedown
from tracker.services.authors import Author
from tracker.services.refusals import Refused

from .forms.entry import ROWS_ADDED, Entry, new_token, with_more_rows
from .forms.offered import Offered
from .forms.report import ANY_TRUCE
from .permission import (
    DeskRequest,
    desk_page,
    reports_shown_to,
    reports_to_screen,
    truces_to_take_down_in,
)
from .short import shown
from .words import ABOUTS, KINDS, KINDS_EXPLAINED

REMEMBERED = ("truce", "source", "language")
Code = TypeVar("Code", bound=Enum)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Role.REPORTER)
def new(request: DeskRequest) -> HttpResponse:
    """Log a report: ``?kind=`` says of which kind, ``?about=`` what a statement is about.

    ``?supersedes=rep_…`` starts a correction. A form that is sent twice stores once: its token is the
    report's identifier.
    """
    kind = _one_of(ReportKind, request.GET.get("kind"), ReportKind.INCIDENT)
    about = _one_of(StatementAbout, request.GET.get("about"), StatementAbout.TRUCE)
    offered = Offered(request.user)
    if request.method != "POST":
        return _page(request, Entry(offered, kind, about, start=_start(request, offered)))
    if "add_row" in request.POST:
        name = request.POST["add_row"]
        return _page(
            request, Entry(offered, kind, about, data=with_more_rows(request.POST, name)), added=name
        )
    data: QueryDict = request.POST
    if "as_another" in data:
        data = data.copy()
        data["token"] = new_token()
    return _store(request, Entry(offered, kind, about, data=data))


@require_safe
@desk_page(Role.REPORTER)
def detail(request: DeskRequest, reference: str) -> HttpResponse:
    """One report as it was logged, with where it stands in screening."""
    report = get_object_or_404(
        reports_shown_to(request.user).select_related("source", "truce", "supersedes"), reference=reference
    )
    context = {
        "item": shown([report])[0],
        "report": report,
        "screening": report.screenings.select_related("change__person").order_by("-id").first(),
        "superseded_by": Report.objects.filter(supersedes=report).first(),
        "may_screen": reports_to_screen(request.user).filter(pk=report.pk).exists(),
        "may_take_down": _may_take_down(request.user, report),
    }
    return render(request, "desk/report.html", context)


def _may_take_down(person: Person, report: Report) -> bool:
    """Whether a report is public and this person may take it down."""
    if not person.may_anywhere(Role.COORDINATOR):
        return False
    try:
        takedown.in_public(report.reference, truces_to_take_down_in(person))
    except Refused:
        return False
    return True


def _store(request: DeskRequest, entry: Entry) -> HttpResponse:
    document = entry.document(clock.now())
    if document is None:
        return _page(request, entry, status=422)
    try:
        received = reports.receive(document, Author.of_person(request.user))
    except reports.Conflict as conflict:
        return _page(request, entry, status=409, taken=conflict.existing)
    except Refused as refused:
        entry.refuse(refused.pointer, refused.message)
        return _page(request, entry, status=422)
    request.session["desk_remembered"] = {
        name: entry.report.cleaned_data.get(name) or "" for name in REMEMBERED
    }
    values = {"reference": received.report.reference}
    if received.outcome == reports.Outcome.UNCHANGED:
        messages.info(
            request, _("This was stored before, as %(reference)s. Nothing was stored twice.") % values
        )
    else:
        messages.success(request, _("Stored as %(reference)s.") % values)
    return redirect("desk_report", reference=received.report.reference)


def _page(
    request: DeskRequest, entry: Entry, status: int = 200, taken: Report | None = None, added: str = ""
) -> HttpResponse:
    own = taken is not None and reports_shown_to(request.user).filter(pk=taken.pk).exists()
    context = {
        "entry": entry,
        "kinds": [(code, word, KINDS_EXPLAINED[code]) for code, word in KINDS.items()],
        "abouts": ABOUTS.items(),
        "faulty": [(field, _summarised(entry, field)) for field in entry.faulty()],
        "open": entry.faulty_names() | _filled(entry),
        "taken": taken,
        "taken_is_shown": own,
        "added": added,
        "rows_added": ROWS_ADDED,
        "address": f"{reverse('desk_report_new')}?kind={entry.kind}"
        + (f"&about={entry.about}" if entry.kind == ReportKind.STATEMENT else ""),
    }
    return render(request, "desk/report_new.html", context, status=status)


def _summarised(entry: Entry, field: BoundField) -> str:
    """The label of a field as the summary of errors names it: with its row, where it is in one."""
    for formset in entry.rows.values():
        for number, form in enumerate(formset.forms, start=1):
            if field.form is form:
                return _("%(label)s (row %(number)d)") % {"label": field.label, "number": number}
    return str(field.label)


def _filled(entry: Entry) -> set[str]:
    """The names of the fields that hold something else than a fresh form does: folded sections show them."""
    if not entry.report.is_bound:
        return set(entry.report.initial)
    return (
        set(entry.report.changed_data)
        | set(entry.part.changed_data)
        | {name for formset in entry.rows.values() for form in formset.forms for name in form.changed_data}
    )


def _start(request: DeskRequest, offered: Offered) -> dict[str, str]:
    """What a fresh form starts with: what the last one had, if that is still offered, or a correction's."""
    remembered = request.session.get("desk_remembered", {})
    start = {name: remembered[name] for name in REMEMBERED if remembered.get(name)}
    if start.get("truce") not in offered.truces:
        start["truce"] = next(iter(offered.truces)) if len(offered.truces) == 1 else ""
    earlier = request.GET.get("supersedes", "")
    found = reports_shown_to(request.user).filter(reference=earlier).select_related("source", "truce").first()
    if found is not None:
        start |= {"supersedes": found.reference, "source": found.source.slug, "language": found.language}
        start["truce"] = found.truce.slug if found.truce else ANY_TRUCE
    return start


def _one_of(codes: type[Code], given: str | None, otherwise: Code) -> Code:
    try:
        return codes(given)
    except ValueError:
        return otherwise
