"""The rows of a truce, as its services would have written them: a chunk of incidents, table by table.

Incidents, reports, claims and all that hangs on them, with the standings that the rules give in both views.
Left out: audit entries.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from bench import truces
from bench.truces import Chunk, Story, Telling

REPORTS, FIGURES, STANDINGS, WAVES = 8, 4, 96, len(truces.WAVES)
"""How many row ids are set aside: reports per incident, figures per report, standings per incident."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Row ids of what the rows of a truce refer to, and the first id that is free in every table."""

    size: int
    seed: int
    until: datetime
    first: int
    truce: int
    terms: dict[str, int]
    actors: dict[str, int]
    sources: dict[str, int]
    made: datetime


@dataclass(slots=True)
class Shape:
    """What is the same in all rows of one chunk."""

    ground: Ground
    chunk: Chunk
    lines: dict[str, Any] = field(default_factory=dict)

    def change(self, wave: int) -> int:
        return self.ground.first + self.chunk.batch * WAVES + wave


def filled_models() -> list[Any]:
    from tracker import models

    return [
        *(models.Change, models.Incident, models.Report, models.ReportTruce, models.IncidentLink),
        *(models.Claim, models.Casualty, models.Screening, models.Publication),
        *(models.Ruling, models.RulingReview, models.Standing),
    ]


def lines_of(ground: Ground, chunk: Chunk) -> list[Any]:
    """All rows of a chunk, table by table, in an order in which each refers only to what stands."""
    from bench.copying import Lines

    shape = Shape(ground, chunk, {model.__name__: Lines(model) for model in filled_models()})
    charter = truces.charter(ground.size, ground.until)
    for offset, story in enumerate(chunk.stories):
        index = chunk.first + offset
        _add_incident(shape, index, story)
        for number, telling in enumerate(story.tellings):
            _add_report(shape, index, number, telling)
        for ruling, public in story.rulings:
            _add_ruling(shape, index, ruling, public)
        _add_standings(shape, index, story, charter)
    return list(shape.lines.values())


def _add_incident(shape: Shape, index: int, story: Story) -> None:
    wave = min((telling.wave for telling in story.tellings), default=truces.FIRST)
    shape.lines["Incident"].add(
        {"id": shape.ground.first + index, "reference": story.ref, "change_id": shape.change(wave)}
    )


def _add_report(shape: Shape, index: int, number: int, telling: Telling) -> None:
    ground, claim, lines = shape.ground, telling.claim, shape.lines
    pk = ground.first + index * REPORTS + number
    change = shape.change(telling.wave)
    body = _body(ground, telling)
    visibility = "public" if telling.public else "restricted"
    lines["Report"].add(
        {
            "id": pk,
            "reference": claim.report,
            "source_id": ground.sources[claim.source.slug],
            "external_id": telling.external_id,
            "revision": 1 if telling.supersedes is None else 2,
            "kind": "incident",
            "truce_id": ground.truce,
            "change_id": change,
            "supersedes_id": None
            if telling.supersedes is None
            else ground.first + index * REPORTS + telling.supersedes,
            "retracts": telling.retracts,
            "published": telling.published,
            "received": ground.made,
            "language": "en",
            "summary": body["summary"],
            "relayed_by": claim.relayed_by,
            "visibility": visibility,
            "digest": hashlib.sha256(orjson.dumps(body)).hexdigest(),
            "body": body,
        }
    )
    lines["ReportTruce"].add({"id": pk, "report_id": pk, "truce_id": ground.truce})
    lines["IncidentLink"].add(
        {"id": pk, "report_id": pk, "incident_id": ground.first + index, "change_id": change}
    )
    _add_claim(shape, pk, telling)
    if telling.screened:
        lines["Screening"].add(
            {"id": pk, "report_id": pk, "change_id": change, "outcome": "screened_in", "automatic": True}
        )
        if telling.public:
            lines["Publication"].add({"id": pk, "report_id": pk, "change_id": change, "public": True})


def _add_claim(shape: Shape, pk: int, telling: Telling) -> None:
    claim, actors = telling.claim, shape.ground.actors
    place, occurred = claim.place, claim.occurred
    shape.lines["Claim"].add(
        {
            "id": pk,
            "report_id": pk,
            "occurred_from": occurred and occurred.start,
            "occurred_to": occurred and occurred.end,
            "occurred_precision": occurred.precision if occurred else "unknown",
            "place_name": place.name if place else "",
            "place_country": (place and place.country) or "",
            "place_pcode": (place and place.pcode) or "",
            "place_lat": place and place.lat,
            "place_lon": place and place.lon,
            "place_precision": place and place.precision,
            "place_within": place.within if place else (),
            "place_straddles": ("SYR",) if place and place.straddles else (),
            "act": claim.act or "",
            "weapon": claim.weapon or "",
            "harmed": claim.harmed or "",
            "by_id": claim.by and actors[claim.by],
            "against_id": claim.against and actors[claim.against],
            "stance_event": claim.stance_event or "",
            "stance_actor": claim.stance_actor or "",
            "intent": claim.intent,
            "accepts_breach": claim.accepts_breach,
            "credibility": claim.credibility,
            "quotes": claim.quotes,
        }
    )
    for number, one in enumerate(claim.casualties):
        shape.lines["Casualty"].add(
            {
                "id": shape.ground.first + (pk - shape.ground.first) * FIGURES + number,
                "claim_id": pk,
                "group": one.group or "",
                "effect": one.effect,
                "minimum": one.min,
                "maximum": one.max,
            }
        )


def _add_ruling(shape: Shape, index: int, ruling: Any, public: bool) -> None:
    ground = shape.ground
    pk, change = ground.first + index, shape.change(truces.RULINGS)
    shape.lines["Ruling"].add(
        {
            "id": pk,
            "reference": ruling.ref,
            "incident_id": pk,
            "term_id": ground.terms[ruling.term],
            "change_id": change,
            "body": ruling.body,
            "outcome": ruling.outcome,
            "severity": ruling.severity or "",
            "responsible_id": ruling.responsible and ground.actors[ruling.responsible],
            "reason": "As the reports before the body show.",
            "occurred_from": ruling.occurred and ruling.occurred.start,
            "occurred_to": ruling.occurred and ruling.occurred.end,
            "assessed_by": "First assessor",
            "visibility": "public" if public else "restricted",
        }
    )
    shape.lines["RulingReview"].add(
        {"id": pk, "ruling_id": pk, "change_id": change, "reviewed_by": "Second assessor"}
    )


def _add_standings(shape: Shape, index: int, story: Story, charter: Any) -> None:
    from bench.copying import escaped_json
    from tracker.compliance.verdicts import as_json
    from tracker.compliance.weigh import weigh

    ground, lines = shape.ground, shape.lines["Standing"]
    pk = ground.first + index * STANDINGS
    full = weigh(charter, story.facts(public=False))
    public = full if story.same_in_both_views else weigh(charter, story.facts(public=True))
    made: dict[int, bytes] = {}
    for view, standings in (("full", full), ("public", public)):
        for standing in standings:
            details = made.get(id(standing.details))
            if details is None:
                details = made[id(standing.details)] = escaped_json(as_json(standing.details))
            lines.add(
                {
                    "id": pk,
                    "incident_id": ground.first + index,
                    "reference": story.ref,
                    "truce_id": ground.truce,
                    "term_id": ground.terms[standing.term],
                    "reading": standing.reading,
                    "view": view,
                    "known": standing.known,
                    "until": standing.until,
                    "counts": standing.counts,
                    "coverage": standing.coverage,
                    "occurred_from": standing.occurred_from,
                    "occurred_to": standing.occurred_to,
                    "restarts_at": standing.restarts_at,
                    "restarts_at_best": standing.restarts_at_best,
                    "unplaced": standing.unplaced,
                    "grade": standing.grade,
                    "severity": standing.severity or "",
                    "ruled": standing.ruled or "",
                    "accepted": standing.accepted,
                    "alleged": standing.alleged,
                    "why": escaped_json(standing.why),
                    "evidence": escaped_json(standing.evidence),
                    "details": details,
                }
            )
            pk += 1
    assert pk <= ground.first + (index + 1) * STANDINGS, "more standings than ids set aside"


def _body(ground: Ground, telling: Telling) -> dict[str, Any]:
    """The report as its sender would have sent it."""
    claim = telling.claim
    return report_body(
        ground.size,
        source=claim.source.slug,
        external_id=telling.external_id,
        published=telling.published,
        claim=claim,
        visibility="public" if telling.public else "restricted",
    )


def report_body(
    size: int, *, source: str, external_id: str, published: datetime, claim: Any, visibility: str = "public"
) -> dict[str, Any]:
    """A claim as the report that the API takes."""
    occurred, place = claim.occurred, claim.place
    return {
        "source": source,
        "external_id": external_id,
        "kind": "incident",
        "truce": truces.slug_of(size),
        "published": _written(published),
        "language": "en",
        "summary": f"{claim.act} reported by {source} near {place.name if place else 'an unnamed place'}.",
        "relayed_by": list(claim.relayed_by),
        "visibility": visibility,
        "claim": {
            "occurred": occurred
            and {
                "from": _written(occurred.start),
                "to": _written(occurred.end),
                "precision": occurred.precision,
            },
            "place": place
            and {
                "name": place.name,
                "country": place.country,
                "pcode": place.pcode,
                "lat": place.lat,
                "lon": place.lon,
                "precision": place.precision,
            },
            "act": claim.act,
            "weapon": claim.weapon,
            "by": claim.by,
            "against": claim.against,
            "harmed": claim.harmed,
            "stance": {"event": claim.stance_event, "actor": claim.stance_actor},
            "intent": claim.intent,
            "credibility": claim.credibility,
            "casualties": [
                {"group": one.group, "effect": one.effect, "min": one.min, "max": one.max}
                for one in claim.casualties
            ],
        },
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
