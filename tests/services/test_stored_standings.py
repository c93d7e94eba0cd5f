"""Standings read from rows answer as those held in memory do, whatever is asked."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.scenarios import INVENTED
from tracker.compliance.held_standings import HeldStandings
from tracker.intake.scenario import read_scenario_file
from tracker.models import Change, Incident, Standing, View
from tracker.services.charters import load_charter
from tracker.services.standings import StoredStandings, from_row, readers

START = datetime(2030, 1, 1, tzinfo=UTC)
READINGS = ("alleged", "corroborated", "ruled")
SEVERITIES = ("", "minor", "grave")
NOW = START + timedelta(days=40)


def some_moment(chance: random.Random) -> datetime:
    # Whole hours of a few days, so that ties and edges are met often.
    return START + timedelta(hours=chance.randrange(24 * 12))


def some_row(chance: random.Random, truce, term, incident) -> Standing:
    occurred_to = some_moment(chance)
    span = timedelta(hours=chance.choice([0, 0, 1, 6, 24, 24 * 30]))
    counts, placed = chance.random() < 0.8, span <= timedelta(hours=24)
    known = START + timedelta(days=chance.randrange(30))
    return Standing(
        incident=incident,
        truce=truce,
        term=term,
        reading=chance.choice(READINGS),
        view=View.PUBLIC,
        known=known,
        until=known + timedelta(days=chance.randrange(1, 20)) if chance.random() < 0.3 else None,
        counts=counts,
        coverage="covered" if counts else chance.choice(["covered", "outside", "not_settled"]),
        occurred_from=occurred_to - span,
        occurred_to=occurred_to,
        restarts_at=occurred_to if counts and placed else None,
        restarts_at_best=occurred_to - span if counts and placed else None,
        unplaced=counts and not placed,
        grade="weak",
        severity=chance.choice(SEVERITIES),
        ruled=chance.choice(["", "", "violation"]) if counts else "",
        why={"code": "weigh.alleged", "values": {}},
        evidence=[],
        details={
            "coverage_why": [],
            "attribution": "unknown",
            "intent": "not_stated",
            "responsible": None,
            "answers_to": None,
            "assumed": False,
            "act": None,
            "elements": {},
            "casualties": {},
            "by_group": {},
            "sources": [],
            "first_known": None,
            "ruling": None,
            "rulings": [],
        },
    )


@pytest.mark.parametrize("seed", range(4))
def test_rows_answer_as_memory_does(db, author, seed):
    chance = random.Random(seed)
    truce = load_charter(read_scenario_file(INVENTED, now=NOW).document, author)
    terms = list(truce.terms.filter(kind="prohibition"))
    change = Change.objects.create(made=START)
    rows = [
        some_row(chance, truce, chance.choice(terms), Incident.objects.create(change=change))
        for _row in range(60)
    ]
    Standing.objects.bulk_create(rows)
    known_at = START + timedelta(days=chance.randrange(10, 40))
    stored = StoredStandings(truce, View.PUBLIC, known_at)
    held = HeldStandings([from_row(row) for row in rows], known_at)
    few = readers(truce, View.PUBLIC)(known_at)
    assert isinstance(few, HeldStandings)
    refs = [term.ref for term in terms]
    for _question in range(40):
        asked = chance.sample(refs, chance.randint(1, len(refs)))
        reading = chance.choice(READINGS)
        after, before = sorted([some_moment(chance), some_moment(chance)])
        by = chance.choice([None, some_moment(chance)])
        last = by or NOW
        surely = chance.random() < 0.5
        kept = chance.choice([None, ("minor",)])
        other = kept is not None and chance.random() < 0.5
        chosen = {"severities": kept, "other_severities": other}
        within = {"after": after, "before": before, "by": by}

        def same(name: str, *arguments, **options) -> None:
            ours = getattr(stored, name)(*arguments, **options)
            theirs = getattr(held, name)(*arguments, **options)
            if name == "not_counted":
                ours, theirs = ({k: v for k, v in one.items() if v} for one in (ours, theirs))
            elif (
                not isinstance(ours, int)
                and ours is not None
                and name not in ("last_restart", "last_in_chain", "first_restart")
            ):
                ours, theirs = list(ours), list(theirs)
            assert ours == theirs, (name, arguments, options)
            if name != "latest":
                assert getattr(few, name)(*arguments, **options) == getattr(held, name)(*arguments, **options)

        same("last_restart", asked, reading, surely=surely, **within, **chosen)
        same(
            "last_in_chain",
            asked,
            reading,
            start=after,
            length=timedelta(hours=chance.randrange(1, 72)),
            by=last,
            surely=surely,
        )
        same("first_restart", asked, reading, surely=surely, **within)
        same("restarts", asked, reading, **within, severities=kept, limit=5)
        same("count_restarts", asked, reading, after=after, by=last)
        same("count", asked, reading, after=after, by=last)
        same("latest", asked, reading, after=after, by=last, limit=5, breaches=chance.random() < 0.5)
        same("unplaced", asked, reading, start=after, end=before, by=by, limit=5)
        same("not_counted", asked, by=last)
