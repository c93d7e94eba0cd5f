"""Ranges of figures over the claims that give one: nothing is averaged, and no figure is not 0."""

from collections.abc import Mapping, Sequence

from tracker.compliance.evidence import repeats
from tracker.compliance.facts import Claim
from tracker.compliance.verdicts import Figures

Range = tuple[int | None, int | None]
NO_RANGE: Range = (None, None)

ByEffect = Mapping[str, Figures]
"""Effect (killed, injured, ...) -> its range."""

_NO_FIGURES: tuple[dict[str, Figures], dict[str, dict[str, Figures]]] = ({}, {})


def casualties_of(
    claims: Sequence[Claim],
) -> tuple[Mapping[str, Figures], Mapping[str, Mapping[str, Figures]]]:
    """Ranges per effect over everyone, and per group."""
    giving = [claim for claim in claims if claim.casualties]
    if not giving:
        return _NO_FIGURES
    groups: dict[str, set[str | None]] = {}  # effect -> groups that figures are given of
    for claim in giving:
        for one in claim.casualties:
            groups.setdefault(one.effect, set()).add(one.group)
    total: dict[str, Figures] = {}
    by_group: dict[str, dict[str, Figures]] = {}
    for effect, given in sorted(groups.items()):
        everyone = figures(giving, effect)
        if everyone is not None:
            total[effect] = everyone
        for group in sorted([one for one in given if one is not None]):
            # Where no other group is given, its figures are everyone's.
            of_group = everyone if len(given) == 1 else figures(giving, effect, group)
            if of_group is not None:
                by_group.setdefault(group, {})[effect] = of_group
    return total, by_group


def figures(claims: Sequence[Claim], effect: str, group: str | None = None) -> Figures | None:
    """The range of one effect over the claims that give a figure, of one group or (None) of everyone.

    Lowest minimum to highest figure given. An open end stays open, and ``at_least`` is then the highest
    minimum of an open-ended claim. A relay adds only what none of those that it quotes gave itself.
    None where no claim gives a figure.
    """
    given = [(claim, of) for claim in claims if (of := _range_of(claim, effect, group)) != NO_RANGE]
    if not given:
        return None
    relays: set[str] = set()
    own = [(claim.source.slug, of) for claim, of in given]
    if any(claim.quotes for claim, _ in given):
        added = [(claim.source.slug, _added(claim, of, given)) for claim, of in given]
        own_words = [one for one in added if one[1] != NO_RANGE]
        if own_words:  # otherwise relays of each other: nobody's own, so each is taken at its word
            relays = {slug for slug, of in added if of == NO_RANGE}
            own = own_words
    if len(own) == 1 and not relays:
        slug, (low, high) = own[0]
        top = low if high is None else high
        return Figures(low, high, low if high is None else None, False, (slug,), (), top)
    sources = {slug for slug, _ in own}
    ranges = [of for _, of in own]
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
        highest=max(highs + lows),
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


def _added(claim: Claim, of: Range, given: Sequence[tuple[Claim, Range]]) -> Range:
    """What a claim gives beyond the ranges of those that it quotes: an end that none of them gave."""
    quoted = [other for it, other in given if it is not claim and repeats(claim, it)]
    if not quoted:
        return of

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
