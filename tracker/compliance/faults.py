"""Everything that is wrong with a charter, all at once, each fault named by its path."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

from tracker.compliance.charter import COVERAGES, READINGS, ROLES, Charter, Fault, Parent
from tracker.compliance.intervals import zone_of
from tracker.compliance.registry import kind_names, kind_of

Dated = tuple[datetime | None, datetime | None]


def faults_of(charter: Charter) -> list[Fault]:
    """All faults, in the order in which they stand in the charter."""
    return [*_of_truce(charter), *_of_actors(charter), *_of_parties(charter), *_of_terms(charter)]


def _of_truce(charter: Charter) -> Iterator[Fault]:
    for name in ("slug", "zone"):
        if not getattr(charter, name):
            yield Fault(name, "charter.missing")
    if charter.zone:
        try:
            zone_of(charter.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield Fault("zone", "charter.unknown_zone", {"zone": charter.zone})
    start = charter.in_force_from
    moments = ("agreed", "in_force_from", "ends", "record_ends")
    for name in moments:
        moment = getattr(charter, name)
        if moment is not None and moment.tzinfo is None:
            yield Fault(name, "charter.moment_without_offset")
            return
    if start is not None and charter.ends is not None and charter.ends <= start:
        yield Fault("ends", "charter.ends_before_start")
    if start is not None and charter.record_ends is not None and charter.record_ends <= start:
        yield Fault("record_ends", "charter.ends_before_start")
    if charter.renewal is not None and charter.renewal.step <= timedelta():
        yield Fault("renewal.step", "charter.length_not_positive")
    if charter.quiet_for <= timedelta():
        yield Fault("quiet_for", "charter.length_not_positive")
    if charter.breached_at is not None and charter.breached_at < 1:
        yield Fault("breached_at", "charter.not_a_count", {"value": charter.breached_at})
    if charter.headline_reading not in READINGS:
        yield Fault(
            "headline_reading",
            "charter.unknown_reading",
            {"reading": charter.headline_reading, "readings": READINGS},
        )
    if charter.replaces == charter.slug:
        yield Fault("replaces", "charter.replaces_itself")
    members = {party.actor for party in charter.parties}
    for i, actor in enumerate(charter.declarers):
        if actor not in members:
            yield Fault(f"declarers[{i}]", "charter.not_a_party", {"actor": actor})


def _of_actors(charter: Charter) -> Iterator[Fault]:
    for slug, actor in charter.actors.items():
        for i, alias in enumerate(actor.aliases):
            if _reversed(alias.from_, alias.until):
                yield Fault(f"actors.{slug}.aliases[{i}]", "charter.ends_before_start")
            if alias.name in charter.actors and alias.name != slug:
                yield Fault(f"actors.{slug}.aliases[{i}]", "charter.name_of_another", {"actor": alias.name})
        for i, parent in enumerate(actor.parents):
            path = f"actors.{slug}.parents[{i}]"
            if parent.actor not in charter.actors:
                yield Fault(path, "charter.unknown_actor", {"actor": parent.actor})
            if _reversed(parent.from_, parent.until):
                yield Fault(path, "charter.ends_before_start")
            if slug in _above(charter, parent):
                yield Fault(path, "charter.belongs_to_itself", {"actor": slug})


def _above(charter: Charter, parent: Parent) -> set[str]:
    seen, ahead = {parent.actor}, [parent.actor]
    while ahead:
        actor = charter.actors.get(ahead.pop())
        for one in actor.parents if actor is not None else ():
            if one.actor not in seen:
                seen.add(one.actor)
                ahead.append(one.actor)
    return seen


def _of_parties(charter: Charter) -> Iterator[Fault]:
    guarantors = {party.actor for party in charter.parties if party.role == "guarantor"}
    earlier: dict[str, list[Dated]] = {}
    for i, party in enumerate(charter.parties):
        path = f"parties[{i}]"
        if party.actor not in charter.actors:
            yield Fault(f"{path}.actor", "charter.unknown_actor", {"actor": party.actor})
        if party.role not in ROLES:
            yield Fault(f"{path}.role", "charter.unknown_role", {"role": party.role, "roles": ROLES})
        if party.coverage not in COVERAGES:
            yield Fault(
                f"{path}.coverage",
                "charter.unknown_coverage",
                {"coverage": party.coverage, "coverages": COVERAGES},
            )
        if party.answers_to is not None and party.answers_to not in guarantors:
            yield Fault(f"{path}.answers_to", "charter.not_a_guarantor", {"actor": party.answers_to})
        dates = (party.from_, party.until)
        if _reversed(*dates):
            yield Fault(f"{path}.until", "charter.ends_before_start")
        elif any(_overlap(dates, other) for other in earlier.get(party.actor, ())):
            yield Fault(path, "charter.overlapping_membership", {"actor": party.actor})
        earlier.setdefault(party.actor, []).append(dates)


def _reversed(start: datetime | None, end: datetime | None) -> bool:
    return start is not None and end is not None and end <= start


def _overlap(one: Dated, other: Dated) -> bool:
    (a, b), (c, d) = one, other
    return (a is None or d is None or a < d) and (c is None or b is None or c < b)


def _of_terms(charter: Charter) -> Iterator[Fault]:
    kinds = {term.ref: term.kind for term in charter.terms}
    required = {term.ref: _required(charter, i) for i, term in enumerate(charter.terms)}
    members = {party.actor for party in charter.parties}
    seen: set[str] = set()
    for i, term in enumerate(charter.terms):
        path = f"terms[{i}]"
        if term.ref in seen:
            yield Fault(f"{path}.ref", "charter.same_reference", {"ref": term.ref})
        seen.add(term.ref)
        kind = kind_of(term.kind)
        if kind is None:
            yield Fault(f"{path}.kind", "charter.unknown_kind", {"kind": term.kind, "kinds": kind_names()})
        for j, actor in enumerate(term.owed_by):
            if actor not in members and actor not in charter.actors:
                yield Fault(f"{path}.owed_by[{j}]", "charter.unknown_actor", {"actor": actor})
        for ref in required[term.ref]:
            if ref not in kinds:
                yield Fault(f"{path}.requires", "charter.unknown_term", {"term": ref})
        if term.ref in _reachable(required, term.ref):
            yield Fault(f"{path}.requires", "charter.circular_requirement", {"term": term.ref})
        for j, ref in enumerate(term.breaches_of):
            if kinds.get(ref) != "prohibition":
                yield Fault(f"{path}.breaches_of[{j}]", "charter.not_a_prohibition", {"term": ref})
        if kind is not None:
            yield from kind.faults(term, charter, path)


def _required(charter: Charter, i: int) -> Sequence[str]:
    term = charter.terms[i]
    kind = kind_of(term.kind)
    return kind.required(term) if kind is not None else ()


def _reachable(required: dict[str, Sequence[str]], start: str) -> set[str]:
    """Every term that one requires, by any number of steps."""
    seen: set[str] = set()
    ahead = list(required.get(start, ()))
    while ahead:
        ref = ahead.pop()
        if ref not in seen:
            seen.add(ref)
            ahead.extend(required.get(ref, ()))
    return seen
