"""The standing of a truce: announced, in force, suspended or ended; its renewal and the offers to extend it.

One party's word ends nothing unless the charter says so; only what all declarers announced moves a date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.compliance.charter import Charter
from tracker.compliance.facts import Declaration, Extension, TruceFacts
from tracker.compliance.fulfilment import declared
from tracker.compliance.intervals import Interval, union
from tracker.compliance.verdicts import DeclaredOver, ExtensionState, Message, RenewalState

ANNOUNCED, IN_FORCE, SUSPENDED, ENDED = "announced", "in_force", "suspended", "ended"


@dataclass(frozen=True, slots=True)
class TruceStanding:
    """How a truce stands at one moment."""

    state: str
    since: datetime | None
    why: Message
    suspensions: tuple[Interval, ...]
    renewal: RenewalState | None
    extensions: tuple[ExtensionState, ...]
    declared_over: tuple[DeclaredOver, ...]
    next_moment: datetime | None


def standing_of(charter: Charter, facts: TruceFacts, as_of: datetime) -> TruceStanding:
    """How the truce stands at ``as_of``, out of facts already cut at one known moment."""
    said = [one for one in facts.declarations if one.term is None and one.at <= as_of]
    extensions = extension_states(charter, facts.extensions, as_of)
    added = [one for one in extensions if one.state == "announced"]
    renewal = _renewal(charter, added, as_of)
    own_end = _own_end(charter, added)
    suspensions = _suspensions(charter, said, as_of)
    start = charter.in_force_from
    end = _end(charter, said, own_end, renewal, as_of)
    moments = [start, own_end, renewal.ends if renewal else None]
    moments += [one.expires for one in extensions if one.state == "offered"]
    next_moment = min((one for one in moments if one is not None and one > as_of), default=None)

    state, since, why = IN_FORCE, start, Message("truce.in_force")
    if end is not None:
        state, since, why = ENDED, *end
    elif start is None or as_of < start:
        state, since, why = ANNOUNCED, charter.agreed, Message("truce.announced", {"starts": start})
    elif suspensions and suspensions[-1][0] <= as_of < suspensions[-1][1]:
        state, since, why = SUSPENDED, suspensions[-1][0], Message("truce.suspended")
    return TruceStanding(
        state, since, why, suspensions, renewal, extensions, _declared_over(said), next_moment
    )


# --- The end -----------------------------------------------------------------------------------------


def _end(
    charter: Charter,
    said: Sequence[Declaration],
    own_end: datetime | None,
    renewal: RenewalState | None,
    as_of: datetime,
) -> tuple[datetime, Message] | None:
    """When the truce ended and why, if it had ended by ``as_of``: the earliest of all ends."""
    ends: list[tuple[datetime, Message]] = []
    if own_end is not None and own_end <= as_of:
        ends.append((own_end, Message("truce.ended_by_its_term")))
    lapsed = renewal is not None and renewal.state == "lapsed"
    if renewal is not None and lapsed and charter.renewal is not None and charter.renewal.ends_truce:
        ends.append((renewal.ends, Message("truce.ended_by_renewal_lapsed")))
    ends.extend(
        (one.at, Message("truce.replaced", {"declaration": one.ref}))
        for one in said
        if one.about == "replaced"
    )
    over = _last_word(charter, said, as_of)
    if over is not None:
        ends.append(over)
    return min(ends, key=lambda one: one[0]) if ends else None


def _last_word(
    charter: Charter, said: Sequence[Declaration], as_of: datetime
) -> tuple[datetime, Message] | None:
    """The word that the truce is over, of all declarers or of one where the text lets one end it."""
    if charter.one_party_ends:
        alone = _declared_over(said)
        if alone:
            return alone[0].at, Message("truce.ended_by_one_party", {"by": alone[0].by})
        return None
    undone = ("resumed", "renewed")
    over = declared(said, "over", None, charter.declarers, as_of, undone_by=undone)
    if not over:
        return None
    again = [at for about in undone for at, _ in declared(said, about, None, charter.declarers, as_of)]
    last = max([at for at, _ in over])
    if any(at > last for at in again):
        return None
    since_again = [at for at, _ in over if all(at > other for other in again if other <= last)]
    return min(since_again), Message("truce.ended_by_declarers", {"by": charter.declarers})


def _declared_over(said: Sequence[Declaration]) -> tuple[DeclaredOver, ...]:
    """Who stands by its word that the truce is over, since when; earliest first."""
    words: dict[str, DeclaredOver] = {}
    for one in sorted(said, key=lambda one: (one.at, one.known, one.ref)):
        for actor in one.by:
            if one.about == "over":
                words.setdefault(actor, DeclaredOver(actor, one.at, one.ref))
            elif one.about in ("resumed", "renewed"):
                words.pop(actor, None)
    return tuple(sorted(words.values(), key=lambda one: (one.at, one.by)))


def _suspensions(charter: Charter, said: Sequence[Declaration], as_of: datetime) -> tuple[Interval, ...]:
    """When the declarers had suspended the truce; one that still holds ends beyond ``as_of``."""
    starts = [at for at, _ in declared(said, "suspended", None, charter.declarers, as_of)]
    ends = [at for at, _ in declared(said, "resumed", None, charter.declarers, as_of)]
    beyond = as_of + timedelta(microseconds=1)
    return tuple(
        union((start, min((end for end in ends if end > start), default=beyond)) for start in starts)
    )


def _own_end(charter: Charter, added: Sequence[ExtensionState]) -> datetime | None:
    """The end that its own text names; extensions move it only where the truce has no renewal steps."""
    if charter.ends is None or charter.renewal is not None:
        return charter.ends
    return charter.ends + sum((one.length for one in added if one.length is not None), timedelta())


# --- Renewal and extensions --------------------------------------------------------------------------


def _renewal(charter: Charter, added: Sequence[ExtensionState], as_of: datetime) -> RenewalState | None:
    """An extension runs from the end of the step before it, whenever it was announced."""
    if charter.renewal is None or charter.in_force_from is None:
        return None
    ends = charter.in_force_from + charter.renewal.step
    for one in added:
        ends += one.length if one.length is not None else charter.renewal.step
    return RenewalState("running" if as_of < ends else "lapsed", ends)


def extension_states(
    charter: Charter, extensions: Sequence[Extension], as_of: datetime
) -> tuple[ExtensionState, ...]:
    """Every offer to extend as it stands at ``as_of``, in the order in which they were first made."""
    offers: dict[str, list[Extension]] = {}
    for one in sorted(extensions, key=lambda one: (one.at, one.known, one.ref)):
        if one.at <= as_of:
            offers.setdefault(one.ref, []).append(one)
    return tuple(_offer(charter, steps, as_of) for steps in _announced_apart(charter, offers))


def _announced_apart(charter: Charter, offers: dict[str, list[Extension]]) -> list[list[Extension]]:
    """Announcements of one length that declarers made each for itself are steps of one offer."""
    joined: list[list[Extension]] = []
    waiting: dict[timedelta | None, list[Extension]] = {}
    for steps in offers.values():
        partial = steps[-1].state == "announced" and not _by_all(charter, _announcing(steps))
        before = waiting.get(steps[-1].length) if partial else None
        if before is None:
            joined.append(steps)
            if partial:
                waiting[steps[-1].length] = steps
        else:
            before.extend(steps)
            if _by_all(charter, _announcing(before)):
                del waiting[steps[-1].length]
    return joined


def _offer(charter: Charter, steps: Sequence[Extension], as_of: datetime) -> ExtensionState:
    """One offer after its steps. Announced by some of the declarers only, it is still an offer of theirs."""
    last = steps[-1]
    length = next((one.length for one in reversed(steps) if one.length is not None), None)
    expires = next((one.expires for one in reversed(steps) if one.expires is not None), None)
    state, by, at = last.state, last.by, last.at
    if state == "announced":
        by = _announcing(steps)
        if not _by_all(charter, by):
            state = "offered"
    if state == "offered" and expires is not None and expires <= as_of:
        state, at = "lapsed", expires
    return ExtensionState(last.ref, by, length, state, at, expires)


def _by_all(charter: Charter, by: Sequence[str]) -> bool:
    return bool(charter.declarers) and set(charter.declarers) <= set(by)


def _announcing(steps: Sequence[Extension]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(actor for one in steps if one.state == "announced" for actor in one.by))
