"""The claims that stand now, by incident, with what a view may show of them: in one statement.

What stands is what ``services.known_ranges`` says of the present moment: the report's newest link names the
incident, it counts in the view, takes nothing back, and no report that supersedes it has ever counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from tracker.feed import harm
from tracker.models import View
from tracker.services import prepared
from tracker.services.known_ranges import Switch, both, known_of, ranges_where_on

# What was set of the reports that supersede a report: whether it is of screening, when, and to what.
_SUCCESSORS = f"""
    SELECT json_agg(json_build_array(switch.is_screening, switch.known, switch.is_on)
        ORDER BY switch.known, switch.id)::text
    FROM tracker_report successor, LATERAL (
        SELECT TRUE AS is_screening, {known_of("screening.change_id")} AS known, screening.id,
            screening.outcome = 'screened_in' AS is_on
        FROM tracker_screening screening WHERE screening.report_id = successor.id
        UNION ALL
        SELECT FALSE, {known_of("publication.change_id")}, publication.id, publication.public
        FROM tracker_publication publication WHERE publication.report_id = successor.id
        OFFSET 0
    ) AS switch
    WHERE successor.supersedes_id = report.id AND {known_of("successor.change_id")} IS NOT NULL
        AND switch.known IS NOT NULL
"""


def _known(change: str, other: str, known: str) -> str:
    """The known time of a change. Of a report nearly everything is set in one: that of ``other``, which is
    ``known``, serves where it is the same."""
    return f"CASE WHEN {change} = {other} THEN {known} ELSE {known_of(change)} END"


# Few reports are joined with all that was ever set of each (nearly always one link, one screening and one
# publication), and the newest of it kept: looked up report by report it takes the database four times as
# long. The two joins stand apart, for planning one of a dozen tables would take longer than the answer.
# «OFFSET 0» has a known time looked up once for each row, not for each place where it is named.
# Settings of one moment: the later given holds, as in ``known_ranges``.
_CLAIMS = f"""
{prepared.given(incidents="bigint[]", view="text")}
SELECT said.incident_id, report.id, claim.occurred_from, claim.occurred_to, claim.occurred_precision,
    claim.act, claim.place_name, claim.place_country, claim.place_pcode, claim.place_lat, claim.place_lon,
    claim.place_precision, claim.place_within,
    CASE WHEN said.view = 'full' THEN made.known ELSE said.shown_since END,
    report.source_id IN (
        SELECT source.id FROM tracker_source source
        WHERE {harm.IS_OURS}
    ),
    claim.harmed, coalesce(victim.kind, ''),
    ARRAY(SELECT casualty."group" FROM tracker_casualty casualty WHERE casualty.claim_id = claim.id),
    CASE WHEN EXISTS (SELECT FROM tracker_report successor WHERE successor.supersedes_id = report.id)
        THEN ({_SUCCESSORS})
    END
FROM (
    SELECT DISTINCT ON (about.report_id) about.report_id, about.view, link.incident_id,
        link.change_id, linked.known,
        screening.outcome = 'screened_in' AS is_screened_in, published.public AS is_public,
        greatest(screened.known, published.known) AS shown_since
    FROM (
        SELECT DISTINCT link.report_id, given.view
        FROM given CROSS JOIN unnest(given.incidents) AS asked (incident)
        JOIN tracker_incidentlink link ON link.incident_id = asked.incident
    ) AS about
    JOIN tracker_incidentlink link ON link.report_id = about.report_id
    CROSS JOIN LATERAL (SELECT {known_of("link.change_id")} AS known OFFSET 0) AS linked
    JOIN tracker_screening screening ON screening.report_id = about.report_id
    CROSS JOIN LATERAL (SELECT {_known("screening.change_id", "link.change_id", "linked.known")} OFFSET 0)
        AS screened (known)
    LEFT JOIN LATERAL (
        SELECT publication.id, publication.public,
            {_known("publication.change_id", "link.change_id", "linked.known")} AS known
        FROM tracker_publication publication
        WHERE publication.report_id = about.report_id AND about.view <> 'full'
        OFFSET 0
    ) AS published ON published.known IS NOT NULL
    WHERE linked.known IS NOT NULL AND screened.known IS NOT NULL
    ORDER BY about.report_id, linked.known DESC, link.id DESC, screened.known DESC, screening.id DESC,
        published.known DESC NULLS LAST, published.id DESC
) AS said
JOIN tracker_report report ON report.id = said.report_id
CROSS JOIN LATERAL (SELECT {_known("report.change_id", "said.change_id", "said.known")} OFFSET 0)
    AS made (known)
JOIN tracker_claim claim ON claim.report_id = report.id
LEFT JOIN tracker_actor victim ON victim.id = claim.against_id
WHERE said.is_screened_in AND (said.view = 'full' OR said.is_public)
    AND NOT report.retracts AND made.known IS NOT NULL
ORDER BY report.id
"""


class StandingClaim(NamedTuple):
    """A claim as it stands. ``ours``: of our own field staff or a protected source.

    ``known``: since when the view may know of it: in public once it is both screened in and published.
    """

    report: int
    occurred_from: datetime | None
    occurred_to: datetime | None
    occurred_precision: str
    act: str
    place_name: str
    place_country: str
    place_pcode: str
    place_lat: float | None
    place_lon: float | None
    place_precision: int | None
    place_within: list[str]
    known: datetime
    ours: bool
    harmed: str
    against_kind: str
    groups: list[str]

    def tells_of_civilians(self) -> bool:
        """As ``harm.tells_of_civilians`` of a claim."""
        return harm.harms_civilians(self.harmed, self.against_kind, self.groups)

    @property
    def gives_time(self) -> bool:
        return self.occurred_from is not None and self.occurred_to is not None

    @property
    def gives_place(self) -> bool:
        return bool(self.place_name or self.place_pcode or self.place_country or self.place_lat is not None)

    @property
    def length(self) -> timedelta | None:
        """Of the time that it gives; None where it gives none."""
        if self.occurred_from is None or self.occurred_to is None:
            return None
        return self.occurred_to - self.occurred_from

    def place(self, names: Mapping[str, str], *, is_hidden: bool) -> dict[str, Any]:
        """Its place as it shows, each part None where it gives none; ``names`` are those of first-level
        areas, by code."""
        shape = {
            "name": self.place_name or None,
            "pcode": self.place_pcode or None,
            "country": self.place_country or None,
            "lat": self.place_lat,
            "lon": self.place_lon,
            "precision": self.place_precision,
        }
        place, _areas = harm.place_shown(shape, self.place_within, names, is_hidden=is_hidden)
        return place

    def occurred(self, view: View) -> tuple[datetime | None, datetime | None]:
        """When it says that it happened, half-open: for the public to the hour where it is ours."""
        if view == View.PUBLIC and self.ours:
            return harm.whole_hours(self.occurred_from, self.occurred_to)
        return self.occurred_from, self.occurred_to


def of_incidents(incidents: Collection[int], view: View) -> dict[int, list[StandingClaim]]:
    """The claims that stand in a view now, by incident (row ids), in the order in which they came."""
    wanted = set(incidents)
    values = {"incidents": prepared.ids(wanted), "view": view.value}
    found: dict[int, list[StandingClaim]] = defaultdict(list)
    for incident, *claim, successors in prepared.rows(_CLAIMS, values, binary=True):
        # A report that was moved since is now about another incident.
        if incident in wanted and not (successors and _has_counted(successors, view)):
            found[incident].append(StandingClaim._make(claim))
    return found


def _has_counted(successors: str, view: View) -> bool:
    """Whether a report that supersedes another has ever counted in a view, by what was set of it (JSON)."""
    screened: list[Switch] = []
    published: list[Switch] = []
    for is_screening, known, is_on in orjson.loads(successors):
        (screened if is_screening else published).append((datetime.fromisoformat(known), is_on))
    counted = ranges_where_on(screened)
    if view == View.PUBLIC:
        counted = both(counted, ranges_where_on(published))
    return bool(counted)
