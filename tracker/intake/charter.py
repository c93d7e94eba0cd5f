"""Turns the charter's documents into the charter that the rules read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from tracker.compliance import charter as rules

from .fields import ISO_DURATION, ISO_MOMENT, Words, duration_of
from .scenario_document import ActorDocument, CharterDocument, PartyDocument, TermDocument


def charter_of_documents(charter: CharterDocument, actors: Iterable[ActorDocument]) -> rules.Charter:
    """The charter with its actors, terms and parties; texts kept in one language in English."""
    renewal = charter.renewal
    return rules.Charter(
        slug=charter.slug,
        title=charter.title.model_dump(),
        zone=charter.zone,
        area=charter.area,
        truce_class=charter.class_.value,
        in_force_from=charter.in_force_from,
        terms=tuple(_term(term) for term in charter.terms),
        parties=tuple(_party(party) for party in charter.parties),
        actors={actor.slug: _actor(actor) for actor in actors},
        agreed=charter.agreed,
        ends=charter.ends,
        renewal=rules.Renewal(renewal.step, renewal.ends_truce) if renewal else None,
        declarers=charter.declarers,
        leading_body=charter.leading_body,
        headline_reading=charter.headline_reading.value,
        breached_at=charter.breached_at,
        quiet_for=charter.quiet_for,
        observation_required=charter.observation_required,
        one_party_ends=charter.one_party_ends,
        replaces=charter.replaces,
        record_ends=charter.record_ends,
        pax_id=charter.pax_id,
        policies=tuple(
            rules.Policy(policy.about, policy.basis.value, policy.text.en) for policy in charter.policies
        ),
    )


def rule_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A term's parameters as the rules take them: ISO 8601 lengths as timedelta, moments as UTC datetime.

    For whatever holds them as JSON: the file, and the term's row.
    """
    return {name: _rule_value(value) for name, value in parameters.items()}


def _rule_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return rule_parameters(value)
    if isinstance(value, list | tuple):
        return tuple(_rule_value(item) for item in value)
    if isinstance(value, str) and ISO_DURATION.fullmatch(value):
        return duration_of(value)
    if isinstance(value, str) and ISO_MOMENT.fullmatch(value):
        try:
            return datetime.datetime.fromisoformat(value).astimezone(datetime.UTC)
        except (ValueError, OverflowError):
            return value
    return value


def _term(term: TermDocument) -> rules.Term:
    return rules.Term(
        ref=term.ref,
        kind=term.kind,
        title=term.title.model_dump(),
        article=term.article or "",
        wording=term.wording.en if term.wording else "",
        owed_by=term.owed_by,
        requires=term.requires,
        parameters=rule_parameters(term.parameters),
        breaches_of=term.breaches_of,
        version=term.version,
        basis=term.basis.value,
        source=term.source,
    )


def _party(party: PartyDocument) -> rules.Party:
    return rules.Party(
        actor=party.actor,
        role=party.role.value,
        coverage=party.coverage.value,
        from_=party.from_,
        until=party.until,
        answers_to=party.answers_to,
        source=party.source,
        basis=party.basis.value,
    )


def _actor(actor: ActorDocument) -> rules.Actor:
    return rules.Actor(
        kind=actor.kind.value,
        name=actor.name.model_dump(),
        aliases=tuple(
            rules.Alias(name, alias.from_, alias.until)
            for alias in actor.aliases
            for name in _each(alias.name)
        ),
        parents=tuple(rules.Parent(parent.actor, parent.from_, parent.until) for parent in actor.parents),
    )


def _each(words: Words) -> Iterable[str]:
    """Each wording once: reports may use the name in any of the languages."""
    return dict.fromkeys(words.model_dump().values())
