"""What holds of every set of facts, not only of those that somebody thought of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import TypeVar

from hypothesis import example, given
from hypothesis import strategies as st

from tests.compliance.cast import INSIDE, SOURCES, START, TRUCE
from tracker.compliance.assess import assess
from tracker.compliance.charter import READINGS
from tracker.compliance.facts import (
    OUTCOMES,
    AccessReport,
    Casualties,
    Claim,
    Declaration,
    IncidentFacts,
    Occurred,
    Ruling,
    TruceFacts,
    known_at,
)
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.standing_json import standing_from_json
from tracker.compliance.verdicts import Details, Message, Standing, Status, as_json
from tracker.compliance.weigh import weigh

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
FAR = START + timedelta(days=90)
moments = st.integers(0, 24 * 9).map(lambda hours: START - 12 * HOUR + hours * HOUR)
lengths = st.sampled_from([0, 0, 1, 6, 24, 40, 24 * 30]).map(lambda hours: hours * HOUR)


@st.composite
def claims(draw: st.DrawFn, ref: str) -> Claim:
    """Any claim about one incident, by anybody of the cast."""
    start = draw(moments)
    known = max(start, draw(moments))
    until = draw(st.none() | st.integers(1, 100).map(lambda hours: known + hours * HOUR))
    stance = st.sampled_from(["asserts", "asserts", "admits", "denies", "cannot_say"])
    low = draw(st.none() | st.integers(0, 90))
    high = draw(st.none() | st.integers(low or 0, 99))
    return Claim(
        ref,
        SOURCES[draw(st.sampled_from(sorted(SOURCES)))],
        known,
        until,
        occurred=draw(st.none() | lengths.map(lambda length: Occurred(start, start + length))),
        place=draw(st.sampled_from([INSIDE, INSIDE, INSIDE, None])),
        act=draw(st.sampled_from(["shelling", "shelling", "air_strike", None])),
        by=draw(
            st.sampled_from(["east-army", "east-army", "east", "west-army", "raiders", "hill-tribe", None])
        ),
        against=draw(st.sampled_from(["west-army", "west-army", "civilians", "raiders", None])),
        stance_event=draw(stance),
        stance_actor=draw(stance),
        accepts_breach=draw(st.sampled_from([False, False, False, True])),
        casualties=(Casualties("combatants", "killed", low, high),),
        credibility=draw(st.sampled_from([1, 2, 3, 3, 5, 6, None])),
        quotes=draw(st.sampled_from([(), (), (), ("monitor",), ("press", "blog")])),
        original=draw(st.sampled_from([None, None, None, "clip"])),
    )


@st.composite
def rulings(draw: st.DrawFn, incident: str, ref: str) -> Ruling:
    known = draw(moments)
    until = draw(st.none() | st.integers(1, 100).map(lambda hours: known + hours * HOUR))
    body = draw(st.sampled_from(["tracker", "tracker", "committee"]))
    return Ruling(ref, incident, "ceasefire", draw(st.sampled_from(OUTCOMES)), body, known, until)


@st.composite
def incidents(draw: st.DrawFn, ref: str = "A") -> IncidentFacts:
    """Any incident of up to five claims and two rulings."""
    some = tuple(draw(claims(f"{ref}{i}")) for i in range(draw(st.integers(0, 5))))
    ruled = tuple(draw(rulings(ref, f"{ref}-rul{i}")) for i in range(draw(st.integers(0, 2))))
    return IncidentFacts(ref, some, ruled)


def rows_at(rows: Sequence[Standing], moment: datetime) -> list[Standing]:
    """The rows that stood at a moment, as one knew them then: without the end that they have since got."""
    return [
        row._replace(until=None)
        for row in rows
        if row.known <= moment and (row.until is None or moment < row.until)
    ]


def known_then(incident: IncidentFacts, moment: datetime) -> IncidentFacts:
    """What was recorded of an incident by a moment, and nothing of what came after."""
    return IncidentFacts(
        incident.ref,
        tuple(_then(one, moment) for one in incident.claims if one.known <= moment),
        tuple(_then(one, moment) for one in incident.rulings if one.known <= moment),
    )


F = TypeVar("F", Claim, Ruling)


def _then(fact: F, moment: datetime) -> F:
    return replace(fact, until=None) if fact.until is not None and fact.until > moment else fact


def all_moments(incident: IncidentFacts) -> list[datetime]:
    facts: tuple[Claim | Ruling, ...] = (*incident.claims, *incident.rulings)
    return sorted({one.known for one in facts} | {one.until for one in facts if one.until is not None})


# --- One incident -------------------------------------------------------------------------------------


@given(incidents(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(incident: IncidentFacts, random: Random) -> None:
    shuffled = replace(
        incident,
        claims=tuple(random.sample(incident.claims, len(incident.claims))),
        rulings=tuple(random.sample(incident.rulings, len(incident.rulings))),
    )
    assert weigh(TRUCE, shuffled) == weigh(TRUCE, incident)


@given(incidents())
def test_what_was_known_then_gives_what_was_said_then(incident: IncidentFacts) -> None:
    """Incremental equals from nothing, and no answer uses what was known only later."""
    whole = weigh(TRUCE, incident)
    for moment in all_moments(incident):
        assert rows_at(weigh(TRUCE, known_then(incident, moment)), moment) == rows_at(whole, moment)


@given(incidents())
def test_ruled_lies_within_corroborated_within_alleged(incident: IncidentFacts) -> None:
    rows = weigh(TRUCE, incident)
    for moment in all_moments(incident):
        now = {row.reading: row for row in rows_at(rows, moment)}
        if not now:
            continue
        assert now["ruled"].counts <= now["corroborated"].counts <= now["alleged"].counts
        for narrow, wide in (("ruled", "corroborated"), ("corroborated", "alleged")):
            placed, wider = now[narrow].restarts_at, now[wide].restarts_at
            if placed is not None:
                assert wider is not None
                assert wider >= placed


@given(incidents())
def test_the_history_has_no_gap_and_no_two_rows_that_say_the_same(incident: IncidentFacts) -> None:
    rows = weigh(TRUCE, incident)
    for reading in READINGS:
        own = [row for row in rows if row.reading == reading]
        for before, after in pairwise(own):
            assert before.until == after.known
            assert before._replace(known=after.known, until=after.until) != after
        assert not own or own[-1].until is None


@given(incidents())
def test_a_standing_is_the_same_after_a_journey_through_json(incident: IncidentFacts) -> None:
    for row in weigh(TRUCE, incident):
        plain = as_json(row)
        again = standing_from_json(plain)
        assert as_json(again) == plain
        assert again.details.elements == row.details.elements
        assert again.details.casualties == row.details.casualties


@given(incidents())
def test_a_restart_is_never_later_than_the_first_report(incident: IncidentFacts) -> None:
    for row in weigh(TRUCE, incident):
        if row.restarts_at is not None:
            assert row.restarts_at_best is not None
            assert row.restarts_at_best <= row.restarts_at <= row.known
            assert row.restarts_at - row.restarts_at_best <= timedelta(hours=25)


# --- The truce ----------------------------------------------------------------------------------------

several = st.tuples(incidents("A"), incidents("B"), incidents("C"))


@st.composite
def other_facts(draw: st.DrawFn) -> TruceFacts:
    """Deliveries said by anybody, and the declarers' words."""
    access = tuple(
        AccessReport(f"acc{i}", SOURCES[who], known, 2, "convoy", delivered=n)
        for i, (who, known, n) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(["un", "press", "blog"]), moments, st.sampled_from([None, 0, 40])
                    ),
                    max_size=3,
                )
            )
        )
    )
    words = tuple(
        Declaration(f"dec{i}", about, by, known, known, term)
        for i, (about, term, by, known) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(["over", "suspended", "resumed"]),
                        st.none(),
                        st.sampled_from([("east",), ("west",), ("east", "west")]),
                        moments,
                    ),
                    max_size=3,
                )
            )
        )
    )
    return TruceFacts(access=access, declarations=words)


def status(those: Sequence[IncidentFacts], facts: TruceFacts, as_of: datetime, known: datetime) -> Status:
    rows = [row for incident in those for row in weigh(TRUCE, incident)]
    return assess(TRUCE, HeldStandings(rows, known), known_at(facts, known), as_of)


@given(several, other_facts(), moments, moments)
def test_no_answer_uses_what_was_known_only_later(
    those: tuple[IncidentFacts, ...], facts: TruceFacts, as_of: datetime, known: datetime
) -> None:
    then = tuple(known_then(incident, known) for incident in those)
    assert status(those, facts, as_of, known) == status(then, known_at(facts, known), as_of, known)


@given(several, moments)
def test_a_ruling_of_no_violation_never_makes_a_reading_worse(
    those: tuple[IncidentFacts, ...], as_of: datetime
) -> None:
    cleared = replace(
        those[0], rulings=(Ruling("cleared", "A", "ceasefire", "no_violation", "tracker", FAR - HOUR),)
    )
    unruled = replace(those[0], rulings=())
    before = status((unruled, *those[1:]), TruceFacts(), as_of, FAR)
    after = status((cleared, *those[1:]), TruceFacts(), as_of, FAR)
    worst_first = ("breached", "strained", "unobserved", "holding", "not_started")
    for reading in READINGS:
        states = [one.term("ceasefire").readings[reading].state for one in (before, after)]
        assert worst_first.index(states[1]) >= worst_first.index(states[0])
        clocks = [one.term("clock").readings[reading] for one in (before, after)]
        if clocks[0].state == "fulfilled":
            assert clocks[1].state == "fulfilled"
            assert (clocks[1].since or FAR) <= (clocks[0].since or START)
        in_the_end = [completed_in_the_end((one, *those[1:]), reading) for one in (unruled, cleared)]
        assert in_the_end[1] <= in_the_end[0]


def completed_in_the_end(those: Sequence[IncidentFacts], reading: str) -> datetime:
    """When the clock is certain to have completed, asked long after everything."""
    verdict = status(those, TruceFacts(), FAR, FAR).term("clock").readings[reading]
    assert verdict.state == "fulfilled"
    assert verdict.since is not None
    return verdict.since


@given(several, other_facts(), moments)
def test_a_gate_is_never_open_while_any_reading_lacks_a_condition(
    those: tuple[IncidentFacts, ...], facts: TruceFacts, as_of: datetime
) -> None:
    told = status(those, facts, as_of + WEEK, as_of + WEEK)
    if told.standing == "ended":
        return
    met = all(
        told.term(ref).readings[reading].met is True for ref in ("clock", "access") for reading in READINGS
    )
    for reading in READINGS:
        state = told.term("gate").readings[reading].state
        assert state == ("conditions_met" if met else "locked")


# --- The clock against every placement ----------------------------------------------------------------


def standing(ref: str, best: datetime, latest: datetime, unplaced: bool = False) -> Standing:
    """A breach that counts as alleged, somewhere between two moments."""
    return Standing(
        ref, "ceasefire", "alleged", True, START, None, best, latest,
        None if unplaced else latest, None if unplaced else best, unplaced,
        "covered", "weak", None, None, False, ("east-army",), Message("weigh.alleged"), (), Details(),
    )  # fmt: skip


def completion(breaches: Sequence[datetime]) -> datetime:
    """When seven days have passed without a breach, counted out plainly."""
    start = START
    for breach in sorted(breaches):
        if breach >= start + WEEK:
            break
        start = max(start, breach)
    return start + WEEK


breach_times = st.lists(
    st.tuples(st.integers(0, 24 * 30), st.integers(0, 24), st.integers(0, 100)), max_size=8
)


@given(
    breach_times,
    st.lists(st.tuples(st.integers(0, 24 * 30), st.integers(25, 300), st.integers(0, 100)), max_size=2),
)
def test_whatever_the_true_moments_were_the_clock_is_right(
    placed: list[tuple[int, int, int]], vague: list[tuple[int, int, int]]
) -> None:
    """Fulfilled is never said before it is so; the best completion is never later than the true one."""
    rows, true_moments = [], []
    for i, (start, span, share) in enumerate([*placed, *vague]):
        best = START + start * HOUR
        latest = best + span * HOUR
        rows.append(standing(f"A{i}", best, latest, unplaced=i >= len(placed)))
        true_moments.append(best + (latest - best) * share / 100)
    verdict = assess(TRUCE, HeldStandings(rows, FAR), TruceFacts(), FAR).term("clock").readings["alleged"]
    assert verdict.state == "fulfilled"
    assert verdict.since is not None
    assert completion(true_moments) <= verdict.since
    assert verdict.values["completes_at_best"] <= completion(true_moments[: len(placed)])


@given(breach_times, st.integers(0, 24 * 40))
def test_with_precise_breaches_the_clock_is_a_plain_count(
    placed: list[tuple[int, int, int]], asked: int
) -> None:
    times = [START + hours * HOUR for hours, _, _ in placed]
    as_of = START + asked * HOUR
    rows = [standing(f"A{i}", moment, moment) for i, moment in enumerate(times)]
    verdict = assess(TRUCE, HeldStandings(rows, FAR), TruceFacts(), as_of).term("clock").readings["alleged"]
    done = completion([moment for moment in times if moment <= as_of])
    assert verdict.values["completes_at"] == done
    assert verdict.state == ("fulfilled" if done <= as_of else "running")


@given(
    breach_times,
    st.lists(st.tuples(st.integers(0, 24 * 30), st.integers(25, 24 * 30)), max_size=14),
    st.integers(1, 24 * 60),
)
@example([(100, 0, 0)], [(10, 25)], 24 * 6)
@example([], [(10, 25), *[(300, 30)] * 5], 400)
def test_a_clock_lists_what_lies_in_its_run_the_latest_first(
    placed: list[tuple[int, int, int]], vague: list[tuple[int, int]], asked: int
) -> None:
    as_of, instant = START + asked * HOUR, timedelta(microseconds=1)
    rows = [
        standing(f"A{i:02}", best := START + start * HOUR, best + span * HOUR)
        for i, (start, span, _share) in enumerate(placed)
    ]
    rows += [
        standing(f"B{i:02}", best := START + start * HOUR, best + span * HOUR, unplaced=True)
        for i, (start, span) in enumerate(vague)
    ]
    values = (
        assess(TRUCE, HeldStandings(rows, FAR), TruceFacts(), as_of).term("clock").readings["alleged"].values
    )
    done = values["completes_at"]
    latest = sorted(rows, key=lambda row: (FAR - (row.occurred_to or FAR), row.incident))
    resets = [
        row for row in latest if row.restarts_at and START < row.restarts_at <= min(as_of, done - instant)
    ]
    assert [one["incident"] for one in values["resets"]] == [row.incident for row in resets[:5]]
    assert values["resets_count"] == len(resets)
    may_fall = [
        row.incident
        for row in latest
        if row.unplaced
        and row.occurred_from is not None
        and row.occurred_to is not None
        and values["run_started"] < row.occurred_to <= as_of
        and row.occurred_from < done
    ]
    assert list(values["unplaced"]) == may_fall[:5]
