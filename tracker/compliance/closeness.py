"""Which of the claims of an incident say most closely when and where it happened.

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
    timed = [(claim.occurred, claim) for claim in claims if claim.occurred is not None]
    if len(timed) > 1:
        timed.sort(key=lambda given: (given[0].end - given[0].start, given[1].known, given[1].report))
    return timed[0][0] if timed else None


def closest_place(claims: Sequence[Claim]) -> Claim | None:
    """The claim that gives the closest place, of several such the earliest known; None where none does."""
    located = [(claim.place_shown, claim) for claim in claims if claim.place_shown is not None]
    if len(located) > 1:
        located.sort(key=lambda given: (given[0].vagueness, given[1].known, given[1].report))
    return located[0][1] if located else None
