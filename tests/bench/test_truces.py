"""The generated truces are the same every time, lifelike, and what the service itself would have written."""

from itertools import islice

import pytest

from bench import filling, truces
from tracker.compliance.weigh import weigh

SIZE = 300


def test_the_same_seed_gives_the_same_truce():
    assert list(truces.facts(SIZE)) == list(truces.facts(SIZE))


def test_another_seed_gives_another_truce():
    assert list(islice(truces.facts(SIZE), 5)) != list(islice(truces.facts(SIZE, seed=2), 5))


def test_a_chunk_is_the_same_whoever_generates_it():
    alone = truces.chunk(3, SIZE)
    assert alone == list(truces.chunks(SIZE))[3]


@pytest.mark.parametrize("size", [1, 50, 1_000, 100_000, 1_000_000])
def test_the_chunks_hold_every_incident_once(size):
    length = truces.size_of_chunk(size)
    count = truces.count_of_chunks(size)
    assert (count - 1) * length < size <= count * length
    assert length <= truces.LARGEST_CHUNK


def test_nothing_is_known_after_the_end_of_the_data_or_before_it_was_published():
    for incident in truces.facts(SIZE):
        for claim in incident.claims:
            assert claim.reported <= claim.known <= truces.UNTIL


def test_a_truce_holds_what_makes_the_rules_work():
    stories = list(filling.stories(SIZE, truces.UNTIL))
    tellings = [telling for story in stories for telling in story.tellings]
    assert {telling.claim.occurred.precision for telling in tellings if telling.claim.occurred} >= {
        "exact",
        "day",
        "week",
    }
    assert {telling.claim.stance_actor for telling in tellings} >= {
        "asserts",
        "denies",
        "admits",
        "cannot_say",
    }
    assert any(telling.retracts for telling in tellings)
    assert any(story.rulings for story in stories)
    charter = truces.charter(SIZE)
    standings = [row for story in stories for row in weigh(charter, story.facts(public=False))]
    assert {row.reading for row in standings if row.counts} == {"alleged", "corroborated", "ruled"}
    assert {row.coverage for row in standings} == {"covered", "not_settled", "outside"}


def test_the_public_view_sees_no_more_than_the_full_one():
    for story in filling.stories(SIZE, truces.UNTIL):
        public, full = story.facts(public=True), story.facts(public=False)
        assert {claim.report for claim in public.claims} <= {claim.report for claim in full.claims}
        if story.same_in_both_views:
            assert public == full
