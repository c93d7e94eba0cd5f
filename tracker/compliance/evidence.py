"""Whose word stands for what: credibility, independence, who quotes whom, and ranges of figures.

The Admiralty's two axes, reliability of the source and credibility of the claim, stay apart: neither is
sorted or averaged into the other, and F, 6 and *unset* corroborate nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from tracker.compliance.facts import Claim, Source
from tracker.compliance.verdicts import Figures


class Testimony(Protocol):
    """What any report says in its source's name, whatever it is about."""

    @property
    def report(self) -> str: ...
    @property
    def source(self) -> Source: ...
    @property
    def known(self) -> datetime: ...
    @property
    def credibility(self) -> int | None: ...
    @property
    def quotes(self) -> tuple[str, ...]: ...
    @property
    def original(self) -> str | None: ...


class Sides(Protocol):
    """Tells who stands on which side: see ``coverage.Cast``."""

    def side_of(self, actor: str, moment: datetime) -> tuple[str, bool]:
        """The side that an actor stands on, and whether that side takes part in the fighting."""
        ...


T = TypeVar("T", bound=Testimony)


def is_credible(one: Testimony) -> bool:
    """Whether it may corroborate: its source reliable (A-C) and itself credible (1-3)."""
    credibility = one.credibility
    return credibility is not None and 1 <= credibility <= 3 and one.source.reliability in ("A", "B", "C")


def repeats(one: Testimony, other: Testimony) -> bool:
    """Whether one quotes the other, by report or by source."""
    return bool(one.quotes) and (other.report in one.quotes or other.source.slug in one.quotes)


def own_words(those: Sequence[T]) -> list[T]:
    """Those that are not mere repetition: a relay of what is among them adds nothing of its own."""
    if not any(one.quotes for one in those):
        return list(those)
    return [one for one in those if not any(repeats(one, other) for other in those if other is not one)]


def are_independent(one: Testimony, other: Testimony, sides: Sides) -> bool:
    """Whether two testimonies can carry each other.

    Of different sides, at least one of them no belligerent, not resting on one footage, wire or
    original, not repeating one another nor a third source of both. Coming through the same publisher is
    no dependence.
    """
    if one.source.slug == other.source.slug:
        return False
    if one.original is not None and one.original == other.original:
        return False
    if repeats(one, other) or repeats(other, one) or not set(one.quotes).isdisjoint(other.quotes):
        return False
    ours, theirs = _side(one, sides), _side(other, sides)
    if ours is None or theirs is None:
        return True
    return ours[0] != theirs[0] and not (ours[1] and theirs[1])


def _side(one: Testimony, sides: Sides) -> tuple[str, bool] | None:
    """The side that a testimony comes from; one that relays a belligerent comes from that one's side."""
    for quoted in one.quotes:
        side = sides.side_of(quoted, one.known)
        if side[1]:
            return side
    return None if one.source.affiliation is None else sides.side_of(one.source.affiliation, one.known)


def pair(those: Sequence[T], sides: Sides, agree: Callable[[T, T], bool] | None = None) -> tuple[T, T] | None:
    """The two independent credible testimonies that stand best, or None.

    ``those`` come best first; ``agree`` says whether two speak of the same thing.
    """
    if len(those) < 2:
        return None
    ready = [one for one in own_words(those) if is_credible(one)]
    if agree is None and len(ready) > 8:
        ready = _one_of_each(ready)
    for i, one in enumerate(ready):
        for other in ready[i + 1 :]:
            if are_independent(one, other, sides) and (agree is None or agree(one, other)):
                return one, other
    return None


def _one_of_each(those: Iterable[T]) -> list[T]:
    """The best of those that can make no difference to each other: one source, original and quotation."""
    return list({(one.source.slug, one.original, one.quotes): one for one in reversed(list(those))}.values())[
        ::-1
    ]


# --- Ranges ------------------------------------------------------------------------------------------

Range = tuple[int | None, int | None]
NO_RANGE: Range = (None, None)


def figures(claims: Sequence[Claim], effect: str, group: str | None = None) -> Figures | None:
    """The range of one effect over the claims that give a figure, of one group or (None) of everyone.

    Lowest minimum to highest figure given. An open end stays open, and ``at_least`` is then the highest
    minimum of an open-ended claim. A relay adds only what none of those that it quotes gave itself.
    None where no claim gives a figure.
    """
    given = [(claim, of) for claim in claims if (of := _range_of(claim, effect, group)) != NO_RANGE]
    if not given:
        return None
    if len(given) == 1 and not given[0][0].quotes:
        claim, (low, high) = given[0]
        top = high if high is not None else low
        return Figures(low, high, low if high is None else None, False, (claim.source.slug,), (), top)
    ranges: list[Range] = []
    sources: set[str] = set()
    relays: set[str] = set()
    for claim, of in given:
        quoted = [other for it, other in given if it is not claim and repeats(claim, it)]
        added = _added(of, quoted) if quoted else of
        if added == NO_RANGE:
            relays.add(claim.source.slug)
        else:
            ranges.append(added)
            sources.add(claim.source.slug)
    if not ranges:  # relays of each other: nobody's own, so each is taken at its word
        ranges = [of for _, of in given]
        sources, relays = relays, set()
    lows = [low for low, _ in ranges if low is not None]
    highs = [high for _, high in ranges if high is not None]
    open_lows = [low for low, high in ranges if low is not None and high is None]
    return Figures(
        min=min(lows) if lows else None,
        max=max(highs) if highs and not open_lows else None,
        at_least=max(open_lows) if open_lows else None,
        contested=any(_exclude(one, other) for i, one in enumerate(ranges) for other in ranges[i + 1 :]),
        sources=tuple(sorted(sources)),
        repeated_by=tuple(sorted(relays - sources)),
        highest=max(highs + lows) if highs or lows else None,
    )


def _range_of(claim: Claim, effect: str, group: str | None) -> Range:
    """What one claim gives: its figure for everyone, else the sum over its groups."""
    of_effect = [one for one in claim.casualties if one.effect == effect]
    named = [one for one in of_effect if one.group == group]
    if named:
        return named[0].min, named[0].max
    if group is not None or not of_effect:
        return NO_RANGE
    if len(of_effect) == 1:
        return of_effect[0].min, of_effect[0].max
    lows = [one.min for one in of_effect if one.min is not None]
    highs = [one.max for one in of_effect if one.max is not None]
    low = sum(lows) if lows else None
    return low, sum(highs) if len(highs) == len(of_effect) else None


def _added(of: Range, quoted: Sequence[Range]) -> Range:
    """What a relay gives beyond the ranges of those that it quotes: an end that none of them gave."""

    def is_theirs(figure: int) -> bool:
        return any(
            (low is not None and high is not None and low <= figure <= high) or figure in (low, high)
            for low, high in quoted
        )

    low, high = of
    if low == high:
        return NO_RANGE if low is not None and is_theirs(low) else of
    own = [figure for figure in of if figure is not None and not is_theirs(figure)]
    if not own:
        return NO_RANGE
    if high is None:
        return of
    if len(own) == 2:
        return of
    return own[0], own[0]


def _exclude(one: Range, other: Range) -> bool:
    (a, b), (c, d) = one, other
    return (b is not None and c is not None and b < c) or (d is not None and a is not None and d < a)
