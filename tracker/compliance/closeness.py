"""What the claims of an incident say at their closest: when and where it happened, and against whom.

Whatever they allege or deny: what is shown of an incident is as close as anybody has said it.
"""

from collections.abc import Sequence

from tracker.compliance.facts import Claim, Occurred

VAGUEST = 9
"""More than any UCDP where_prec: of a place whose precision nobody gave."""


def vagueness_of_place(precision: int | None, has_coordinates: bool) -> tuple[int, bool]:
    """What places are compared by, the closest first: their precision, then whether they have coordinates."""
    return precision or VAGUEST, not has_coordinates


def closest_time(claims: Sequence[Claim]) -> Occurred | None:
    """The shortest time that a claim gives, of several such the earliest known; None where none gives one."""
    timed = [claim for claim in claims if claim.occurred is not None]
    if not timed:
        return None
    return (timed[0] if len(timed) == 1 else min(timed, key=_by_time)).occurred


def closest_place(claims: Sequence[Claim]) -> Claim | None:
    """The claim that gives the closest place, of several such the earliest known; None where none does."""
    located = [claim for claim in claims if claim.place_shown is not None]
    if not located:
        return None
    return located[0] if len(located) == 1 else min(located, key=_by_place)


def victims_named(claims: Sequence[Claim]) -> tuple[str, ...]:
    """The slugs of all that claims name as victims, sorted."""
    named = [claim.against for claim in claims if claim.against is not None]
    return tuple(named) if len(named) < 2 else tuple(sorted(set(named)))


def _by_time(claim: Claim) -> tuple[object, ...]:
    assert claim.occurred is not None
    return claim.occurred.end - claim.occurred.start, claim.known, claim.report


def _by_place(claim: Claim) -> tuple[object, ...]:
    assert claim.place_shown is not None
    return claim.place_shown.vagueness, claim.known, claim.report
