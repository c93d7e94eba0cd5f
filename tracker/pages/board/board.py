"""The board of one truce at one moment: everything that its page shows, read in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from tracker.feed.counted import reports_of
from tracker.feed.days import days_of
from tracker.models import ReportKind, Truce, View
from tracker.pages.board import readings, rows
from tracker.pages.board.because import because, deciding_incident
from tracker.pages.board.clock_chart import ClockChart, clock_chart
from tracker.pages.board.day_chart import DayChart, day_chart
from tracker.pages.board.incident_card import IncidentCard, incident_card
from tracker.pages.board.ledger import ConvoyLedger, ledger
from tracker.pages.board.moment import Asked
from tracker.pages.board.time_bar import TimeBar, address, time_bar
from tracker.pages.board.tones import tone
from tracker.services import assessment, charters, formats
from tracker.services.sentences import Names, word
from tracker.services.status import default_as_of, history, status

DRAWN_INCIDENTS = 2
LEADING = ("clock", "joint_targeting")


@dataclass
class TermCard:
    """A term of the status, with what its page needs beside it."""

    term: dict[str, Any]
    head: dict[str, Any]
    differs: list[tuple[str, dict[str, Any]]]
    title: str
    wording: str
    basis: str
    source: str
    policy: str
    policy_basis: str
    clock: ClockChart | None
    conditions: list[dict[str, Any]]
    counts: list[str]
    beside: list[str]
    want_of_reports: str
    figure: str
    in_question_since: str  # from when the readings differ over what nobody ruled or accepted

    @property
    def kind(self) -> str:
        return str(self.term["kind"])

    @property
    def template(self) -> str:
        return "board/cards/clock.html" if self.kind == "clock" else "board/cards/term.html"


@dataclass
class Board:
    """What the board's template shows."""

    truce: Truce
    status: dict[str, Any]
    names: Names
    as_of: datetime
    known_at: datetime
    asked: Asked
    live: bool
    heard_from: int  # the public log's position that the page shows at least
    pending: bool  # whether something that came in is not assessed yet
    because: list[SafeString]
    bar: TimeBar
    terms: list[TermCard]
    incidents: list[IncidentCard]
    drawn: list[IncidentCard]
    days: DayChart | None
    convoys: list[ConvoyLedger]
    tally_rows: list[dict[str, Any]]
    statement_rows: list[dict[str, Any]]
    renewal_words: str
    extensions: list[dict[str, str]]
    declarers: str
    record_ends: str
    record_is_over: bool
    position: int
    points: list[dict[str, Any]]
    unmapped: str
    query: str
    zone: str
    updated: str
    known_moment: str
    in_force_from: str

    @property
    def leading(self) -> list[TermCard]:
        """The terms that time and the gates hang on, drawn large and first."""
        return [card for card in self.terms if card.kind in LEADING]

    @property
    def following(self) -> list[TermCard]:
        """The other terms, in the charter's order."""
        return [card for card in self.terms if card.kind not in LEADING]


def read_board(truce: Truce, asked: Asked, view: View) -> Board:
    """The board of a truce as an address asks for it, in the reader's language."""
    rtl = get_language_bidi()
    # Asked before all else: what comes in meanwhile is heard of by the live page, and not missed.
    position = readings.last_position(view)
    heard_from = position if view == View.PUBLIC else readings.last_position(View.PUBLIC)
    found = status(truce, as_of=asked.as_of, known_at=asked.known_at, view=view)
    as_of, known_at = (datetime.fromisoformat(found[name]) for name in ("as_of", "known_at"))
    opens_at = default_as_of(truce)
    names = charters.names_of(truce, view)
    transitions = [one for one in history(truce, view) if one.known <= known_at]
    ids = readings.latest_incidents(truce, view, known_at, as_of)
    incidents = [
        incident_card(one, truce, names, rtl, view)
        for one in readings.incidents_read(ids, truce, view, known_at)
    ]
    tallies, statements, access = (
        reports_of(truce, view, known_at, as_of, kind, limit)
        for kind, limit in (
            (ReportKind.TALLY, readings.TALLIES),
            (ReportKind.STATEMENT, readings.STATEMENTS),
            (ReportKind.ACCESS, readings.LEDGER),
        )
    )
    record_is_over = truce.record_ends is not None and opens_at >= truce.record_ends
    deciding = deciding_incident(truce, found, incidents)
    placed = points(incidents)
    drawn = [card for card in (deciding, *incidents) if card and card.counts and card.claims]
    return Board(
        truce=truce,
        status=found,
        names=names,
        as_of=as_of,
        known_at=known_at,
        asked=asked,
        live=not record_is_over and not asked.known_then,
        heard_from=heard_from,
        pending=assessment.is_behind(truce, view),
        because=because(
            truce, found, incidents, readings.declarations_of(truce, view, known_at, as_of), names
        ),
        bar=time_bar(
            truce,
            found,
            transitions,
            names,
            as_of=as_of,
            known_then=asked.known_then,
            default_as_of=opens_at,
            rtl=rtl,
        ),
        terms=_terms(truce, found, as_of, names, rtl),
        incidents=incidents,
        drawn=list({card.ref: card for card in drawn}.values())[:DRAWN_INCIDENTS],
        days=day_chart(days_of(truce, view, known_at, as_of, readings.DAYS), rtl),
        convoys=ledger(readings.convoys_of(truce, known_at), access, names, view),
        tally_rows=[rows.tally(report, names) for report in tallies],
        statement_rows=[rows.statement(report, names) for report in statements],
        renewal_words=rows.renewal_words(found["renewal"], names),
        extensions=rows.extensions(found, names),
        declarers=formats.format_list([formats.name_of(one.actor.name) for one in truce.declarers.all()]),
        record_ends=names.moment(truce.record_ends, style=formats.FULL) if truce.record_ends else "",
        record_is_over=record_is_over,
        position=position,
        points=placed,
        unmapped=rows.unmapped(len(incidents), len(placed)),
        query=address(asked.as_of, asked.known_at),
        zone=formats.name_of(names.zone_name, names.zone),
        updated=names.moment(known_at),
        known_moment=names.moment(known_at),
        in_force_from=names.moment(truce.in_force_from),
    )


def points(incidents: list[IncidentCard]) -> list[dict[str, Any]]:
    """Where the listed incidents are said to be, with how far the place may be off (metres)."""
    return [
        {
            "lat": card.point["lat"],
            "lon": card.point["lon"],
            "metres": RADIUS[card.point["precision"] - 1],
            "radius": rows.radius(RADIUS[card.point["precision"] - 1]),
            "place": card.place,
            "title": card.title,
            "when": card.when,
            "href": card.href,
            "state": card.state,
        }
        for card in incidents
        if card.point.get("lat") is not None and (card.point.get("precision") or 7) <= len(RADIUS)
    ]


RADIUS = (1_000, 25_000, 40_000, 90_000)
"""Metres that a place may be off, by UCDP where_prec 1–4; a coarser place gets no point."""


def _terms(truce: Truce, found: dict[str, Any], as_of: datetime, names: Names, rtl: bool) -> list[TermCard]:
    charter_terms = {row.ref: row for row in truce.terms.all()}
    headline = found["headline_reading"]
    by_ref = {term["ref"]: term for term in found["terms"]}
    policies = {policy["about"]: policy for policy in truce.policies}
    cards = []
    for term in found["terms"]:
        row, head = charter_terms[term["ref"]], term["readings"][headline]
        policy = policies.get("breach_policy") if term["kind"] == "clock" else None
        cards.append(
            TermCard(
                term=term,
                head=head,
                differs=[
                    (code, verdict)
                    for code, verdict in term["readings"].items()
                    if code != headline
                    and (verdict["state"], verdict["since"]) != (head["state"], head["since"])
                ],
                title=term["title"],
                wording=formats.name_of(row.wording),
                basis=row.basis,
                source=row.source,
                policy=formats.name_of(policy["text"]) if policy else "",
                policy_basis=policy["basis"] if policy else "",
                counts=rows.counts(term),
                beside=rows.beside(head["values"]),
                want_of_reports=rows.want_of_reports(head["values"]),
                figure=rows.delivered(head["values"], word(head["values"].get("unit") or "trucks"))
                if term["kind"] == "humanitarian_access"
                else "",
                clock=clock_chart(term, headline, truce.in_force_from, as_of, names, rtl)
                if term["kind"] == "clock"
                else None,
                conditions=_conditions(term, head, by_ref, headline),
                in_question_since=names.moment(datetime.fromisoformat(term["in_question_since"]))
                if term["in_question_since"]
                else "",
            )
        )
    return sorted(cards, key=lambda card: LEADING.index(card.kind) if card.kind in LEADING else len(LEADING))


def _conditions(
    term: dict[str, Any], head: dict[str, Any], by_ref: dict[str, Any], headline: str
) -> list[dict[str, Any]]:
    """Each term that a gate asks for: met, not met or unknown, with what that term says."""
    missing, unknown = head["values"].get("missing") or (), head["values"].get("unknown") or ()
    return [
        {
            "title": by_ref[ref]["title"],
            "verdict": by_ref[ref]["readings"][headline],
            **_condition("unknown" if ref in unknown else "not_met" if ref in missing else "met"),
        }
        for ref in term["requires"]
        if ref in by_ref
    ]


def _condition(state: str) -> dict[str, str]:
    words = {"met": _("met"), "not_met": _("not met"), "unknown": _("unknown")}
    return {"state": state, "tone": tone(state), "word": words[state]}
