"""What is coarsened before anybody outside sees it, so that a published detail does not get someone killed.

Pure: rows in, plain values out; the moment is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.compliance.verdicts import as_json
from tracker.models import Casualty, Claim, Report, SourceKind

COARSE_FOR = timedelta(hours=72)
HOUR = timedelta(hours=1)
SECOND_LEVEL = 3  # UCDP where_prec
FEWEST_SHOWN = 5
LONGEST_COARSE = 6
SEX_OR_AGE = frozenset({"women", "men", "girls", "boys", "children"})
CIVILIAN_GROUPS = SEX_OR_AGE | {"civilians", "medical_staff", "aid_workers", "journalists"}
IS_OURS = f"(source.protected OR source.kind = '{SourceKind.OWN_FIELD_STAFF}')"
"""As ``is_ours``, of a ``source`` in a statement."""
PROTECTED_HARM = frozenset({"civilians", "medical", "humanitarian"})


def is_ours(report: Report) -> bool:
    """Whether a report is of our own field staff or a protected source, whose traces must not show."""
    return report.source.protected or report.source.kind == SourceKind.OWN_FIELD_STAFF


def hides_place(claim: Claim, now: datetime | None) -> bool:
    """Whether a claim's place shows as a second-level area only.

    Civilian harm and protected sites always do; our own reports of fighting do for 72 hours from when we
    knew (now None: as if within them).
    """
    if tells_of_civilians(claim):
        return True
    if not is_ours(claim.report):
        return False
    return now is None or now < claim.report.received + COARSE_FOR


def tells_of_civilians(claim: Claim) -> bool:
    """Whether a claim says that civilians or protected sites were harmed: of its incident no place shows
    finer than second level then, whoever gives it."""
    victim = claim.against.kind if claim.against else ""
    return harms_civilians(claim.harmed, victim, (row.group for row in claim.casualties.all()))


def harms_civilians(harmed: str, victim: str, groups: Iterable[str]) -> bool:
    """Whether civilians or protected sites are said to be harmed: what was, whose, and whom it befell."""
    return harmed in PROTECTED_HARM or victim == "civilians" or not CIVILIAN_GROUPS.isdisjoint(groups)


def is_coarse(code: str) -> bool:
    """Whether the code of an area is no finer than second level (two letters and four figures)."""
    return len(code) <= LONGEST_COARSE


def coarse_place(place: Mapping[str, Any]) -> dict[str, Any]:
    """A place without its name and coordinates; its P-code stays only where it is no finer than second level.

    P-codes of the second level have two letters and four figures (``SY0700``).
    """
    pcode = place.get("pcode")
    return {
        "name": None,
        "pcode": pcode if pcode and is_coarse(pcode) else None,
        "country": place.get("country"),
        "lat": None,
        "lon": None,
        "precision": max(place.get("precision") or SECOND_LEVEL, SECOND_LEVEL),
    }


def place_shown(
    place: Mapping[str, Any], within: list[str], names: Mapping[str, str], *, is_hidden: bool
) -> tuple[dict[str, Any], list[str]]:
    """A place with its country and the name of its first-level area, and the areas that surely hold it
    (codes, all that are known in ``within``); where it is hidden, both no finer than second level.

    ``names`` are those of first-level areas, by code.
    """
    shown = {**place, "country": place["country"] or _country_among(within)}
    if is_hidden:
        shown, within = coarse_place(shown), [code for code in within if is_coarse(code)]
    return {**shown, "adm1": next((names[code] for code in within if code in names), None)}, within


def _country_among(areas: list[str]) -> str | None:
    """The country among the codes of some areas: the only one of three letters."""
    return next((code for code in areas if len(code) == 3 and code.isalpha()), None)


def hour_before(moment: datetime) -> datetime:
    """The full hour (UTC) at or before a moment."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hour_after(moment: datetime) -> datetime:
    """The full hour (UTC) at or after a moment."""
    start = hour_before(moment)
    return start if start == moment else start + HOUR


def whole_hours(start: datetime | None, end: datetime | None) -> tuple[datetime | None, datetime | None]:
    """A span rounded outward to full hours; an open end stays open."""
    return start and hour_before(start), end and hour_after(end)


def stated_in_whole_hours(stated: Mapping[str, Any]) -> dict[str, Any]:
    """What a report of ours states of a time: from and to (moments as text, or None), and how precise."""
    given = [stated.get(name) for name in ("from", "to")]
    start, end = whole_hours(*(datetime.fromisoformat(one) if one else None for one in given))
    precision = stated.get("precision", "exact")
    return {
        "from": as_json(start),
        "to": as_json(end),
        "precision": "hour" if precision == "exact" else precision,
    }


def shows_count(group: str, minimum: int | None, maximum: int | None) -> bool:
    """Whether a count may show below second level: by sex or age only from five on."""
    highest = maximum if maximum is not None else minimum
    return group not in SEX_OR_AGE or highest is None or highest >= FEWEST_SHOWN


def figures_shown(rows: Sequence[Casualty]) -> list[Casualty]:
    """The figures of a claim of ours that show in public. Where a count by sex or age does not, no other by
    group of that effect does: taken from the figure for everyone it would tell the one that is hidden."""
    hidden = {row.effect for row in rows if not shows_count(row.group, row.minimum, row.maximum)}
    return [row for row in rows if not row.group or row.effect not in hidden]


def figures_listed(rows: Sequence[Casualty]) -> list[Casualty]:
    """The same where each figure stands for itself and none is summed: those by group go only where one for
    everyone stands beside them."""
    listed = [row for row in rows if shows_count(row.group, row.minimum, row.maximum)]
    summed = {row.effect for row in rows if not row.group}
    shown = figures_shown(rows)
    return [row for row in listed if row in shown or row.effect not in summed]
