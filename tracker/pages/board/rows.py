"""Small rows of the board: counts of a prohibition, offers, tallies, statements, places, in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.models import Report
from tracker.pages.board.naming import said_by, source_name
from tracker.pages.board.tones import tone
from tracker.services import formats
from tracker.services.sentences import Names, word


def counts(term: dict[str, Any]) -> list[str]:
    """How many incidents count against a prohibition, in each reading."""
    found = {code: verdict["values"].get("count") for code, verdict in term["readings"].items()}
    if any(number is None for number in found.values()):
        return []
    return [
        _("alleged %(alleged)s · corroborated %(corroborated)s · ruled %(ruled)s")
        % {code: formats.format_number(number) for code, number in found.items()}
    ]


def beside(values: dict[str, Any]) -> list[str]:
    """What is shown and does not count against a prohibition."""
    said = []
    if outside := values.get("outside"):
        said.append(
            ngettext(
                "%(n)s more lies outside the truce: kept, shown, counted nowhere.",
                "%(n)s more lie outside the truce: kept, shown, counted nowhere.",
                outside,
            )
            % {"n": formats.format_number(outside)}
        )
    if unsettled := values.get("not_settled"):
        said.append(
            ngettext(
                "For %(n)s it is not settled whether the truce covers it.",
                "For %(n)s it is not settled whether the truce covers them.",
                unsettled,
            )
            % {"n": formats.format_number(unsettled)}
        )
    if values.get("observed_days") == 0:
        said.append(_("Nobody was recorded as observing."))
    return said


def want_of_reports(values: dict[str, Any]) -> str:
    """How many counted days nobody observed."""
    days = values.get("counted_for_want_of_reports")
    if not days:
        return ""
    return ngettext(
        "%(n)s counted day was observed by nobody: counted for want of reports.",
        "%(n)s counted days were observed by nobody: counted for want of reports.",
        days,
    ) % {"n": formats.format_number(days)}


def delivered(values: dict[str, Any], unit: str) -> str:
    """ "0 of 40 trucks", or nothing where no figure is established."""
    if values.get("delivered") is None or not values.get("target"):
        return ""
    return _("%(delivered)s of %(target)s %(unit)s") % {
        "delivered": formats.format_number(values["delivered"]),
        "target": formats.format_number(values["target"]),
        "unit": unit,
    }


def renewal_words(renewal: dict[str, Any] | None, names: Names) -> str:
    """Where the last announced step ends or ended."""
    if not renewal:
        return ""
    if renewal["state"] == "lapsed":
        return _("The last announced period ended on %(moment)s; the truce stays in force.") % {
            "moment": names.moment(datetime.fromisoformat(renewal["ended"]))
        }
    return _("The announced period runs to %(moment)s.") % {
        "moment": names.moment(datetime.fromisoformat(renewal["ends"]))
    }


def extensions(status: dict[str, Any], names: Names) -> list[dict[str, str]]:
    """Offers and extensions, latest first."""
    return [
        {
            "state": one["state"],
            "tone": "met" if one["state"] == "announced" else tone(one["state"]),
            "words": _("%(span)s by %(actors)s")
            % {
                "span": formats.format_hours(one["hours"]) if one["hours"] else _("a length not given"),
                "actors": formats.format_list([names.actor(slug) for slug in one["by"]]),
            },
            "moment": formats.format_moment(datetime.fromisoformat(one["at"]), names.zone, style=formats.DAY),
        }
        for one in sorted(status["extensions"], key=lambda one: one["at"], reverse=True)
    ]


def tally(report: Report, names: Names) -> dict[str, Any]:
    """A source's own count with its span."""
    row = report.tally
    return {
        **_said(report, names),
        "counts": [
            {"what": word(one.what), "number": formats.format_number(one.number), "spans": one.spans}
            for one in row.counts.all()
        ],
        "span": _("%(start)s to %(end)s")
        % {
            "start": formats.format_moment(row.start, names.zone, style=formats.DAY),
            "end": formats.format_moment(row.until, names.zone, style=formats.DAY),
        },
    }


def statement(report: Report, names: Names) -> dict[str, Any]:
    """Who said what of the truce, and of which term."""
    term = report.statement.term
    return {**_said(report, names), "term": formats.name_of(term.title) if term else ""}


def _said(report: Report, names: Names) -> dict[str, Any]:
    return {
        "source": source_name(report),
        "said_by": said_by(report),
        "summary": report.summary,
        "language": report.language,
        "moment": formats.format_moment(report.reported, names.zone, style=formats.DAY),  # type: ignore[attr-defined]
    }


def radius(metres: int) -> str:
    """How far a place may be off, in kilometres."""
    return _("within about %(n)s km") % {"n": formats.format_number(metres // 1000)}


def unmapped(listed: int, mapped: int) -> str:
    """How many of the incidents listed have no point on the map."""
    missing = listed - mapped
    if not missing or not mapped:
        return ""
    return ngettext(
        "%(n)s of those listed is not placed closely enough for a point.",
        "%(n)s of those listed are not placed closely enough for a point.",
        missing,
    ) % {"n": formats.format_number(missing)}
