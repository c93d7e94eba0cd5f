"""Assessing a truce: with pauses in a storm, and right whatever comes while it is assessed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.services.cast import received, report_document
from tracker import tasks
from tracker.models import DueIncident, Truce
from tracker.services import assessment, clock, history, positions, queue, recompute, reports
from tracker.services.authors import Author

SHOWN_BY = datetime(2016, 9, 17, 20, tzinfo=UTC)
RESTARTS_THE_CLOCK: dict[str, Any] = {
    "external_id": "two",
    "claim": {"by": "us-led-coalition", "stance": {"event": "asserts", "actor": "asserts"}},
}
AT_ANY_TIME = pytest.mark.parametrize(
    "meanwhile", ["weigh_incidents", "known_moments", "truce_facts_in_views", "walk"]
)


@pytest.fixture
def once(monkeypatch) -> Callable[[str, Callable[[], object]], None]:
    """Has something happen once, just after a function of the assessment was first called."""

    def arrange(name: str, happens: Callable[[], object]) -> None:
        module = history if hasattr(history, name) else assessment
        function, waiting = getattr(module, name), [happens]

        def called(*given: Any, **named: Any) -> Any:
            answer = function(*given, **named)
            if waiting:
                waiting.pop()()
            return answer

        monkeypatch.setattr(module, name, called)

    monkeypatch.setattr(assessment.time, "sleep", lambda _seconds: None)
    return arrange


def taken_in(author: Author, known_given: datetime | None = None, **changes: Any) -> None:
    """Take a report in and give it its place; ``known_given`` makes it historical."""
    basis = "its date" if known_given else ""
    reports.receive(report_document(**changes), author, known_given=known_given, known_basis=basis)
    positions.place()


def assessed_as_from_nothing(truce: Truce) -> None:
    """Assess a truce; it comes to rest, and to what comes of its facts when all of them are there."""
    assert assessment.assess_truce(truce.pk)
    assert truce.pk not in assessment.due_truces()
    truce.refresh_from_db()
    assert recompute.differences(truce) == []


@pytest.fixture
def coming(author, monkeypatch) -> list[str]:
    """Reports (external ids) that come in while a truce is assessed, one at each time."""
    weigh_and_assess, waiting = assessment._weigh_and_assess, ["two", "three"]

    def while_more_comes(*given):
        more = weigh_and_assess(*given)
        if waiting:
            received(author, external_id=waiting.pop())
        return more

    monkeypatch.setattr(assessment, "_weigh_and_assess", while_more_comes)
    return waiting


def each_taking(monkeypatch, seconds: float) -> list[float]:
    """Has each assessment take so long; the pauses that are slept are listed."""
    pauses: list[float] = []
    hand = itertools.count(0.0, seconds)
    monkeypatch.setattr(
        assessment, "time", SimpleNamespace(sleep=pauses.append, monotonic=lambda: next(hand))
    )
    return pauses


PAUSES = pytest.mark.parametrize(("took", "pause"), [(0.01, 0.3), (0.2, 0.6), (5.0, 2.0)])


@PAUSES
def test_what_comes_while_a_truce_is_assessed_is_assessed_after_a_pause_by_what_that_took(
    truce, author, monkeypatch, coming, took, pause
):
    pauses = each_taking(monkeypatch, took)
    taken_in(author)
    assert assessment.assess_truce(truce.pk)
    assert pauses == pytest.approx([pause] * 2), "and none before the first"
    assert truce.pk not in assessment.due_truces()
    assert Truce.objects.get(pk=truce.pk).claimed_until is None


@PAUSES
def test_a_worker_calls_itself_again_after_the_pause_and_is_free_for_other_truces_until_then(
    truce, author, monkeypatch, coming, took, pause
):
    pauses, called = each_taking(monkeypatch, took), []
    taken_in(author)
    monkeypatch.setattr(queue, "call", lambda *given, after=0: called.append((*given, after)))
    for _round in range(3):
        tasks.assess_truce(truce.pk)
    # What finds a truce at rest is told of at once, by who places it.
    again = [one for one in called if one[-1]]
    expected = ("tracker.tasks.assess_truce", truce.pk, pytest.approx(pause))
    assert again == [expected] * 2, "and not after the last, with which it is at rest"
    assert pauses == []
    assert truce.pk not in assessment.due_truces()
    assert not assessment.assess_in_turn(truce.pk)


@AT_ANY_TIME
def test_a_historical_fact_of_a_moment_that_is_being_gone_over_is_gone_over_again(
    truce, author, once, meanwhile
):
    taken_in(author, SHOWN_BY)
    once(meanwhile, lambda: taken_in(author, SHOWN_BY, **RESTARTS_THE_CLOCK))
    assessed_as_from_nothing(truce)


@AT_ANY_TIME
def test_what_is_placed_while_a_truce_is_assessed_is_in_its_history_from_its_known_time_on(
    truce, author, once, meanwhile
):
    taken_in(author)
    once(meanwhile, lambda: taken_in(author, **RESTARTS_THE_CLOCK))
    assessed_as_from_nothing(truce)


@AT_ANY_TIME
def test_so_is_what_had_its_known_time_before_the_assessment_and_was_committed_in_the_midst_of_it(
    truce, author, once, monkeypatch, meanwhile
):
    def placed_late() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(positions.clock, "now", lambda: before)
            taken_in(author, **RESTARTS_THE_CLOCK)

    taken_in(author)
    before = clock.now()
    once(meanwhile, placed_late)
    assessed_as_from_nothing(truce)


def test_a_worker_that_stood_still_for_longer_than_its_lease_takes_nothing_from_the_next_one(
    truce, author, once
):
    def taken_over() -> None:
        taken_in(author, SHOWN_BY, **RESTARTS_THE_CLOCK)
        Truce.objects.filter(pk=truce.pk).update(claimed_until=None)
        taken.append(assessment._claim(truce.pk))

    taken: list[Any] = []
    assessed_as_from_nothing(truce)
    taken_in(author)
    once("walk", taken_over)
    assert assessment.assess_truce(truce.pk)
    row = Truce.objects.get(pk=truce.pk)
    assert (row.claimed_until, row.walk_from) == (taken[0].until, SHOWN_BY)
    Truce.objects.filter(pk=truce.pk).update(claimed_until=None)
    assessed_as_from_nothing(truce)


def test_it_leaves_the_rest_to_who_has_taken_over(truce, author, once, monkeypatch):
    monkeypatch.setattr(assessment, "INCIDENTS_AT_ONCE", 1)
    until = clock.now() + assessment.LEASE
    taken_in(author)
    taken_in(author, **RESTARTS_THE_CLOCK)
    once("_weigh", lambda: Truce.objects.filter(pk=truce.pk).update(claimed_until=until))
    assert assessment.assess_truce(truce.pk)
    assert DueIncident.objects.count() == 1
    assert Truce.objects.get(pk=truce.pk).claimed_until == until
