"""A report in short, as the desk's lists show it: its own words, and what it says, piece by piece."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracker.intake.codes import ReportKind
from tracker.models import Actor, Report, ReportTruce, Source
from tracker.services.formats import FULL, format_day, format_hours, format_moment, format_range, name_of

from . import words

FIGURES = {
    "planned": words.PLANNED,
    "cleared": words.CLEARED,
    "waiting": words.WAITING,
    "refused": words.REFUSED,
    "delivered": words.DELIVERED,
    "attacked": words.ATTACKED,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A report as a list shows it. ``said``: pairs of a word and what the report says of that."""

    report: Report
    kind: Any
    source: str
    truces: str
    zone: str
    received: str
    said: list[tuple[str, str]] = field(default_factory=list)


def shown(reports: Iterable[Report]) -> list[Shown]:
    """Reports (with their source loaded) as lists show them; names are looked up once for all."""
    rows = list(reports)
    names = _names(rows)
    truces: dict[int, list[Any]] = {}
    for concerned in ReportTruce.objects.filter(report__in=rows).select_related("truce").order_by("truce_id"):
        truces.setdefault(concerned.report_id, []).append(concerned.truce)
    found = []
    for report in rows:
        concerned_truces = truces.get(report.pk, [])
        zones = {truce.zone for truce in concerned_truces}
        zone = zones.pop() if len(zones) == 1 else "UTC"
        found.append(
            Shown(
                report=report,
                kind=words.KINDS[ReportKind(report.kind)],
                source=name_of(report.source.name, report.source.slug),
                truces=", ".join(name_of(truce.title, truce.slug) for truce in concerned_truces),
                zone=zone,
                received=format_moment(report.received, zone),
                said=[pair for pair in _said(report.body, names, zone) if pair[1]],
            )
        )
    return found


def _names(reports: list[Report]) -> dict[str, str]:
    """Names by slug, of the actors (plain) and sources (``source:slug``) that the reports name."""
    slugs = {value for report in reports for value in _texts(report.body)}
    return {actor.slug: name_of(actor.name, actor.slug) for actor in Actor.objects.filter(slug__in=slugs)} | {
        f"source:{source.slug}": name_of(source.name, source.slug)
        for source in Source.objects.filter(slug__in=slugs)
    }


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str) and len(value) <= 80:
        yield value


def _said(body: dict[str, Any], names: dict[str, str], zone: str) -> list[tuple[str, str]]:
    claim, access, tally, statement = (
        body.get(part) or {} for part in ("claim", "access", "tally", "statement")
    )
    part = claim or access or tally or statement
    pairs = [
        (_("What"), _word(words.ACTS, claim.get("act"))),
        (_("With"), _word(words.WEAPONS, claim.get("weapon"))),
        (_("When"), _when(part.get("occurred"), zone)),
        (_("Where"), _where(part.get("place"))),
        (_("By"), _named(claim.get("by"), names)),
        (_("Against"), _named(claim.get("against"), names) or _word(words.HARMED, claim.get("harmed"))),
        (_("Of the event"), _stance(claim, "event")),
        (_("Of who did it"), _stance(claim, "actor")),
        (_("Meant"), _word(words.INTENTS, claim.get("intent"))),
        (_("Harmed"), _listed(_casualty(figure) for figure in claim.get("casualties", ()))),
    ]
    if access:
        pairs += [(_("Convoy"), access["convoy"])]
        pairs += [
            (str(word), str(access[name])) for name, word in FIGURES.items() if access.get(name) is not None
        ]
        pairs += [
            (_("Withheld by"), _named(access.get("withheld_by"), names)),
            (_("Refused by"), _named(access.get("refused_by"), names)),
            (_("In the way"), access.get("obstacle", "")),
        ]
    if tally:
        pairs += [
            (_("From"), _moment(tally["from"], zone)),
            (_("To"), _moment(tally["to"], zone)),
            (_("Counted"), _listed(f"{count['what']}: {count['n']}" for count in tally["counts"])),
        ]
    if statement:
        extension = statement.get("extension") or {}
        pairs += [
            (_("About"), _word(words.ABOUTS, statement["about"])),
            (_("Term"), statement.get("term") or ""),
            (_("To"), _listed(_named(actor, names) for actor in statement.get("to", ()))),
            (_("Extension"), format_hours(extension["hours"]) if extension else ""),
            (_("State"), _word(words.EXTENSION_STATES, extension.get("state"))),
        ]
    relays = (_named(f"source:{slug}", names) for slug in body.get("relayed_by", ()))
    return [
        *pairs,
        (_("Credibility"), _word(words.CREDIBILITIES, part.get("credibility"))),
        (_("Came through"), " → ".join(relays)),
    ]


def _word(table: dict[Any, Any], code: Any) -> str:
    return str(table.get(code, code)) if code is not None else ""


def _named(slug: str | None, names: dict[str, str]) -> str:
    return names.get(slug, slug.removeprefix("source:")) if slug else ""


def _listed(items: Iterable[str]) -> str:
    return "; ".join(items)


def _stance(claim: dict[str, Any], element: str) -> str:
    if not claim:
        return ""
    return _word(words.STANCES, (claim.get("stance") or {}).get(element, "asserts"))


def _casualty(figure: dict[str, Any]) -> str:
    effect = _word(words.EFFECTS, figure["effect"])
    group = _word(words.GROUPS, figure.get("group"))
    number = format_range(figure.get("min"), figure.get("max")) or _("no figure")
    if not group:
        return _("%(effect)s: %(number)s") % {"effect": effect, "number": number}
    return _("%(group)s %(effect)s: %(number)s") % {"group": group, "effect": effect, "number": number}


def _when(occurred: dict[str, str] | None, zone: str) -> str:
    if not occurred:
        return _("not said")
    start, end = (datetime.fromisoformat(occurred[key]).astimezone(ZoneInfo(zone)) for key in ("from", "to"))
    midnight = start.time() == end.time() == start.time().min
    if midnight and end - start <= timedelta(hours=25):
        return format_day(start.date(), style=FULL)
    values = {"start": format_moment(start, zone), "end": format_moment(end, zone)}
    if start == end:
        return values["start"]
    if midnight:
        last = (end - timedelta(hours=12)).date()
        values = {"start": format_day(start.date(), style=FULL), "end": format_day(last, style=FULL)}
    return _("%(start)s to %(end)s") % values


def _moment(text: str, zone: str) -> str:
    return format_moment(datetime.fromisoformat(text), zone)


def _where(place: dict[str, Any] | None) -> str:
    if not place:
        return ""
    at = f"{place['lat']}, {place['lon']}" if place.get("lat") is not None else ""
    return _listed(part for part in (place.get("name"), place.get("pcode"), place.get("country"), at) if part)
