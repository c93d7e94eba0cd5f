"""Whose word stands for what: credibility, independence, and who quotes whom.

The Admiralty's two axes, reliability of the source and credibility of the claim, stay apart: neither is
sorted or averaged into the other, and F, 6 and *unset* corroborate nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from tracker.compliance.facts import Source


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

    def side_of(self, actor: str) -> tuple[str, bool]:
        """The side that an actor stands on, and whether that side takes part in the fighting."""
        ...


T = TypeVar("T", bound=Testimony)

RELIABLE = frozenset({"A", "B", "C"})
CREDIBLE = frozenset({1, 2, 3})


def is_credible(one: Testimony) -> bool:
    """Whether it may corroborate: its source reliable (A-C) and itself credible (1-3)."""
    return one.credibility in CREDIBLE and one.source.reliability in RELIABLE


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
    original, not repeating a third source of both; neither is a mere repetition of the other, which
    ``own_words`` leaves out. Coming through the same publisher is no dependence.
    """
    if one.source.slug == other.source.slug:
        return False
    if one.original is not None and one.original == other.original:
        return False
    if not set(one.quotes).isdisjoint(other.quotes):
        return False
    ours, theirs = _side(one, sides), _side(other, sides)
    if ours is None or theirs is None:
        return True
    return ours[0] != theirs[0] and not (ours[1] and theirs[1])


def _side(one: Testimony, sides: Sides) -> tuple[str, bool] | None:
    """The side that a testimony comes from; one that relays a belligerent comes from that one's side."""
    for quoted in one.quotes:
        side = sides.side_of(quoted)
        if side[1]:
            return side
    return None if one.source.affiliation is None else sides.side_of(one.source.affiliation)


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
