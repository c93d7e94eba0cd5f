"""A clock's readings above each other on one axis: what runs, what no longer counts, what is uncertain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracker.pages.board.axis import Axis
from tracker.pages.board.tones import tone
from tracker.services import formats
from tracker.services.sentences import Names

DAY = timedelta(days=1)
MOST_SEGMENTS = 24


@dataclass
class Reading:
    """One reading's row: bars in per cent of the width, and its words."""

    code: str
    headline: bool
    label: str
    state: str
    tone: str
    says: str
    count: str
    outlook: str = ""
    uncertain: str = ""
    segments: list[dict[str, str]] = field(default_factory=list)
    band: dict[str, str] | None = None
    cut: str = ""
    tail: tuple[str, str] | None = None


@dataclass
class ClockChart:
    """The rows, and what they share: the marks of the days, the moment asked about, the ends."""

    readings: list[Reading]
    now: str
    start_label: str
    end_label: str
    ticks: list[dict[str, str]]
    now_label: str

    @property
    def has_gone(self) -> bool:
        """Whether any day is drawn that no longer counts."""
        return any(bar["class"] == "c-gone" for row in self.readings for bar in row.segments)

    @property
    def has_band(self) -> bool:
        """Whether any uncertainty of time is drawn."""
        return any(row.band for row in self.readings)


def shown_readings(term: dict[str, Any], headline: str) -> list[str]:
    """The headline reading and the ruled one; where these agree, the alleged one if it differs."""
    readings = term["readings"]
    shown = [headline, *(["ruled"] if headline != "ruled" else [])]
    if all(_same(readings[headline], readings[one]) for one in shown):
        shown = [headline]
        if not _same(readings["alleged"], readings[headline]):
            shown.append("alleged")
    return shown


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["state"], one["since"]) == (other["state"], other["since"])


def clock_chart(
    term: dict[str, Any], headline: str, start: datetime, as_of: datetime, names: Names, rtl: bool
) -> ClockChart | None:
    """The chart of a clock of the status, or None where it has no length to draw.

    ``term`` is the term as the status gives it; ``start`` is when the truce came into force.
    """
    shown = [
        one for one in shown_readings(term, headline) if term["readings"][one]["values"].get("length_seconds")
    ]
    if not shown:
        return None
    ends = [_moment(term["readings"][one]["values"].get("completes_at")) for one in shown]
    length = timedelta(seconds=term["readings"][shown[0]]["values"]["length_seconds"])
    last = max(
        [start + length, *(end for end in ends if end), *([as_of] if as_of < start + 4 * length else [])]
    )
    axis = Axis(start, last, rtl)
    agree = len(shown) == 1
    rows = [
        _row(one, term["readings"][one], headline, axis, start, as_of, length, names, agree) for one in shown
    ]
    return ClockChart(
        readings=rows,
        now=axis.at(as_of) if start <= as_of <= last else "",
        start_label=formats.format_moment(start, names.zone, style=formats.DAY),
        end_label=formats.format_moment(last, names.zone, style=formats.DAY),
        now_label=formats.format_moment(as_of, names.zone, style=formats.DAY),
        ticks=_ticks(axis, start, last, names.zone),
    )


def _row(
    code: str,
    verdict: dict[str, Any],
    headline: str,
    axis: Axis,
    start: datetime,
    as_of: datetime,
    length: timedelta,
    names: Names,
    agree: bool,
) -> Reading:
    values = verdict["values"]
    elapsed = timedelta(seconds=values.get("elapsed_seconds") or 0)
    row = Reading(
        code=code,
        headline=code == headline,
        label=_("In every reading") if agree and code == headline else str(_label(code)),
        state=verdict["state"],
        tone=tone(verdict["state"]),
        says=verdict["text"],
        count=_("%(elapsed)s of %(length)s")
        % {"elapsed": formats.format_span(elapsed), "length": formats.format_span(length)},
    )
    completes, best = _moment(values.get("completes_at")), _moment(values.get("completes_at_best"))
    if verdict["state"] == "fulfilled":
        since = _moment(verdict["since"])
        row.outlook = _("complete since %(moment)s") % {"moment": _day(since, names)} if since else ""
    elif verdict["state"] == "not_started":
        row.outlook = _("starts %(moment)s") % {"moment": _day(start, names)}
    elif completes:
        row.outlook = _("would complete %(moment)s") % {"moment": _day(completes, names)}
        if best and best < completes:
            row.outlook = _("would complete %(moment)s, at best %(best)s") % {
                "moment": _day(completes, names),
                "best": _day(best, names),
            }
            row.tail = (axis.at(best), axis.at(completes))
    run = _moment(values.get("run_started")) or start
    row.segments = _gone(axis, values, start, run) + _segments(axis, run, length, elapsed)
    resets = values.get("resets") or []
    if resets and run > start:
        last = max(resets, key=lambda one: one["at"])
        at, at_best = _moment(last["at"]), _moment(last["at_best"])
        if at and at_best and at_best < at:
            row.band = axis.bar(at_best, at)
            row.uncertain = _(
                "counted from what may have happened at any time between %(first)s "
                "and its first report, %(last)s"
            ) % {
                "first": _day(at_best, names),
                "last": _day(at, names),
            }
        if at:
            row.cut = axis.at(at)
    return row


def _label(code: str) -> str:
    return {
        "ruled": _("If only rulings count"),
        "corroborated": _("If what is corroborated counts"),
        "alleged": _("If every allegation counts"),
    }[code]


def _segments(axis: Axis, run: datetime, length: timedelta, elapsed: timedelta) -> list[dict[str, str]]:
    step = DAY
    while length / step > MOST_SEGMENTS:
        step *= 7 if step == DAY else 4
    done = min(run + elapsed, run + length)
    found, at = [], run
    while at < run + length:
        end = min(at + step, run + length)
        found.append({"class": "c-seg", **axis.bar(at, end)})
        if at < done:
            found.append({"class": "c-run", **axis.bar(at, min(end, done))})
        at = end
    return found


def _gone(axis: Axis, values: dict[str, Any], start: datetime, run: datetime) -> list[dict[str, str]]:
    """The days from the start that no longer count, because the run began later."""
    if run <= start:
        return []
    step = DAY
    while (run - start) / step > MOST_SEGMENTS:
        step *= 7
    found, at = [], start
    while at < run:
        end = min(at + step, run)
        found.append({"class": "c-gone", **axis.bar(at, end)})
        at = end
    return found


def _ticks(axis: Axis, start: datetime, last: datetime, zone: str) -> list[dict[str, str]]:
    days = max(1, round((last - start) / DAY))
    step = next(size for size in (1, 2, 7, 14, 28, 91, 365, 3650) if days / size <= 8)
    found, at = [], start + step * DAY
    while at < last - DAY * step * 0.6:
        found.append({"x": axis.at(at), "label": formats.format_day(at.astimezone(ZoneInfo(zone)).date())})
        at += step * DAY
    return found


def _day(moment: datetime, names: Names) -> str:
    return formats.format_moment(moment, names.zone, style=formats.DAY)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
