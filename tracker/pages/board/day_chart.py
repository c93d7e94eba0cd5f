"""Allegations per day, by what became of them; days that nobody observed are drawn apart from quiet ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tracker.feed.days import DayReading
from tracker.pages.board.axis import per_cent
from tracker.pages.board.naming import source_name
from tracker.services import formats
from tracker.services.sentences import word

HEIGHT = 96
STAGES = (
    ("found", "tone-breach"),
    ("pending", "tone-strain"),
    ("insufficient", "tone-unknown"),
    ("cleared", "tone-hold"),
)


@dataclass
class DayChart:
    """Columns in per cent across and whole pixels down; ``rows`` is the same as a table."""

    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    height: int
    base: int
    highest: int
    unobserved: int
    quiet: bool


def day_chart(days: list[DayReading], rtl: bool) -> DayChart | None:
    """The chart of the given days (oldest first), or None where there are none."""
    if not days:
        return None
    highest = max([1, *(day.received + day.may_fall for day in days)])
    unit = min(26.0, (HEIGHT - 16) / highest)
    share = 1 / len(days)
    labelled = max(1, -(-len(days) // 7))
    columns = []
    for number, day in enumerate(days):
        place = len(days) - 1 - number if rtl else number
        bars, level = [], float(HEIGHT)
        for name, style in STAGES:
            count = getattr(day, name)
            if count:
                level -= count * unit
                bars.append({"class": style, "y": pixels(level), "height": pixels(count * unit)})
        if day.may_fall:
            level -= day.may_fall * unit
            bars.append({"class": "c-open-bar", "y": pixels(level), "height": pixels(day.may_fall * unit)})
        columns.append(
            {
                "x": per_cent(place * share),
                "bar_x": per_cent((place + 0.18) * share),
                "middle": per_cent((place + 0.5) * share),
                "width": per_cent(share),
                "bar_width": per_cent(share * 0.64),
                "bars": bars,
                "observed": day.observed,
                "tally": bool(day.tallies),
                "label": formats.format_day(day.day) if number % labelled == 0 else "",
                "count": day.received or "",
                "count_y": pixels(level - 5),
            }
        )
    return DayChart(
        columns=columns,
        rows=[_row(day) for day in reversed(days)],
        height=HEIGHT,
        base=HEIGHT,
        highest=highest,
        unobserved=sum(not day.observed for day in days),
        quiet=not any(day.received or day.may_fall for day in days),
    )


def pixels(length: float) -> str:
    """A length as SVG writes it, whatever the reader's decimal mark."""
    return f"{length:.1f}"


def _row(day: DayReading) -> dict[str, Any]:
    return {
        "day": f"{formats.format_weekday(day.day)} {formats.format_day(day.day)}",
        "reading": day,
        "tallies": [tally_words(report) for report in day.tallies],
    }


def tally_words(report: Any) -> str:
    """A source's own count as alleged of a day: "attacks: 55, as counted by Russian military"."""
    counts = [
        f"{word(one.what)} {formats.format_number(one.number)}"
        for one in report.tally.counts.all()
        if one.spans
    ]
    return _("%(counts)s alleged by %(source)s") % {
        "counts": formats.format_list(counts),
        "source": source_name(report),
    }
