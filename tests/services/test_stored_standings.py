"""Standings read from rows answer as those held in memory do, whatever is asked."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.scenarios import INVENTED
from tracker.compliance.assess import assess
from tracker.compliance.charter import Term
from tracker.compliance.facts import TruceFacts
from tracker.compliance.held_standings import HeldStandings
from tracker.intake.scenario import charter_of, read_scenario_file
from tracker.models import Change, Incident, Standing, StandingCount, View
from tracker.services.charters import load_charter
from tracker.services.standing_counts import differences, rebuild
from tracker.services.standings import readers
from tracker.services.stored_standings import SEARCHED, StoredStandings, searched

START = datetime(2030, 1, 1, tzinfo=UTC)
READINGS = ("alleged", "corroborated", "ruled")
SEVERITIES = ("", "minor", "grave")
NOW = START + timedelta(days=40)


def some_moment(chance: random.Random) -> datetime:
    # Whole hours of a few days, so that ties and edges are met often.
    return START + timedelta(hours=chance.randrange(24 * 12))


def some_end(chance: random.Random, known: datetime) -> datetime:
    return known + timedelta(hours=chance.randrange(1, 24 * 20))


def some_row(chance: random.Random, truce, term, incident) -> Standing:
    occurred_to = some_moment(chance)
    span = timedelta(hours=chance.choice([0, 0, 1, 6, 24, 24 * 30]))
    counts, placed = chance.random() < 0.8, span <= timedelta(hours=24)
    # Nothing is known before it has occurred.
    known = occurred_to + timedelta(hours=chance.choice([0, 1, 5, 30, chance.randrange(24 * 20)]))
    return Standing(
        incident=incident,
        reference=incident.reference,
        truce=truce,
        term=term,
        reading=chance.choice(READINGS),
        view=View.PUBLIC,
        known=known,
        until=some_end(chance, known) if chance.random() < 0.2 else None,
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


@pytest.mark.parametrize("seed", range(8))
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
    for row in rows:
        if chance.random() < 0.2 and row.until is None:
            row.until = some_end(chance, row.known)
        if chance.random() < 0.1:
            row.superseded = NOW
        row.save(update_fields=["until", "superseded"])
    known_at = START + timedelta(days=chance.randrange(10, 40))
    ids = {term.ref: term.pk for term in terms}
    stored = StoredStandings(truce.pk, View.PUBLIC, ids, known_at)
    refs = {pk: ref for ref, pk in ids.items()}
    columns = Standing.objects.filter(superseded__isnull=True).order_by().values_list(*SEARCHED)
    held = HeldStandings([searched(row, refs) for row in columns], known_at)
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
            if name in ("restarts", "unplaced"):
                ours, theirs = list(ours), list(theirs)
            assert ours == theirs, (name, arguments, options)
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
        same("unplaced", asked, reading, start=after, end=before, by=by, limit=5)
        length = timedelta(hours=chance.randrange(1, 24 * 10))
        same("strain", asked[0], reading, start=after, by=last, within=length, limit=chance.choice([1, 5]))
        row, hour = chance.choice(rows), timedelta(hours=1)
        begun = {"start": row.occurred_to, "by": row.occurred_to + 2 * hour, "within": hour}
        same("strain", row.term.ref, row.reading, **begun, limit=5)
        chained = chance.choice([None, length])
        same("resets", asked, reading, start=after, by=last, length=chained, limit=chance.choice([1, 5]))


@pytest.mark.parametrize("seed", range(6))
def test_the_rules_say_the_same_of_rows_as_of_what_is_held(db, author, seed):
    chance = random.Random(seed)
    document = read_scenario_file(INVENTED, now=NOW).document
    truce = load_charter(document, author)
    terms = list(truce.terms.filter(kind="prohibition"))
    charter = charter_of(document)
    # Beside its clocks that tolerate and pause, one that every breach of any prohibition sets back.
    plain = Term("plain", "clock", parameters={"length": "3 days"}, breaches_of=[term.ref for term in terms])
    charter = replace(charter, in_force_from=START, ends=None, terms=(*charter.terms, plain))
    change = Change.objects.create(made=START)
    Standing.objects.bulk_create(
        some_row(chance, truce, chance.choice(terms), Incident.objects.create(change=change))
        for _row in range(chance.choice([4, 20, 80]))
    )
    ids = {term.ref: term.pk for term in truce.terms.all()}
    refs = {pk: ref for ref, pk in ids.items()}
    columns = list(Standing.objects.order_by().values_list(*SEARCHED))
    states = set()
    for _question in range(40):
        known_at, as_of = (START + timedelta(hours=chance.randrange(24 * 40)) for _moment in range(2))
        stored = StoredStandings(truce.pk, View.PUBLIC, ids, known_at)
        held = HeldStandings([searched(row, refs) for row in columns], known_at)
        said, theirs = (assess(charter, reader, TruceFacts(), as_of) for reader in (stored, held))
        assert said == theirs, (known_at, as_of)
        states |= {verdict.state for term in said.terms for verdict in term.readings.values()}
    assert len(states) > 3


def kept(truce) -> set[tuple]:
    columns = [field.attname for field in StandingCount._meta.concrete_fields if field.attname != "id"]
    return {row for row in StandingCount.objects.filter(truce=truce).values_list(*columns) if any(row[-5:-1])}


def test_counts_made_again_are_those_that_were_kept(db, author):
    chance = random.Random(1)
    truce = load_charter(read_scenario_file(INVENTED, now=NOW).document, author)
    term = truce.terms.filter(kind="prohibition").first()
    change = Change.objects.create(made=START)
    for _row in range(40):
        some_row(chance, truce, term, Incident.objects.create(change=change)).save()
    before = kept(truce)
    assert before
    rebuild(truce)
    assert kept(truce) == before


def test_a_kept_count_that_is_wrong_is_found(db, author):
    truce = load_charter(read_scenario_file(INVENTED, now=NOW).document, author)
    term = truce.terms.filter(kind="prohibition").first()
    change = Change.objects.create(made=START)
    some_row(random.Random(2), truce, term, Incident.objects.create(change=change)).save()
    assert differences(truce) == []
    StandingCount.objects.filter(truce=truce, span="day").update(counting=7)
    assert ["kept {'counting': 7" in line for line in differences(truce)] == [True]
