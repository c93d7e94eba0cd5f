"""Ranges of figures over the claims that give one: nothing is averaged, and no figure is not 0."""

from collections.abc import Mapping, Sequence

from tracker.compliance.evidence import repeats
from tracker.compliance.facts import Claim
from tracker.compliance.verdicts import Figures

Range = tuple[int | None, int | None]
NO_RANGE: Range = (None, None)

ByEffect = Mapping[str, Figures]
"""Effect (killed, injured, ...) -> its range."""


Given = tuple[Claim, Range]


def casualties_of(
    claims: Sequence[Claim],
) -> tuple[Mapping[str, Figures], Mapping[str, Mapping[str, Figures]]]:
    """Ranges per effect over everyone, and per group."""
    total: dict[str, Figures] = {}
    by_group: dict[str, dict[str, Figures]] = {}
    told = _told(claims)
    for effect in sorted(told):
        groups = told[effect]
        for group in sorted(groups, key=str) if len(groups) > 1 else groups:
            figures = _figures(groups[group])
            if group is not None and figures is not None:
                by_group.setdefault(group, {})[effect] = figures
        # Where no other group is given, its figures are everyone's.
        everyone = figures if len(groups) == 1 else _figures(_of_everyone(claims, effect))
        if everyone is not None:
            total[effect] = everyone
    return total, by_group


def _told(claims: Sequence[Claim]) -> dict[str, dict[str | None, list[Given]]]:
    """Effect -> group (None: everyone) -> what each claim gives of it, as far as it gives a figure."""
    told: dict[str, dict[str | None, list[Given]]] = {}
    for claim in claims:
        for one in claim.casualties:
            given = told.setdefault(one.effect, {}).setdefault(one.group, [])
            if one.min is not None or one.max is not None:
                given.append((claim, (one.min, one.max)))
    return told


def _of_everyone(claims: Sequence[Claim], effect: str) -> list[Given]:
    """What each claim gives of an effect: its figure for everyone, else the sum over its groups."""
    found = []
    for claim in claims:
        given = [one for one in claim.casualties if one.effect == effect]
        for_everyone = [one for one in given if one.group is None][:1] or given
        lows = [one.min for one in for_everyone if one.min is not None]
        highs = [one.max for one in for_everyone if one.max is not None]
        low = sum(lows) if lows else None
        high = sum(highs) if len(highs) == len(for_everyone) else None
        if given and (low, high) != NO_RANGE:
            found.append((claim, (low, high)))
    return found


def _figures(given: Sequence[Given]) -> Figures | None:
    """The range of one effect over what claims tell of it.

    Lowest minimum to highest figure given. An open end stays open, and ``at_least`` is then the highest
    minimum of an open-ended claim. A relay adds only what none of those that it quotes gave itself.
    None where no claim gives a figure.
    """
    if not given:
        return None
    if len(given) == 1:
        return _of_one(*given[0])
    if not any(claim.quotes for claim, _ in given):
        return _of_several(given, ())
    added = [(claim, _added(claim, of, given)) for claim, of in given]
    own_words = [one for one in added if one[1] != NO_RANGE]
    if not own_words:  # relays of each other: nobody's own, so each is taken at its word
        return _of_several(given, ())
    return _of_several(own_words, [claim.source.slug for claim, of in added if of == NO_RANGE])


def _of_one(claim: Claim, of: Range) -> Figures:
    """The figures of what one claim alone gives."""
    low, high = of
    if high is None:
        return Figures(low, None, low, False, (claim.source.slug,), (), low)
    return Figures(low, high, None, False, (claim.source.slug,), (), high)


def _of_several(own: Sequence[Given], relays: Sequence[str]) -> Figures:
    """The figures of what several claims give; the sources in ``relays`` only repeat it."""
    sources: set[str] = set()
    lows: list[int] = []
    highs: list[int] = []
    open_lows: list[int] = []
    for claim, (low, high) in own:
        sources.add(claim.source.slug)
        if low is not None:
            lows.append(low)
        if high is not None:
            highs.append(high)
        elif low is not None:
            open_lows.append(low)
    return Figures(
        min(lows) if lows else None,
        max(highs) if highs and not open_lows else None,
        max(open_lows) if open_lows else None,
        bool(lows and highs) and max(lows) > min(highs),
        tuple(sorted(sources)),
        tuple(sorted({*relays} - sources)) if relays else (),
        max(highs + lows),
    )


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
