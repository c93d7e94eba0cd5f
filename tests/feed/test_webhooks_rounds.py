"""Webhooks in rounds: how many messages are under way at once, and what a round says of its receiver."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence

import pytest

from tests.feed.hooks import WORKER, at_rest, hook, later, say
from tests.feed.receiver import receiver
from tracker.feed import webhooks_delivery, webhooks_sending
from tracker.feed.webhooks_delivery import RESTS_AFTER
from tracker.feed.webhooks_sending import AT_ONCE, Outcome, Senders
from tracker.models import WebhookMessage
from tracker.services import webhooks

pytestmark = pytest.mark.usefixtures("to_this_machine")
FIRST_ROUNDS = 1 + 2 + 4
"""How many messages are sent before a round is as wide as it may be."""


@pytest.fixture
def widths(monkeypatch) -> list[int]:
    """How many messages each round held, in order."""
    found: list[int] = []
    send = Senders.send

    def noted(self: Senders, url: str, requests: Sequence[tuple[bytes, Mapping[str, str]]]) -> list[Outcome]:
        found.append(len(requests))
        return send(self, url, requests)

    monkeypatch.setattr(Senders, "send", noted)
    return found


def test_a_receiver_that_takes_its_time_has_several_messages_at_once_and_never_more(cast, key):
    together = threading.Barrier(AT_ONCE)
    lock = threading.Lock()
    under_way: list[int] = [0]

    def answer(number: int) -> int:
        with lock:
            under_way.append(under_way[-1] + 1)
        try:
            if number >= FIRST_ROUNDS:
                together.wait(10)
            return 204
        finally:
            with lock:
                under_way.append(under_way[-1] - 1)

    with receiver(answer) as there:
        found = hook(key, there)
        say(FIRST_ROUNDS + 3 * AT_ONCE)
        found.deliver()
        assert sorted(there.positions()) == list(range(1, FIRST_ROUNDS + 3 * AT_ONCE + 1))
        assert max(under_way) == AT_ONCE
        assert len({sent.connection for sent in there.sent}) == AT_ONCE
        assert all(sent.verified(found.secret) for sent in there.sent)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("webhook")]


def test_rounds_double_while_something_gets_through_and_begin_wide_where_the_last_one_did(cast, key, widths):
    with receiver() as there:
        found = hook(key, there)
        say(FIRST_ROUNDS + AT_ONCE)
        found.deliver()
        assert widths == [1, 2, 4, AT_ONCE]
        say(AT_ONCE + 1)
        found.deliver()
        assert widths[4:] == [AT_ONCE, 1]


def test_a_receiver_that_fails_by_chance_a_third_of_the_time_does_not_rest(cast, key, settings):
    chance = random.Random(3)
    with receiver(lambda _number: chance.choice((204, 204, 500, 200, 204, None))) as there:
        found = hook(key, there)
        say(600)
        assert not found.deliver()
        assert found.now.position == 600
        assert found.now.rests_until is None
        assert found.now.failures == 0
        assert len(there.sent) == 600, "what failed is tried again later"
        owed = WebhookMessage.objects.count()
        assert 150 < owed < 250
        later(settings, 7)
        found.deliver()
        assert len(there.sent) == 600 + owed
        assert found.now.rests_until is None


def test_a_receiver_that_dies_in_the_middle_is_left_alone_after_a_few_rounds(cast, key, widths):
    with receiver(lambda number: 204 if number < FIRST_ROUNDS else 500) as there:
        found = hook(key, there)
        say(100)
        found.deliver()
        assert widths == [1, 2, 4, AT_ONCE, 1, 1]
        assert at_rest(found) > 3
        assert found.now.failures == RESTS_AFTER
        assert found.now.failing_since is not None
        assert found.now.position == len(there.sent)


def test_a_receiver_that_says_it_has_too_much_to_do_is_sent_half_as_much(cast, key, widths):
    with receiver(lambda number: 429 if number == FIRST_ROUNDS else 204) as there:
        found = hook(key, there)
        say(60)
        found.deliver()
        assert widths[:6] == [1, 2, 4, AT_ONCE, AT_ONCE // 2, AT_ONCE]
        assert found.now.rests_until is None
        assert len(there.accepted) == 59


def test_a_receiver_that_does_not_answer_all_of_a_round_in_time_is_sent_one_at_a_time(
    cast, key, widths, monkeypatch
):
    monkeypatch.setattr(webhooks_sending, "PATIENCE_SECONDS", 0.5)
    release = threading.Event()

    def answer(number: int) -> int:
        if number == FIRST_ROUNDS:
            release.wait(10)
        return 204

    with receiver(answer) as there:
        found = hook(key, there)
        say(30)
        found.deliver()
        release.set()
        assert widths == [1, 2, 4, AT_ONCE, *[1] * (30 - FIRST_ROUNDS - AT_ONCE)]
        assert found.problems().count("timed_out") == 1


def test_a_receiver_that_serves_one_connection_until_it_is_closed_gets_all_of_it(
    cast, key, settings, monkeypatch
):
    monkeypatch.setattr(webhooks_sending, "PATIENCE_SECONDS", 0.5)
    with receiver(one_connection_at_a_time=True) as there:
        found = hook(key, there)
        say(30)
        found.deliver()
        assert found.now.rests_until is None
        assert set(there.positions()) == set(range(1, 31)), "what it let wait it takes when it comes to it"
        say(30)
        for _turn in range(3 * AT_ONCE):
            found.deliver()
            assert found.now.rests_until is None
            later(settings, 100_000)
            if not WebhookMessage.objects.exists():
                break
        assert set(there.positions()) == set(range(1, 61))
        assert not WebhookMessage.objects.exists()


def test_retry_after_is_respected_also_where_others_of_its_round_got_through(cast, key, settings, widths):
    asked = (429, {"Retry-After": "600"})
    with receiver(lambda number: asked if number == FIRST_ROUNDS else 204) as there:
        found = hook(key, there)
        say(60)
        found.deliver()
        assert widths == [1, 2, 4, AT_ONCE]
        assert 500 < at_rest(found) <= 720
        later(settings, at_rest(found) + 1)
        found.deliver()
        assert widths[4:7] == [1, 2, 4], "gently, after a rest"
        assert sorted(there.positions()) == list(range(1, 61))


def test_what_is_owed_holds_up_nothing_new(cast, key):
    with receiver() as there:
        there.answer = lambda number: 500 if int(there.sent[number].id.rpartition("_")[2]) % 2 else 204
        found = hook(key, there)
        say(400)
        found.deliver()
        assert WebhookMessage.objects.count() == 200
        there.answer = lambda _number: 204
        say(10)
        found.deliver()
        assert sorted(there.positions()[200:]) == list(range(401, 411))


def test_where_very_much_is_owed_the_log_waits_until_some_of_it_got_through(cast, key, settings, monkeypatch):
    monkeypatch.setattr(webhooks_delivery, "MOST_OWED", 20)
    monkeypatch.setattr(webhooks_delivery, "TAKEN_AT_ONCE", 10)
    with receiver() as there:
        there.answer = lambda number: 422 if int(there.sent[number].id.rpartition("_")[2]) % 2 else 204
        found = hook(key, there)
        say(100)
        found.deliver()
        assert found.now.position == 40
        assert WebhookMessage.objects.count() == 20
        there.answer = lambda _number: 204
        later(settings, 7)
        while found.deliver() or found.now.position < 100:
            pass
        assert sorted(there.positions()) == list(range(1, 101))


def test_a_message_that_is_asked_for_before_its_turn_is_sent_once(cast, key, settings):
    with receiver(lambda _number: 422) as there:
        found = hook(key, there)
        say(2)
        webhooks.replay_message(found.now, WORKER, f"{found.now.reference}_2")
        found.deliver()
        assert [sent.id.rpartition("_")[2] for sent in there.sent] == ["2", "1"]
        assert WebhookMessage.objects.count() == 2
        there.answer = lambda _number: 204
        later(settings, 7)
        found.deliver()
        assert sorted(there.positions()) == [1, 2]
        assert not WebhookMessage.objects.exists()


def test_what_failed_is_kept_by_as_many_queries_however_much_it_is(cast, key, django_assert_max_num_queries):
    with receiver() as there:
        there.answer = lambda number: 500 if number % 2 else 204
        found = hook(key, there)
        say(200)
        with django_assert_max_num_queries(40):
            found.deliver()
        assert WebhookMessage.objects.count() == 100
