"""The paragraph under the sentence: why the board says it, every name linked to its claim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracker.models import Declaration, Report, Truce
from tracker.pages.board.incident_card import ALLEGING, IncidentCard
from tracker.pages.board.naming import source_name
from tracker.services import formats
from tracker.services.sentences import Names


def because(
    truce: Truce,
    status: dict[str, Any],
    incidents: list[IncidentCard],
    declarations: list[Declaration],
    names: Names,
) -> list[SafeString]:
    """Whole sentences, in order. What decides is told of the incident that decides; else of the truce.

    ``declarations`` are the words on terms that had been said and were known, earliest first.
    """
    said: list[SafeString] = []
    deciding = deciding_incident(truce, status, incidents)
    if deciding is not None:
        said += _of_incident(deciding)
    elif status["standing"] != "announced":
        said.append(format_html("{}", status["compliance_why"]["text"]))
    said += _of_clocks(status, declarations, names)
    if status["standing"] != "in_force":
        said.append(format_html("{}", status["standing_why"]["text"]))
    for one in status.get("declared_over") or ():
        said.append(
            format_html(
                "{}",
                _("%(actor)s declared the truce over; one party's word alone does not end it.")
                % {"actor": names.actor(one["by"])},
            )
        )
    return said


def deciding_incident(
    truce: Truce, status: dict[str, Any], incidents: list[IncidentCard]
) -> IncidentCard | None:
    """The incident that the headline hangs on: a clock's last reset, else the latest that counts."""
    by_ref = {card.ref: card for card in incidents}
    headline = truce.headline_reading
    for term in status["terms"]:
        if term["kind"] != "clock":
            continue
        resets = term["readings"][headline]["values"].get("resets") or []
        for reset in sorted(resets, key=lambda one: one["at"], reverse=True):
            if reset["incident"] in by_ref:
                return by_ref[reset["incident"]]
    return next((card for card in incidents if headline in card.counts), None)


def _of_incident(card: IncidentCard) -> list[SafeString]:
    # Who only repeats another's word is on the incident's page, not among those who say it.
    alleging = [
        report for report in card.claims if report.claim.stance_event in ALLEGING and not report.claim.quotes
    ]
    said = [
        _sentence(
            _("%(incident)s, %(place)s, %(when)s: reported by %(sources)s.")
            if card.place
            else _("%(incident)s, %(when)s: reported by %(sources)s."),
            incident=format_html('<a href="{}">{}</a>', card.href, card.title[:1].upper() + card.title[1:]),
            # A place keeps the words in which it was reported, whichever way those run.
            place=format_html("<bdi>{}</bdi>", card.place),
            when=card.when,
            sources=_sources(alleging, card),
        )
    ]
    named: dict[str, list[Report]] = {}
    for report in alleging:
        if report.claim.by and report.claim.stance_actor in ("asserts", "corroborates"):
            named.setdefault(formats.name_of(report.claim.by.name), []).append(report)
    for actor, reports in named.items():
        said.append(
            _sentence(
                _("As to who did it, %(sources)s say: %(actor)s."),
                sources=_sources(reports, card),
                actor=actor,
            )
        )
    owning = [report for report in alleging if report.claim.stance_actor in ("admits", "claims_credit")]
    if owning:
        sentence = (
            _("%(sources)s: its own side carried it out. That is not to say that it broke the truce.")
            if not any(report.claim.accepts_breach for report in owning)
            else _("%(sources)s: its own side carried it out, and it accepts that this broke the truce.")
        )
        said.append(_sentence(sentence, sources=_sources(owning, card)))
    denying = [report for report in card.claims if report.claim.intent == "denied"]
    if denying:
        said.append(
            _sentence(_("That it was intended is denied by %(sources)s."), sources=_sources(denying, card))
        )
    if card.figures_words:
        said.append(
            _sentence(
                _("Figures differ between sources: %(figures)s.")
                if card.contested
                else _("Figures given: %(figures)s."),
                figures=formats.format_list(card.figures_words),
            )
        )
    return said


def _of_clocks(status: dict[str, Any], declarations: list[Declaration], names: Names) -> list[SafeString]:
    said: list[SafeString] = []
    headline = status["headline_reading"]
    for term in status["terms"]:
        if term["kind"] != "clock" or not term["in_question_since"]:
            continue
        values = {code: verdict["values"] for code, verdict in term["readings"].items()}
        other = "ruled" if headline != "ruled" else "alleged"
        if not (values[headline].get("length_seconds") and values[other].get("length_seconds")):
            continue
        said.append(
            _sentence(
                _("If it counts, the count stands at %(one)s of %(length)s; if it does not, at %(other)s."),
                one=formats.format_span(values[headline].get("elapsed_seconds") or 0),
                other=formats.format_span(values[other].get("elapsed_seconds") or 0),
                length=formats.format_span(values[headline]["length_seconds"]),
            )
        )
        said += _declared(term["ref"], declarations, names)
    return said


def _declared(term: str, declarations: list[Declaration], names: Names) -> list[SafeString]:
    """What those who may declare have said of a clock: each of their words, or that there is none."""
    words = {
        "restarted": _("%(actors)s declared on %(moment)s that the count begins again."),
        "completed": _("%(actors)s declared on %(moment)s that the count is complete."),
    }
    said = [
        _sentence(
            words[one.about],
            actors=formats.format_list([names.actor(slug) for slug in one.by]),
            moment=names.moment(one.at),
        )
        for one in declarations
        if one.term and one.term.ref == term and one.about in words
    ]
    return said or [format_html("{}", _("Those who may declare on it have declared neither."))]


def _sources(reports: Iterable[Report], card: IncidentCard) -> SafeString:
    linked = {
        source_name(report): format_html(
            '<a href="{}#{}">{}</a>', card.href, report.reference, source_name(report)
        )
        for report in reports
    }
    # Each item is escaped already; the list pattern of the language joins them.
    return mark_safe(formats.format_list(list(linked.values())))  # noqa: S308


def _sentence(template: str, **values: Any) -> SafeString:
    """A translated sentence with its values put in, each escaped unless it is markup of ours."""
    return format_html(_as_format(template, values), **values)


def _as_format(template: str, values: dict[str, Any]) -> str:
    escaped = template.replace("{", "{{").replace("}", "}}")
    for name in values:
        escaped = escaped.replace(f"%({name})s", "{" + name + "}")
    return escaped
