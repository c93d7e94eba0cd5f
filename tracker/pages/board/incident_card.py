"""One incident for the page: what, where and when, figures per source on one axis, who says it was whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tracker.feed import harm, projection
from tracker.models import Casualty, Claim, Report, Ruling, Standing, Truce, View
from tracker.pages.board.axis import Axis, round_end
from tracker.pages.board.naming import said_by, source_name
from tracker.pages.board.readings import IncidentReading
from tracker.services import formats
from tracker.services.sentences import Names, text, word

ALLEGING = ("asserts", "admits", "claims_credit", "corroborates")
EFFECTS = ("killed", "injured", "killed_or_injured", "missing", "detained", "abducted", "displaced")
READINGS = ("alleged", "corroborated", "ruled")


@dataclass
class FigureRow:
    """One source's figure on the axis: a point, a bar, or a dotted end that stays open."""

    source: str
    report: str
    words: str
    group: str = ""
    repeated: bool = False
    point: str = ""
    first: str = ""
    last: str = ""
    open_from: str = ""
    open_to: str = ""


@dataclass
class FigureChart:
    """The figures of one effect, per source, on one axis."""

    title: str
    rows: list[FigureRow]
    silent: list[str]
    scale: list[str]
    grid: list[str]


@dataclass
class Saying:
    """One row of "who says it was whom"."""

    report: str
    source: str
    kind: str
    said_by: str
    actor: str
    stance: str
    intent: str
    relays: list[str]


@dataclass
class IncidentCard:
    """What the page shows of an incident."""

    ref: str
    href: str
    title: str
    when: str
    place: str
    state: str
    grade: str
    figures_words: list[str]
    contested: bool
    counts: list[str]
    coverage: str
    coverage_why: list[str]
    charts: list[FigureChart] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)
    elements: list[tuple[str, str]] = field(default_factory=list)
    attribution: str = ""
    answers_to: str = ""
    intent: str = ""
    intent_word: str = ""
    responsible: str = ""
    unplaced: bool = False
    assumed: bool = False
    rulings: list[Ruling] = field(default_factory=list)
    claims: list[Report] = field(default_factory=list)
    why: list[tuple[str, str, str]] = field(default_factory=list)
    occurred_from: datetime | None = None
    point: dict[str, Any] = field(default_factory=dict)


def incident_card(
    reading: IncidentReading, truce: Truce, names: Names, rtl: bool, view: View, *, whole: bool = False
) -> IncidentCard:
    """The card of an incident as it was read; ``whole`` draws every effect, else only the gravest."""
    standings = reading.standings
    # With several prohibitions, the one under which it counts tells the most.
    heads = [one for (term, code), one in standings.items() if code == truce.headline_reading]
    head = max(heads, key=lambda one: (one.counts, one.coverage == "covered", -one.pk), default=None)
    details: dict[str, Any] = head.details if head else {}
    claims = [report.claim for report in reading.claims]
    place = _place(claims, details, view)
    act = details.get("act") or _most(claim.act for claim in claims) or "incident"
    start, end = (head.occurred_from, head.occurred_to) if head else _hull(reading.claims, view)
    by_reading = {code: [one for (_t, c), one in standings.items() if c == code] for code in READINGS}
    counts = [code for code in READINGS if any(one.counts for one in by_reading[code])]
    card = IncidentCard(
        ref=reading.incident.reference,
        href=f"/incidents/{reading.incident.reference}/",
        title=word(act),
        when=occurred_words(start, end, names),
        place=place.get("name") or place.get("pcode") or "",
        point=place,
        state=_state(head, counts),
        grade=head.grade if head else "",
        figures_words=figures_words(details),
        contested=any(one.get("contested") for one in (details.get("casualties") or {}).values()),
        counts=counts,
        coverage=head.coverage if head else "",
        coverage_why=[_said(one, names) for one in details.get("coverage_why") or ()],
        sayings=[saying(report, names) for report in reading.claims],
        elements=[(word(name), word(one["code"])) for name, one in (details.get("elements") or {}).items()],
        attribution=details.get("attribution") or "",
        answers_to=names.actor(details["answers_to"]) if details.get("answers_to") else "",
        intent=details.get("intent") or "",
        intent_word=_intent(details.get("intent") or ""),
        responsible=names.actor(details["responsible"]) if details.get("responsible") else "",
        unplaced=bool(head and head.unplaced),
        assumed=bool(details.get("assumed")),
        rulings=reading.rulings,
        claims=reading.claims,
        occurred_from=start,
    )
    card.charts = _charts(reading.claims, rtl, view, whole)
    if whole:
        card.why = _why(standings, truce, names)
    return card


def _state(head: Standing | None, counts: list[str]) -> str:
    if head is None:
        return "unknown"
    if head.coverage == "outside":
        return "outside"
    if head.ruled:
        return head.ruled
    if counts:
        return counts[-1]
    return head.coverage if head.coverage != "covered" else "unknown"


def _why(standings: dict[tuple[int, str], Any], truce: Truce, names: Names) -> list[tuple[str, str, str]]:
    """(term, reading, why it counts or not) for each standing."""
    terms = {term.pk: term for term in truce.terms.all()}
    found = []
    for (term, code), one in sorted(
        standings.items(), key=lambda item: (item[0][0], READINGS.index(item[0][1]))
    ):
        found.append((formats.name_of(terms[term].title), code, _said(one.why, names)))
    return found


def _said(message: dict[str, Any], names: Names) -> str:
    return text(message["code"], message.get("values") or {}, names)


def _place(claims: list[Claim], details: dict[str, Any], view: View) -> dict[str, Any]:
    """The closest place that a claim gives, as coarse as the view must have it."""
    ranked = sorted(claims, key=lambda claim: (claim.place_precision or 9, claim.place_lat is None, claim.pk))
    place = next((place for claim in ranked if (place := projection.place(claim, view))), None) or {}
    if place and view == View.PUBLIC and (any(map(harm.tells_of_civilians, claims)) or _is_coarse(details)):
        return harm.coarse_place(place)
    return place


def _is_coarse(details: dict[str, Any]) -> bool:
    """Whether a standing shows no close place: a claim that was known later may have had it hidden."""
    place = details.get("place")
    return place is not None and harm.coarse_place(place).items() <= place.items()


def _most(codes: Any) -> str:
    found = Counter(code for code in codes if code).most_common(1)
    return found[0][0] if found else ""


def _hull(reports: list[Report], view: View) -> tuple[datetime | None, datetime | None]:
    """From the first moment to the last at which any claim has it, of ours in public to the hour."""
    spans = [
        harm.whole_hours(claim.occurred_from, claim.occurred_to)
        if view == View.PUBLIC and harm.is_ours(report)
        else (claim.occurred_from, claim.occurred_to)
        for report in reports
        for claim in [report.claim]
    ]
    starts, ends = ([one for one in ends if one] for ends in zip(*spans, strict=True)) if spans else ([], [])
    return min(starts, default=None), max(ends, default=None)


def occurred_words(start: datetime | None, end: datetime | None, names: Names) -> str:
    """When something may have happened: a moment, a day, or the first and last day of a longer time."""
    if start is None or end is None:
        return _("at a time not known")
    zone = ZoneInfo(names.zone)
    first, last = start.astimezone(zone), max(start, end - timedelta(microseconds=1)).astimezone(zone)
    if end - start <= timedelta(hours=1):
        return formats.format_moment(start, names.zone)
    if first.date() == last.date():
        return formats.format_day(first.date(), style=formats.SHORT)
    days = (formats.format_day(day.date(), style=formats.SHORT) for day in (first, last))
    return " – ".join(days)


def figures_words(details: dict[str, Any]) -> list[str]:
    """The range over all sources, for each effect: "killed 30–80+"."""
    found = []
    for effect in EFFECTS:
        figures = (details.get("casualties") or {}).get(effect)
        words = formats.format_figures(figures) if figures else ""
        if words:
            found.append(_("%(effect)s %(figures)s") % {"effect": word(effect), "figures": words})
    return found


def saying(report: Report, names: Names) -> Saying:
    """What one claim says of who did it."""
    claim = report.claim
    actor = formats.name_of(claim.by.name) if claim.by else ""
    stance = claim.stance_actor or ""
    if stance == "cannot_say":
        actor = _("cannot say")
    elif stance == "denies" and actor:
        actor = _("not: %(actor)s") % {"actor": actor}
    elif not stance:
        actor = _("does not say")
    elif not actor:
        actor = _("names nobody")
    return Saying(
        report=report.reference,
        source=source_name(report),
        kind=word(report.source.kind),
        said_by=said_by(report),
        actor=actor,
        stance=_stance(claim),
        intent=claim.intent,
        relays=[names.source(slug) for slug in reversed(report.relayed_by)],
    )


def _charts(reports: list[Report], rtl: bool, view: View, whole: bool) -> list[FigureChart]:
    """One chart for each effect that somebody gives a figure of; the first alone unless ``whole``."""
    given: dict[str, list[tuple[Report, Casualty]]] = {}
    for report in reports:
        rows = list(report.claim.casualties.all())
        for row in harm.figures_shown(rows) if view == View.PUBLIC and harm.is_ours(report) else rows:
            if row.minimum is not None or row.maximum is not None:
                given.setdefault(row.effect, []).append((report, row))
    chosen = sorted(given, key=lambda effect: EFFECTS.index(effect) if effect in EFFECTS else len(EFFECTS))
    return [_chart(effect, given[effect], reports, rtl) for effect in (chosen if whole else chosen[:1])]


def _chart(
    effect: str, given: list[tuple[Report, Casualty]], reports: list[Report], rtl: bool
) -> FigureChart:
    highest = max(max(row.minimum or 0, row.maximum or 0) for _report, row in given)
    end = round_end(highest + any(row.maximum is None for _report, row in given))
    axis = Axis(0, end, rtl)
    rows = []
    for report, casualty in given:
        minimum, maximum = casualty.minimum, casualty.maximum
        row = FigureRow(
            source=source_name(report),
            report=report.reference,
            words=_figure_words(minimum, maximum),
            group=word(casualty.group) if casualty.group else "",
            repeated=bool(report.claim.quotes),
        )
        if minimum is not None and minimum == maximum:
            row.point = axis.at(minimum)
        elif minimum is not None and maximum is not None:
            row.first, row.last = axis.at(minimum), axis.at(maximum)
        elif minimum is not None:
            row.point, row.open_from, row.open_to = axis.at(minimum), axis.at(minimum), axis.at(end)
        elif maximum is not None:
            row.point, row.open_from, row.open_to = axis.at(maximum), axis.at(0), axis.at(maximum)
        rows.append(row)
    told = {report.pk for report, _row in given}
    silent = list(dict.fromkeys(source_name(one) for one in reports if one.pk not in told))
    steps = [end * n // 4 for n in range(5)]
    return FigureChart(
        title=word(effect),
        rows=rows,
        silent=silent,
        scale=[formats.format_number(step) for step in steps],
        grid=[axis.at(step) for step in steps],
    )


def _figure_words(minimum: int | None, maximum: int | None) -> str:
    if minimum is not None and maximum is None:
        return _("at least %(figure)s") % {"figure": formats.format_number(minimum)}
    if minimum is None and maximum is not None:
        return _("up to %(figure)s") % {"figure": formats.format_number(maximum)}
    return formats.format_range(minimum, maximum)


def _intent(code: str) -> str:
    return {
        "asserted": _("said to be intended"),
        "denied": _("intent is denied"),
        "contested": _("sources differ"),
    }.get(code, "")


def _stance(claim: Claim) -> str:
    """What the source does with the event and with who did it, as far as it says anything of them."""
    if claim.stance_actor and claim.stance_actor not in ("cannot_say", "asserts"):
        return word(claim.stance_actor)
    return word(claim.stance_event) if claim.stance_event else _("does not say")
