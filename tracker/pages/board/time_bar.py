"""The time bar: a truce's life, what happened in it, and links to every moment that matters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracker.models import Transition, Truce
from tracker.pages.board.axis import Axis
from tracker.pages.board.tones import tone
from tracker.services import formats
from tracker.services.sentences import Names, word

MOST_MOMENTS = 9
HOUR = timedelta(hours=1)
PROJECTED_AT_MOST = timedelta(days=14)


@dataclass
class Mark:
    """One moment that matters: where on the bar, its words, and the link that shows the board there."""

    at: datetime
    x: str
    labels: list[str]
    href: str
    moment: str
    current: bool = False
    tone: str = "quiet"


@dataclass
class TimeBar:
    """The whole bar. ``steps`` counts the stops of the range input, ``step_seconds`` their distance."""

    start: datetime
    end: datetime
    as_of: datetime
    moment: str
    known_moment: str
    known_then: bool
    switch_href: str
    latest_href: str
    value: str
    start_iso: str
    stretches: list[dict[str, str]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    listed: list[Mark] = field(default_factory=list)
    beyond: dict[str, str] | None = None
    now: str = ""
    position: int = 0
    steps: int = 1
    step_seconds: int = 3600
    start_label: str = ""
    end_label: str = ""
    earlier: str = ""
    later: str = ""


def address(as_of: datetime | None, known_at: datetime | None) -> str:
    """The query part that holds a moment; "?" alone is the board as it stands."""
    asked = {name: iso(at) for name, at in (("as_of", as_of), ("known_at", known_at)) if at is not None}
    return "?" + urlencode(asked)


def iso(moment: datetime) -> str:
    """A moment as addresses write it: 2016-09-17T20:00:00Z."""
    text = moment.astimezone(UTC).isoformat(timespec="seconds" if not moment.microsecond else "microseconds")
    return text.replace("+00:00", "Z")


def time_bar(
    truce: Truce,
    status: dict[str, Any],
    transitions: list[Transition],
    names: Names,
    *,
    as_of: datetime,
    known_then: bool,
    default_as_of: datetime,
    rtl: bool,
) -> TimeBar:
    """The bar of a truce at a moment. ``default_as_of`` is where the board opens."""
    start = min(truce.in_force_from, as_of) - HOUR
    completes = [
        datetime.fromisoformat(verdict["values"]["completes_at"])
        for term in status["terms"]
        for verdict in term["readings"].values()
        if verdict["values"].get("completes_at")
    ]
    known_end = max(default_as_of, as_of, start + HOUR)
    ahead = [moment for moment in completes if moment - known_end < PROJECTED_AT_MOST]
    end = max([known_end, *ahead])
    axis = Axis(start, end, rtl)
    seconds = _step(end - start)
    bar = TimeBar(
        start=start,
        end=end,
        as_of=as_of,
        moment=formats.format_moment(as_of, names.zone),
        known_moment=status["known_at"],
        known_then=known_then,
        switch_href=address(as_of, None if known_then else as_of),
        latest_href=address(None, None),
        value=as_of.astimezone(ZoneInfo(names.zone)).strftime("%Y-%m-%dT%H:%M"),
        start_iso=iso(start),
        now=axis.at(as_of),
        steps=max(1, int((end - start).total_seconds() // seconds)),
        step_seconds=seconds,
        position=round((as_of - start).total_seconds() / seconds),
        start_label=formats.format_moment(start + HOUR, names.zone, style=formats.DAY),
        end_label=formats.format_moment(end, names.zone, style=formats.DAY),
    )
    bar.stretches = _stretches(truce, transitions, axis, min(default_as_of, end))
    if end > default_as_of:
        bar.beyond = axis.bar(default_as_of, end)
    bar.marks = _marks(truce, status, transitions, names, axis, as_of, known_then, default_as_of)
    bar.listed = _nearest(bar.marks, as_of)
    bar.earlier = next((mark.href for mark in reversed(bar.marks) if mark.at < as_of), "")
    bar.later = next((mark.href for mark in bar.marks if mark.at > as_of), "")
    return bar


def _stretches(
    truce: Truce, transitions: list[Transition], axis: Axis, end: datetime
) -> list[dict[str, str]]:
    """The truce's compliance over its life, as the board said it then: one bar for each stretch."""
    said = [
        (one.known, one.state) for one in transitions if one.term_id is None and one.reading == "compliance"
    ]
    if not said:
        return []
    found = []
    for (since, code), until in zip(said, [*(known for known, _state in said[1:]), end], strict=True):
        since = max(since, truce.in_force_from)
        if since < until:
            found.append({"tone": tone(code), "word": word(code), **axis.bar(since, until)})
    return found


def _marks(
    truce: Truce,
    status: dict[str, Any],
    transitions: list[Transition],
    names: Names,
    axis: Axis,
    as_of: datetime,
    known_then: bool,
    default_as_of: datetime,
) -> list[Mark]:
    labels: dict[datetime, list[str]] = {}
    before: dict[int | None, str] = {}
    labels.setdefault(truce.in_force_from, []).append(_("in force"))
    for one in status["extensions"]:
        if one.get("at") and one.get("hours"):
            span = formats.format_hours(one["hours"])
            text = {
                "announced": _("%(span)s more announced"),
                "offered": _("%(span)s more offered"),
                "declined": _("%(span)s more declined"),
                "withdrawn": _("offer of %(span)s withdrawn"),
                "lapsed": _("offer of %(span)s lapsed"),
            }.get(one["state"])
            if text:
                labels.setdefault(datetime.fromisoformat(one["at"]), []).append(text % {"span": span})
    renewal = status.get("renewal")
    if renewal and renewal["state"] == "lapsed":
        labels.setdefault(datetime.fromisoformat(renewal["ended"]), []).append(_("renewal lapsed"))
    for one in transitions:
        if one.known < axis.start or one.known > axis.end:  # type: ignore[operator]
            continue
        if one.term_id is None and one.reading == "compliance" and one.state not in ("not_started",):
            labels.setdefault(one.known, []).append(word(one.state))
        elif (
            one.term is not None and one.reading == truce.headline_reading and one.known > truce.in_force_from
        ):
            in_question = one.message == "clock.in_question"
            if one.term.kind == "prohibition" or (before.get(one.term_id) == one.state and not in_question):
                continue
            before[one.term_id] = one.state
            state = _("in question") if in_question else word(one.state)
            labels.setdefault(one.known, []).append(
                _("%(term)s: %(state)s") % {"term": names.term(one.term.ref), "state": state}
            )
    if truce.record_ends:
        labels.setdefault(truce.record_ends, []).append(_("the record ends"))
    return [
        Mark(
            at=at,
            x=axis.at(at),
            labels=list(dict.fromkeys(words)),
            href=address(None if at == default_as_of and not known_then else at, at if known_then else None),
            moment=formats.format_moment(at, names.zone, style=formats.DAY),
            current=at == as_of,
        )
        for at, words in sorted(labels.items())
    ]


def _nearest(marks: list[Mark], as_of: datetime) -> list[Mark]:
    if len(marks) <= MOST_MOMENTS:
        return marks
    inner = sorted(marks[1:-1], key=lambda mark: abs(mark.at - as_of))[: MOST_MOMENTS - 2]
    return [marks[0], *sorted(inner, key=lambda mark: mark.at), marks[-1]]


def _step(span: timedelta) -> int:
    """Seconds between two stops of the range input: an hour, or more where that would be over 1,000 stops."""
    for seconds in (3600, 6 * 3600, 24 * 3600):
        if span.total_seconds() / seconds <= 1000:
            return seconds
    return 7 * 24 * 3600
