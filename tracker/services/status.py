"""The status of a truce at any pair of moments, and its history, in the shapes that go out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from tracker.compliance import verdicts
from tracker.compliance.assess import assess
from tracker.compliance.facts import known_at as cut_at
from tracker.compliance.verdicts import as_json
from tracker.models import Transition, Truce, View
from tracker.services import clock, positions, prepared, sentences
from tracker.services.charters import charter_of, names_of
from tracker.services.facts import truce_facts
from tracker.services.standings import readers

METHOD = "1"
"""The version of the rules; it changes when the same facts would give another verdict."""


def default_as_of(truce: Truce) -> datetime:
    """Now, or the end of the truce's record where that is earlier (UTC)."""
    now = clock.now()
    return now if truce.record_ends is None else min(now, truce.record_ends)


def known_limit(view: View) -> datetime:
    """The latest known moment that may be asked about: the last one given, or now where none was."""
    return positions.last_known(view) or clock.now()


def verdict_at(truce: Truce, as_of: datetime, known_at: datetime, view: View) -> verdicts.Status:
    """What the rules say of a truce at a pair of moments (UTC), from stored facts alone."""
    return assess(
        charter_of(truce),
        readers(truce, view)(known_at),
        cut_at(truce_facts(truce, view), known_at),
        as_of,
    )


def status(
    truce: Truce,
    *,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    view: View = View.PUBLIC,
) -> dict[str, Any]:
    """The status as the API gives it, its sentences in the language that is active.

    ``as_of`` (UTC) defaults to the earlier of now and the record's end, and may lie ahead (projected).
    ``known_at`` (UTC) defaults to now and is never later than the last known time given, so that the
    same question always gets the same answer.
    """
    limit, position = _head(truce, view)
    known = limit if known_at is None else min(known_at, limit)
    moment = default_as_of(truce) if as_of is None else as_of
    found = verdict_at(truce, moment, known, view)
    names = names_of(truce, view)
    return {
        "truce": truce.slug,
        "as_of": as_json(moment),
        "known_at": as_json(known),
        "view": view.value,
        "standing": found.standing,
        "standing_since": as_json(found.standing_since),
        "standing_why": _message(found.standing_why, names),
        "compliance": found.compliance,
        "compliance_why": _message(found.compliance_why, names),
        "day": found.day,
        "elapsed_seconds": found.elapsed_seconds,
        "headline_reading": found.headline_reading,
        "message": found.sentence.code,
        "sentence": sentences.text(found.sentence.code, found.sentence.values, names),
        "sentence_values": sentences.without(names.withheld, as_json(found.sentence.values)),
        "renewal": None
        if found.renewal is None
        else {
            "state": found.renewal.state,
            "ended" if found.renewal.state == "lapsed" else "ends": as_json(found.renewal.ends),
        },
        "extensions": [
            {
                "ref": one.ref,
                "by": list(one.by),
                "hours": one.hours,
                "state": one.state,
                "at": as_json(one.at),
                "expires": as_json(one.expires),
            }
            for one in found.extensions
        ],
        "declared_over": as_json(found.declared_over),
        "terms": [_term(term, names) for term in found.terms],
        "next_moment": as_json(found.next_moment),
        "record_ends": as_json(found.record_ends),
        "projected": found.projected or moment > clock.now(),
        "revision": position,
        "method": METHOD,
    }


_HEAD = f"""
    {prepared.given(truce="bigint", view="text")}
    SELECT (SELECT known FROM tracker_loghead WHERE view = given.view), (
        SELECT position FROM tracker_logentry WHERE truce_id = given.truce AND view = given.view
        ORDER BY position DESC LIMIT 1
    )
    FROM given
"""


def _head(truce: Truce, view: View) -> tuple[datetime, int]:
    """``known_limit`` and ``revision`` at once, the revision of no later than what is read after it."""
    known, position = prepared.rows(_HEAD, {"truce": truce.pk, "view": view.value})[0]
    return known or clock.now(), position or 0


_REVISIONS = """
    SELECT truce.id, (
        SELECT position FROM tracker_logentry WHERE truce_id = truce.id AND view = %(view)s
        ORDER BY position DESC LIMIT 1
    )
    FROM unnest(%(truces)s::bigint[]) AS truce (id)
"""


def revisions(truces: Iterable[Truce], view: View) -> dict[int, int]:
    """The last log position about each truce in a view, by row id: it moves with what the view is told."""
    ids = prepared.ids(truce.pk for truce in truces)
    found = prepared.rows(_REVISIONS, {"truces": ids, "view": view.value})
    return {truce: position or 0 for truce, position in found}


def _term(term: verdicts.TermVerdict, names: sentences.Names) -> dict[str, Any]:
    return {
        "ref": term.ref,
        "kind": term.kind,
        "title": sentences.in_language(term.title),
        "requires": list(term.requires),
        "breaches_of": list(term.breaches_of),
        "in_question_since": as_json(term.in_question_since),
        "readings": {reading: _verdict(verdict, names) for reading, verdict in term.readings.items()},
    }


def _verdict(verdict: verdicts.Verdict, names: sentences.Names) -> dict[str, Any]:
    return {
        "state": verdict.state,
        "since": as_json(verdict.since),
        **_message(verdict.message, names),
        "values": sentences.without(names.withheld, as_json(verdict.values)),
        "evidence": list(verdict.evidence),
        "would_change": [_message(one, names) for one in verdict.would_change],
        "next_moment": as_json(verdict.next_moment),
    }


def _message(message: verdicts.Message, names: sentences.Names) -> dict[str, Any]:
    return {"message": message.code, "text": sentences.text(message.code, message.values, names)}


def history(truce: Truce, view: View, *, after: Transition | None = None) -> QuerySet[Transition]:
    """The transitions that stand, in the order in which the board came to say them; those after one."""
    rows = Transition.objects.filter(truce=truce, view=view, superseded__isnull=True)
    if after is not None:
        rows = rows.filter(Q(known__gt=after.known) | Q(known=after.known, id__gt=after.pk))
    return rows.select_related("term").order_by("known", "id")
