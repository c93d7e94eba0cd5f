"""A truce and its charter as they go out, in the names of a scenario file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch

from tracker.compliance.verdicts import as_json
from tracker.feed import shown
from tracker.models import Actor, ActorParent, Party, Term, Truce
from tracker.services.sentences import MEASURED_BY, without


def summary(truce: Truce, revision: int, address: str) -> dict[str, Any]:
    """A truce as it stands in the list. ``address`` is the service's own, without a slash."""
    return {
        "slug": truce.slug,
        "title": truce.title,
        "zone": truce.zone,
        "area": truce.area,
        "truce_class": truce.truce_class,
        "agreed": as_json(truce.agreed),
        "in_force_from": as_json(truce.in_force_from),
        "ends": as_json(truce.ends),
        "record_ends": as_json(truce.record_ends),
        "headline_reading": truce.headline_reading,
        "revision": revision,
        "url": f"{address}/truces/{truce.slug}/",
        "charter": f"{address}/api/v1/truces/{truce.slug}",
        "status": f"{address}/api/v1/truces/{truce.slug}/status",
    }


def charter(truce: Truce, revision: int, address: str) -> dict[str, Any]:
    """The whole charter, in as many queries however many it names. Lengths of time are ISO 8601 durations."""
    parties = list(truce.parties.select_related("actor", "answers_to"))
    declarers = list(truce.declarers.select_related("actor"))
    named = {row.actor_id for row in parties} | {row.actor_id for row in declarers}
    named |= {row.answers_to_id for row in parties if row.answers_to_id is not None}
    parents = Prefetch("parents", ActorParent.objects.select_related("parent"))
    actors = Actor.objects.filter(pk__in=named).prefetch_related("aliases", parents).order_by("slug")
    step = truce.renewal_step
    terms = list(truce.terms.all())
    measuring = {slug for term in terms for slug in term.parameters.get(MEASURED_BY) or ()}
    withheld = shown.hidden_names(measuring)
    return {
        **summary(truce, revision, address),
        "renewal": None if step is None else {"step": duration(step), "ends_truce": truce.renewal_ends_truce},
        "declarers": [row.actor.slug for row in declarers],
        "leading_body": truce.leading_body,
        "breached_at": truce.breached_at,
        "quiet_for": duration(truce.quiet_for),
        "observation_required": truce.observation_required,
        "one_party_ends": truce.one_party_ends,
        "replaces": truce.replaces.slug if truce.replaces else None,
        "pax_id": truce.pax_id or None,
        "policies": truce.policies,
        "version": truce.charter_version,
        "digest": truce.charter_digest,
        "actors": {actor.slug: _actor(actor) for actor in actors},
        "parties": [_party(party) for party in parties],
        "terms": [_term(term, withheld) for term in terms],
    }


def duration(length: timedelta) -> str:
    """ISO 8601: more than two whole days as ``P7D``, else hours or seconds; a day is 24 hours."""
    seconds = int(length.total_seconds())
    if seconds % 86_400 == 0 and seconds > 172_800:
        return f"P{seconds // 86_400}D"
    return f"PT{seconds // 3600}H" if seconds % 3600 == 0 else f"PT{seconds}S"


def _actor(actor: Actor) -> dict[str, Any]:
    return {
        "kind": actor.kind,
        "name": actor.name,
        "aliases": [
            {"name": alias.name, "from": as_json(alias.start), "until": as_json(alias.until)}
            for alias in actor.aliases.all()
        ],
        "parents": [
            {"actor": row.parent.slug, "from": as_json(row.start), "until": as_json(row.until)}
            for row in actor.parents.all()
        ],
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "actor": party.actor.slug,
        "role": party.role,
        "coverage": party.coverage,
        "from": as_json(party.start),
        "until": as_json(party.until),
        "answers_to": party.answers_to.slug if party.answers_to else None,
        "basis": party.basis,
        "source": party.source,
    }


def _term(term: Term, withheld: Collection[str]) -> dict[str, Any]:
    return {
        "ref": term.ref,
        "kind": term.kind,
        "title": term.title,
        "article": term.article or None,
        "wording": term.wording,
        "owed_by": term.owed_by,
        "requires": term.requires or [],
        "parameters": without(withheld, term.parameters),
        "breaches_of": term.breaches_of,
        "version": term.version,
        "basis": term.basis,
        "source": term.source,
    }
