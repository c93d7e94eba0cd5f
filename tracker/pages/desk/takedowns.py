"""Takedowns: what was published in error is taken out of public view, once it is shown what that would be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tracker.feed.shown import publication_of
from tracker.models import AuditEntry, Report, Role, Ruling
from tracker.services import formats, takedown
from tracker.services.authors import Author
from tracker.services.refusals import Refused

from .forms.fields import Figures, Prose
from .permission import DeskRequest, desk_page, truces_to_take_down_in
from .short import Shown, shown

LATEST = 20
LONGEST_REASON = 2_000
REFERENCE = re.compile(r"(?<![0-9a-z])(?:inc|rep|rul)_[0-9a-z]{10}(?![0-9a-z])")


class TakedownForm(forms.Form):
    """What to take down, and why."""

    reference = Figures(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy(
            "rep_… of a report, inc_… of an incident with all its public reports, or rul_… of a ruling; "
            "or an address of ours that holds it."
        ),
    )
    reason = Prose(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "It is kept for the audit and goes out nowhere. Do not repeat in it what must not be known."
        ),
    )

    def clean_reference(self) -> str:
        """The one reference in what was typed, which may be an address."""
        named: list[str] = sorted(set(REFERENCE.findall((self.cleaned_data["reference"] or "").lower())))
        if not named:
            raise forms.ValidationError(_("Give a reference that begins with rep_, inc_ or rul_."))
        if len(named) > 1:
            values = {"references": formats.format_list(named)}
            raise forms.ValidationError(_("This names %(references)s. Give one of them.") % values)
        return named[0]

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"] or ""
        if not reason:
            raise forms.ValidationError(Refused("reason", "reason_missing").message)
        if len(reason) > LONGEST_REASON:
            raise forms.ValidationError(Refused("reason", "too_long", limit=LONGEST_REASON).message)
        return reason


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report that would be taken down. Whoever may do so may read it at the desk, its source too."""

    item: Shown
    public_since: str


@dataclass(frozen=True, slots=True)
class RulingRow:
    """A ruling that would be taken down."""

    ruling: Ruling
    term: str
    reviewed: str


@dataclass(frozen=True, slots=True)
class TakedownRow:
    """A takedown as the list shows it; why it was done stays with it."""

    entry: AuditEntry
    is_report: bool
    when: str


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Role.COORDINATOR)
def page(request: DeskRequest) -> HttpResponse:
    """Take something down: a first POST shows what would go, one with ``confirm`` does it.

    ``?reference=`` starts the form with it. One with ``change`` gives back the form as it was filled in.
    """
    if request.method != "POST":
        return _page(request, TakedownForm(initial={"reference": request.GET.get("reference", "")}))
    if "change" in request.POST:
        return _page(request, TakedownForm(initial=request.POST.dict()))
    form = TakedownForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    reference, reason = form.cleaned_data["reference"], form.cleaned_data["reason"]
    try:
        if "confirm" in request.POST:
            return _take_down(request, reference, reason)
        found = takedown.in_public(reference, truces_to_take_down_in(request.user))
    except Refused as refused:
        form.add_error(refused.field or "reference", _sentence(request, refused, reference))
        return _page(request, form, status=422)
    return render(request, "desk/takedown.html", {**_preview(found), "asked": form.cleaned_data})


def _take_down(request: DeskRequest, reference: str, reason: str) -> HttpResponse:
    try:
        taken = takedown.take_down(
            reference, reason, Author.of_person(request.user), truces_to_take_down_in(request.user)
        )
    except Refused as refused:
        if refused.code != "already_so":
            raise
        # A second click, or somebody else: it is as it was asked for.
        messages.warning(request, _sentence(request, refused, reference))
    else:
        values = {"references": formats.format_list(taken)}
        messages.success(
            request, _("Taken down, and every subscriber is told to delete it: %(references)s.") % values
        )
    return redirect("desk_takedown")


def _sentence(request: DeskRequest, refused: Refused, reference: str) -> str:
    values = {"reference": reference}
    if refused.code == "already_so":
        return _("Nothing of %(reference)s is in public view. Nothing was changed.") % values
    if refused.field == "reference" and not request.user.may(Role.COORDINATOR):
        return (
            _(
                "There is no “%(reference)s” that concerns only truces which you coordinate. Correct the "
                "reference, or ask somebody who coordinates all."
            )
            % values
        )
    return refused.message


def _page(request: DeskRequest, form: TakedownForm, *, status: int = 200) -> HttpResponse:
    latest = takedown.latest(LATEST, truces_to_take_down_in(request.user))
    context = {"form": form, "rows": [_row(entry) for entry in latest]}
    return render(request, "desk/takedowns.html", context, status=status)


def _row(entry: AuditEntry) -> TakedownRow:
    return TakedownRow(
        entry=entry,
        is_report=entry.subject.startswith("rep_"),
        when=formats.format_moment(entry.recorded, "UTC"),
    )


def _preview(found: takedown.InPublic) -> dict[str, Any]:
    ruling = found.ruling
    return {
        "reports": [
            ReportRow(item, _moment(_published(item.report), item.zone)) for item in shown(found.reports)
        ],
        "ruling": ruling
        and RulingRow(
            ruling=ruling,
            term=formats.name_of(ruling.term.title, ruling.term.ref),
            reviewed=_moment(ruling.review.change.made, ruling.term.truce.zone),
        ),
    }


def _published(report: Report) -> datetime:
    """When a public report became so here, whatever its load says of when it was known."""
    publication = publication_of(report)
    assert publication is not None
    return publication.change.made


def _moment(given: datetime, zone: str) -> str:
    return f"{formats.format_moment(given, zone)} ({zone})"
