"""Charters: a truce with its parties and terms, from a scenario's documents to rows, and to the rules."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import Max, ProtectedError

from tracker.compliance import charter as rules
from tracker.feed import shown
from tracker.intake.charter import rule_parameters
from tracker.intake.fault import Fault
from tracker.intake.scenario_document import (
    CharterDocument,
    PartyDocument,
    ScenarioDocument,
    TermDocument,
)
from tracker.models import (
    Actor,
    DueIncident,
    Incident,
    Party,
    Term,
    Truce,
    TruceDeclarer,
    View,
)
from tracker.services import access, actors, places, prepared, references, sources
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import ManyRefused, Refused
from tracker.services.sentences import Names
from tracker.services.writing import Writing, writing


def load_charter(document: ScenarioDocument, author: Author) -> Truce:
    """Load the charter of a scenario with its actors, sources and convoys; returns its truce.

    The same charter again changes nothing; another one under the same slug becomes the next
    ``charter_version`` and has every incident weighed again. A file without a charter adds its actors,
    sources and convoys to the truce that it names. Raises ``Refused`` or ``ManyRefused``, storing nothing.
    """
    digest = charter_digest(document)
    found = Truce.objects.filter(slug=document.truce).first()
    if found is not None and _changes_nothing(document, found, digest):
        return found
    places.ensure_areas(author)
    known = _known(document)
    with writing(author, known_given=known, known_basis="the charter's own date" if known else "") as w:
        hold(Held.CHARTER, int(hashlib.sha256(document.truce.encode()).hexdigest()[:8], 16))
        actors.store(w, document.actors)
        sources.store(w, document.sources)
        if document.charter is None:
            truce = references.truce(document.truce, "adds_to")
        else:
            truce = _store(w, document.charter, digest)
        for convoy in document.convoys:
            access.store_convoy(w, convoy, truce)
        w.concerns(truce)
    return truce


def _changes_nothing(document: ScenarioDocument, truce: Truce, digest: str) -> bool:
    if document.charter is not None:
        return truce.charter_digest == digest
    loaded = set(truce.convoys.values_list("slug", flat=True))
    return (
        all(convoy.slug in loaded for convoy in document.convoys)
        and not actors.changed(document.actors)
        and not sources.changed(document.sources)
    )


def _known(document: ScenarioDocument) -> datetime | None:
    """In a historical load the charter is known from when it was agreed, so that its history begins there."""
    if not document.historical or document.charter is None:
        return None
    return document.charter.agreed or document.charter.in_force_from


def charter_digest(document: ScenarioDocument) -> str:
    """SHA-256, in hex, of all that makes a charter: the charter itself, its actors, sources and convoys."""
    body = document.model_dump(mode="json", include={"charter", "actors", "sources", "convoys"})
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _store(w: Writing, charter: CharterDocument, digest: str) -> Truce:
    truce = Truce.objects.filter(slug=charter.slug).first()
    if truce is not None and truce.charter_digest == digest:
        return truce
    before = truce and {"version": truce.charter_version, "digest": truce.charter_digest}
    columns = _columns(charter)
    if truce is None:
        truce = Truce.objects.create(slug=charter.slug, charter_digest=digest, **columns)
    else:
        version = truce.charter_version + 1
        # Not by save(): how far the truce is assessed belongs to the workers.
        Truce.objects.filter(pk=truce.pk).update(charter_digest=digest, charter_version=version, **columns)
        truce.refresh_from_db()
    _store_declarers(truce, charter)
    _store_parties(truce, charter)
    _store_terms(truce, charter)
    _refuse_faults(truce)
    if before:
        _weigh_all_again(w, truce)
    w.audit(
        "charter.loaded",
        truce.slug,
        before=before,
        after={"version": truce.charter_version, "digest": digest},
    )
    return truce


def _columns(charter: CharterDocument) -> dict[str, Any]:
    return {
        "title": charter.title.model_dump(),
        "zone": charter.zone,
        "zone_name": charter.zone_name.model_dump(),
        "area": list(charter.area),
        "area_name": charter.area_name.model_dump(),
        "truce_class": charter.class_,
        "agreed": charter.agreed,
        "in_force_from": charter.in_force_from,
        "ends": charter.ends,
        "renewal_step": charter.renewal.step if charter.renewal else None,
        "renewal_ends_truce": bool(charter.renewal and charter.renewal.ends_truce),
        "leading_body": charter.leading_body,
        "headline_reading": charter.headline_reading,
        "breached_at": charter.breached_at,
        "quiet_for": charter.quiet_for,
        "observation_required": charter.observation_required,
        "one_party_ends": charter.one_party_ends,
        "replaces": references.truce(charter.replaces, "charter.replaces") if charter.replaces else None,
        "record_ends": charter.record_ends,
        "pax_id": charter.pax_id or "",
        "policies": [policy.model_dump(mode="json") for policy in charter.policies],
    }


def _store_declarers(truce: Truce, charter: CharterDocument) -> None:
    named = references.actors(("charter.declarers", slug) for slug in charter.declarers)
    truce.declarers.all().delete()
    TruceDeclarer.objects.bulk_create(
        TruceDeclarer(truce=truce, actor=named[slug], order=order)
        for order, slug in enumerate(charter.declarers)
    )


def _store_parties(truce: Truce, charter: CharterDocument) -> None:
    named = references.actors(
        pair
        for index, party in enumerate(charter.parties)
        for pair in (
            (f"charter.parties.{index}.actor", party.actor),
            (f"charter.parties.{index}.answers_to", party.answers_to),
        )
    )
    truce.parties.all().delete()
    Party.objects.bulk_create(
        _party(truce, party, order, named) for order, party in enumerate(charter.parties)
    )


def _party(truce: Truce, party: PartyDocument, order: int, named: dict[str, Actor]) -> Party:
    return Party(
        truce=truce,
        actor=named[party.actor],
        role=party.role,
        coverage=party.coverage,
        start=party.from_,
        until=party.until,
        answers_to=named[party.answers_to] if party.answers_to else None,
        basis=party.basis,
        source=party.source,
        order=order,
    )


def _store_terms(truce: Truce, charter: CharterDocument) -> None:
    references.actors(
        (f"charter.terms.{index}.owed_by", slug)
        for index, term in enumerate(charter.terms)
        for slug in term.owed_by
    )
    kept = {term.ref for term in charter.terms}
    for gone in truce.terms.exclude(ref__in=kept):
        try:
            gone.delete()
        except ProtectedError:
            raise Refused("charter.terms", "term_in_use", given=gone.ref) from None
    hold(Held.TERMS, 0)
    for order, term in enumerate(charter.terms):
        columns = _term_columns(term, order)
        new = {**columns, "number": _next_number(term.ref)}
        Term.objects.update_or_create(truce=truce, ref=term.ref, defaults=columns, create_defaults=new)


def _next_number(ref: str) -> int:
    """The number of the next term that has a reference which those of other truces may have."""
    last = Term.objects.filter(ref=ref).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _term_columns(term: TermDocument, order: int) -> dict[str, Any]:
    plain = term.model_dump(mode="json")
    return {
        "kind": term.kind,
        "title": plain["title"],
        "article": term.article or "",
        "wording": plain["wording"] or {},
        "owed_by": plain["owed_by"],
        "requires": plain["requires"],
        "parameters": plain["parameters"],
        "breaches_of": plain["breaches_of"],
        "version": term.version,
        "basis": term.basis,
        "source": term.source,
        "order": order,
    }


def _refuse_faults(truce: Truce) -> None:
    faults = rules.charter_faults(build_charter(truce))
    if faults:
        raise ManyRefused(
            [Refused(f"charter.{fault.path}", "charter_fault", fault=_told(fault)) for fault in faults]
        )


def _told(fault: rules.Fault) -> str:
    return Fault("", fault.code, fault.values).message


def _weigh_all_again(w: Writing, truce: Truce) -> None:
    """Another charter may change what any incident is: each is due again."""
    incidents = Incident.objects.filter(links__report__report_truces__truce=truce).distinct()
    DueIncident.objects.bulk_create(
        (DueIncident(change=w.change, truce=truce, incident=incident) for incident in incidents.iterator()),
        batch_size=2_000,
    )


def charter_of(truce: Truce) -> rules.Charter:
    """The charter of a truce as the rules read it; kept until the charter or one of the actors changes."""
    return _kept_charter(truce.pk, truce.charter_digest, truce.charter_version, actors.newest())


@lru_cache(maxsize=256)
def _kept_charter(pk: int, digest: str, version: int, newest_actor: int) -> rules.Charter:
    return build_charter(Truce.objects.get(pk=pk))


def build_charter(truce: Truce) -> rules.Charter:
    """The charter of a truce as the rules read it, from its rows; texts in English."""
    return rules.Charter(
        slug=truce.slug,
        title=truce.title,
        zone=truce.zone,
        area=tuple(truce.area),
        truce_class=truce.truce_class,
        in_force_from=truce.in_force_from,
        terms=tuple(_rule_term(term) for term in truce.terms.all()),
        parties=tuple(
            rules.Party(
                actor=party.actor.slug,
                role=party.role,
                coverage=party.coverage,
                from_=party.start,
                until=party.until,
                answers_to=party.answers_to.slug if party.answers_to else None,
                source=party.source,
                basis=party.basis,
            )
            for party in truce.parties.select_related("actor", "answers_to")
        ),
        actors=actors.rule_actors(),
        agreed=truce.agreed,
        ends=truce.ends,
        renewal=rules.Renewal(truce.renewal_step, truce.renewal_ends_truce) if truce.renewal_step else None,
        declarers=tuple(row.actor.slug for row in truce.declarers.select_related("actor")),
        leading_body=truce.leading_body,
        headline_reading=truce.headline_reading,
        breached_at=truce.breached_at,
        quiet_for=truce.quiet_for,
        observation_required=truce.observation_required,
        one_party_ends=truce.one_party_ends,
        replaces=truce.replaces.slug if truce.replaces else None,
        record_ends=truce.record_ends,
        pax_id=truce.pax_id or None,
        policies=tuple(
            rules.Policy(policy["about"], policy["basis"], policy["text"].get("en", ""))
            for policy in truce.policies
        ),
    )


def _rule_term(term: Term) -> rules.Term:
    requires = term.requires or ()
    return rules.Term(
        ref=term.ref,
        kind=term.kind,
        title=term.title,
        article=term.article,
        wording=term.wording.get("en", ""),
        owed_by=tuple(term.owed_by),
        requires=tuple(requires) if isinstance(requires, list) else requires,
        parameters=rule_parameters(term.parameters),
        breaches_of=tuple(term.breaches_of),
        version=term.version,
        basis=term.basis,
        source=term.source,
    )


_NAMES = f"""
    {prepared.given(truce="bigint")}
    SELECT (SELECT jsonb_object_agg(slug, name) FROM tracker_actor)::text,
        (SELECT jsonb_object_agg(slug, name) FROM tracker_source WHERE NOT protected)::text,
        (SELECT jsonb_object_agg(ref, title) FROM tracker_term WHERE truce_id = given.truce)::text,
        (SELECT jsonb_agg(source.slug) FROM tracker_source source WHERE {shown.IS_WITHHELD})::text
    FROM given
"""


def names_of(truce: Truce, view: View) -> Names:
    """The names of a truce's terms, of every actor and of every source that is not protected, by language,
    and whom a view never names."""
    ((*found, withheld),) = prepared.rows(_NAMES, {"truce": truce.pk})
    actors_named, sources_named, terms_named = (orjson.loads(told or "{}") for told in found)
    return Names(
        zone=truce.zone,
        zone_name=truce.zone_name or {"en": truce.zone},
        actors=actors_named,
        sources=sources_named,
        terms=terms_named,
        withheld=frozenset(orjson.loads(withheld or "[]") if view == View.PUBLIC else ()),
    )
