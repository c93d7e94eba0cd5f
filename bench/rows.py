"""A truce as rows, put straight into the service's tables, as its services would have written it.

The charter, its sources and the access report go through the services. Incidents, reports, claims and all
that hangs on them are copied in by two processes, with the standings that the rules give in both views. The
log is put together in the database. At last the service itself assesses the truce, which writes its history
(of the last day; of all of it where that is asked for). Left out: audit entries, full-view log entries, and
payloads other than those of reports and allegations.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import psycopg

from bench import truces
from bench.truces import Chunk, Story, Telling

if TYPE_CHECKING:
    from bench.house import House

PROCESSES = 2
BY_INDEX_AFTERWARDS = 20_000
"""From this size on indexes and foreign keys are made after the rows."""

REPORTS, FIGURES, STANDINGS, WAVES = 8, 4, 96, len(truces.WAVES)
"""How many row ids are set aside: reports per incident, figures per report, standings per incident."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A truce that stands in the tables."""

    size: int
    truce_id: int
    slug: str
    until: datetime


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


def fill(house: House, size: int, seed: int = 1) -> Filled:
    """Fill one truce of ``size`` incidents; its data ends at ``house.until``."""
    return fill_truce(house.owner_address, size, house.until, seed)


def fill_truce(
    owner_address: str, size: int, until: datetime, seed: int = 1, whole_history: bool = False
) -> Filled:
    """Fill one truce through ``owner_address``. Django must be set up, on the same database.

    ``whole_history``: have the service write the history from the beginning, not of the last day alone.
    """
    from django.db import connection

    from bench.copying import without_indexes
    from tracker.services import assessment, positions

    ground = prepare(size, until, seed)
    # The other processes must not share this one's connection.
    connection.close()
    with psycopg.connect(owner_address, autocommit=True) as owner:
        tables = [model._meta.db_table for model in _models()]
        _copy_changes(owner, ground)
        if size >= BY_INDEX_AFTERWARDS:
            with without_indexes(owner, tables):
                _copy_all(owner_address, ground)
        else:
            _copy_all(owner_address, ground)
        owner.execute(
            "INSERT INTO tracker_changetruce (change_id, truce_id) "
            "SELECT id, %s FROM tracker_change WHERE id >= %s",
            [ground.truce, ground.first],
        )
        _move_sequences(owner, tables)
        _write_log(owner, ground)
        owner.execute(
            "UPDATE tracker_truce SET revision = revision + 1, assessed_until = %s, rewind_to = NULL "
            "WHERE id = %s",
            [None if whole_history else until - timedelta(days=1), ground.truce],
        )
        owner.execute("VACUUM ANALYZE")
        owner.execute("CHECKPOINT") if _may_checkpoint(owner) else None
    assessment.assess_truce(ground.truce)
    positions.place()
    return Filled(size, ground.truce, truces.slug_of(size), until)


def _may_checkpoint(owner: psycopg.Connection) -> bool:
    return owner.execute("SELECT pg_has_role('pg_checkpoint', 'MEMBER')").fetchone()[0]


def prepare(size: int, until: datetime, seed: int) -> Ground:
    """Load the charter and the access report through the services; say where rows may go."""
    from django.db.models import Max

    from tracker.models import Actor, Source, Truce
    from tracker.services import charters, clock, reports
    from tracker.services.authors import Author

    author = Author.of_worker("bench")
    document = truces.document(size, until)
    truce = charters.load_charter(document, author)
    for report in document.reports:
        reports.receive(report, author, known_given=report.known, known_basis=report.known_basis or "")
    highest = [model.objects.aggregate(highest=Max("id"))["highest"] or 0 for model in _models()]
    return Ground(
        size=size,
        seed=seed,
        until=until,
        first=max(highest) + 1,
        truce=Truce.objects.get(pk=truce.pk).pk,
        terms=dict(truce.terms.values_list("ref", "id")),
        actors=dict(Actor.objects.values_list("slug", "id")),
        sources=dict(Source.objects.values_list("slug", "id")),
        made=clock.now(),
    )


def _models() -> list[Any]:
    from tracker import models

    return [
        *(models.Change, models.Incident, models.Report, models.ReportTruce, models.IncidentLink),
        *(models.Claim, models.Casualty, models.Screening, models.Publication),
        *(models.Ruling, models.RulingReview, models.Standing),
    ]


def _copy_changes(owner: psycopg.Connection, ground: Ground) -> None:
    """One change per batch and wave: what the rows of all chunks refer to."""
    from bench.copying import Lines
    from tracker.models import Change

    lines = Lines(Change)
    for batch in range(truces.BATCHES):
        for wave, known in enumerate(truces.known_of(batch, ground.size, ground.until)):
            if known is not None:
                lines.add(
                    {
                        "id": ground.first + batch * WAVES + wave,
                        "made": ground.made,
                        "worker": "bench",
                        "historical": True,
                        "known_given": known,
                        "known_basis": "set for the benchmark",
                        "known": known,
                    }
                )
    lines.send(owner)


def _copy_all(owner_address: str, ground: Ground) -> None:
    numbers = range(truces.count_of_chunks(ground.size))
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES, initializer=_begin, initargs=(dict(os.environ),)) as pool:
        for _ in pool.imap_unordered(_copy_chunk, [(owner_address, ground, number) for number in numbers]):
            pass


def _begin(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    import django

    django.setup()


def _copy_chunk(work: tuple[str, Ground, int]) -> None:
    owner_address, ground, number = work
    chunk = truces.chunk(number, ground.size, ground.seed, ground.until)
    lines = lines_of(ground, chunk)
    with psycopg.connect(owner_address) as connection:
        for one in lines:
            one.send(connection)


def lines_of(ground: Ground, chunk: Chunk) -> list[Any]:
    """All rows of a chunk, table by table, in an order in which each refers only to what stands."""
    from bench.copying import Lines

    shape = Shape(ground, chunk, {model.__name__: Lines(model) for model in _models()})
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
                details = made[id(standing.details)] = escaped_json(standing.details)
            lines.add(
                {
                    "id": pk,
                    "incident_id": ground.first + index,
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


def _move_sequences(owner: psycopg.Connection, tables: list[str]) -> None:
    for table in (*tables, "tracker_changetruce"):
        owner.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}) + 1, "
            f"false) WHERE EXISTS (SELECT FROM {table})"
        )


LOG = """
WITH ahead AS (SELECT position FROM tracker_loghead WHERE view = 'public'),
said AS (
    SELECT change.known, report.id AS number, 0 AS kind, report.reference AS subject, report.change_id,
        'report.received' AS type,
        (report.body || jsonb_build_object('ref', report.reference, 'known', change.known))::text AS payload
    FROM tracker_publication publication
    JOIN tracker_report report ON report.id = publication.report_id
    JOIN tracker_change change ON change.id = report.change_id
    WHERE publication.id >= %(first)s
    UNION ALL
    SELECT standing.known, standing.id, 1, incident.reference || '-cessation', change.id,
        CASE WHEN standing.supersedes_id IS NULL THEN 'allegation.opened' ELSE 'allegation.updated' END,
        jsonb_build_object('ref', incident.reference || '-cessation', 'truce', truce.slug,
            'term', 'cessation', 'reading', standing.reading,
            'incident', jsonb_build_object('ref', incident.reference,
            'occurred', jsonb_build_object('from', standing.occurred_from, 'to', standing.occurred_to)),
            'alleged', standing.alleged, 'grade', standing.grade, 'severity', standing.severity,
            'casualties', standing.details -> 'casualties', 'sources', standing.details -> 'sources',
            'first_known', standing.details -> 'first_known', 'intent', standing.details -> 'intent')::text
    FROM tracker_standing standing
    JOIN tracker_incident incident ON incident.id = standing.incident_id
    JOIN tracker_change change ON change.id = incident.change_id
    JOIN tracker_truce truce ON truce.id = standing.truce_id
    WHERE standing.id >= %(first)s AND standing.view = 'public' AND standing.reading = 'alleged'
        AND standing.counts AND standing.truce_id = %(truce)s
),
placed AS (
    SELECT (SELECT position FROM ahead) + row_number() OVER (ORDER BY known, number, kind) AS position,
        decode(md5(subject), 'hex') AS salt, said.*
    FROM said
),
entries AS (
    INSERT INTO tracker_logentry (view, position, type, truce_id, subject, change_id, known, digest)
    SELECT 'public', position, type, %(truce)s, subject, change_id, %(made)s,
        encode(sha256(salt || convert_to(payload, 'UTF8')), 'hex') FROM placed
),
payloads AS (
    INSERT INTO tracker_logpayload (view, position, salt, payload)
    SELECT 'public', position, salt, payload FROM placed
)
UPDATE tracker_loghead SET
    position = greatest(position, coalesce((SELECT max(position) FROM placed), 0)),
    known = greatest(known, %(made)s)
WHERE view = 'public'
"""


def _write_log(owner: psycopg.Connection, ground: Ground) -> None:
    """Log entries of the public view: a report received, an allegation opened or updated, in known order."""
    owner.execute(LOG, {"first": ground.first, "truce": ground.truce, "made": ground.made})
    owner.execute("UPDATE tracker_loghead SET known = greatest(known, %s) WHERE view = 'full'", [ground.made])


def stories(size: int, until: datetime, seed: int = 1) -> Iterator[Story]:
    """Every story of a truce, in order."""
    for chunk in truces.chunks(size, seed, until):
        yield from chunk.stories
