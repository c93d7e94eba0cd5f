"""A truce put straight into the service's tables.

The charter, its sources and the access report go through the services. Incidents, reports, claims and all
that hangs on them are copied in by two processes, with the standings that the rules give in both views. The
log is put together in the database. At last the service itself assesses the truce, which writes its history
(of the last day; of all of it where that is asked for). Left out: audit entries, full-view log entries, and
payloads other than those of reports and allegations.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import psycopg

from bench import truces
from bench.rows import WAVES, Ground, filled_models, lines_of
from bench.truces import Story

if TYPE_CHECKING:
    from bench.house import House

PROCESSES = 2
BY_INDEX_AFTERWARDS = 20_000
"""From this size on indexes, foreign keys and kept counts are made after the rows."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A truce that stands in the tables."""

    size: int
    truce_id: int
    slug: str
    until: datetime


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
        tables = [model._meta.db_table for model in filled_models()]
        _copy_changes(owner, ground)
        if size >= BY_INDEX_AFTERWARDS:
            with _uncounted(owner, ground), without_indexes(owner, tables):
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


@contextlib.contextmanager
def _uncounted(owner: psycopg.Connection, ground: Ground) -> Iterator[None]:
    """Keep no counts of standings for the length of the block, then count them all at once."""
    from tracker.models import Truce
    from tracker.services import standing_counts

    owner.execute("ALTER TABLE tracker_standing DISABLE TRIGGER USER")
    try:
        yield
    finally:
        owner.execute("ALTER TABLE tracker_standing ENABLE TRIGGER USER")
    standing_counts.rebuild(Truce.objects.get(pk=ground.truce))


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
    highest = [model.objects.aggregate(highest=Max("id"))["highest"] or 0 for model in filled_models()]
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
    with context.Pool(PROCESSES, initializer=begin, initargs=(dict(os.environ),)) as pool:
        for _ in pool.imap_unordered(_copy_chunk, [(owner_address, ground, number) for number in numbers]):
            pass


def begin(environment: dict[str, str]) -> None:
    """Set Django up in a process that was spawned, on the same database."""
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
    INSERT INTO tracker_logentry
        (view, position, type, truce_id, subject, change_id, known, digest, envelope)
    SELECT 'public', entry.position, entry.type, truce.id, entry.subject, entry.change_id, entry.known,
        encode(sha256(entry.salt || convert_to(entry.payload, 'UTF8')), 'hex'), {envelope}
    FROM (
        SELECT position, type, subject, change_id, salt, payload, %(made)s::timestamptz AS known FROM placed
    ) AS entry JOIN tracker_truce truce ON truce.id = %(truce)s
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
    from tracker.services.positions import ENVELOPE

    statement = LOG.format(envelope=ENVELOPE)
    owner.execute(statement, {"first": ground.first, "truce": ground.truce, "made": ground.made})
    owner.execute("UPDATE tracker_loghead SET known = greatest(known, %s) WHERE view = 'full'", [ground.made])


def stories(size: int, until: datetime, seed: int = 1) -> Iterator[Story]:
    """Every story of a truce, in order."""
    for chunk in truces.chunks(size, seed, until):
        yield from chunk.stories
