"""The same reports in any order, in one go or one by one, come to the same status and history."""

from __future__ import annotations

import random

import pytest

from .week import SHIPPED, SLUG, get, moment

MOMENTS = ("12 Sep 16:00Z", "14 Sep 20:00Z", "16 Sep 20:00Z", "17 Sep 20:00Z")


def said() -> tuple[list, list]:
    """The history and the statuses of the truce, without the references, which are random."""
    history = [
        (one["known"], one["term"], one["reading"], one["state"], one["since"], one["message"])
        for one in get(f"truces/{SLUG}/status/history")["results"]
    ]
    statuses = [
        [
            (term["ref"], name, verdict["state"], verdict["since"], verdict["text"])
            for term in get(f"truces/{SLUG}/status", as_of=moment(text), known_at=moment(text))["terms"]
            for name, verdict in term["readings"].items()
        ]
        for text in MOMENTS
    ]
    return sorted(history, key=str), statuses


@pytest.fixture(scope="module")
def in_order(load) -> tuple[list, list]:
    """What the replay in order comes to."""
    load(SHIPPED)
    return said()


@pytest.fixture
def shuffled(transactional_db):
    """Loads the reports in an order by chance, assessing after each or not; gives the truce, at rest."""
    from tracker.intake.scenario import read_scenario_file
    from tracker.services import assessment, charters, clock, positions, reports
    from tracker.services.authors import Author

    def load(seed: int, one_by_one: bool):
        document = read_scenario_file(SHIPPED, now=clock.now()).document
        author = Author.of_worker("a shuffled load")
        truce = charters.load_charter(document, author)
        items = list(document.reports)
        random.Random(seed).shuffle(items)
        labels: dict = {}
        for item in items:
            reports.receive(item, author, known_given=item.known, known_basis="set for replay", labels=labels)
            if one_by_one:
                assessment.assess_truce(truce.pk)
        positions.place()
        assessment.assess_truce(truce.pk)
        truce.refresh_from_db()
        return truce

    return load


def comes_to(truce, expected: tuple[list, list]) -> None:
    from tracker.services.recompute import differences

    assert said() == expected
    assert differences(truce) == []


@pytest.mark.parametrize(("seed", "one_by_one"), [(1, True), (2, False), (3, True)])
def test_a_shuffled_load_comes_to_the_same(in_order, shuffled, seed, one_by_one):
    comes_to(shuffled(seed, one_by_one), in_order)


@pytest.mark.parametrize(("seed", "one_by_one"), [(4, False), (5, True)])
def test_walked_a_few_moments_a_transaction_it_comes_to_the_same(
    in_order, shuffled, seed, one_by_one, monkeypatch
):
    from tracker.services import assessment

    pieces = []
    write_history = assessment._write_history

    def counted(*given):
        pieces.append(write_history(*given))
        return pieces[-1]

    monkeypatch.setattr(assessment, "MOMENTS_AT_ONCE", 2)
    monkeypatch.setattr(assessment, "_write_history", counted)
    comes_to(shuffled(seed, one_by_one), in_order)
    assert pieces.count(True) > 3, "it was walked in pieces"
