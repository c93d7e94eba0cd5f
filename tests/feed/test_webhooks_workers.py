"""Webhooks by real processes: the log to a receiver, whatever fails, and with several workers at once."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter

import httpx
import pytest
from django.db import connections

from ceasefire import processes
from tests.api.cast import report_of
from tests.feed.hooks import hook, owner, say
from tests.feed.receiver import receiver
from tracker.feed import webhooks_delivery, webhooks_due
from tracker.models import Scope, WebhookEndpoint, WebhookMessage
from tracker.services import webhooks
from tracker.services.authors import Author

pytestmark = [pytest.mark.slow]
PATIENCE = 60


@pytest.fixture
def committed(transactional_db, settings):
    """The cast, committed: what another connection or process sees."""
    from ipaddress import ip_network

    from tests.api.cast import make_cast

    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_ADDRESSES = (ip_network("127.0.0.0/8"),)
    return make_cast()


def test_a_report_reaches_the_receiver_soon_and_a_receiver_that_fails_a_third_gets_all_of_it(
    committed, new_service
):
    committed.add_key("hooks", [Scope.WEBHOOKS_MANAGE])
    service = new_service(
        WEBHOOK_ALLOW_HTTP="1", WEBHOOK_ALLOWED_ADDRESSES="127.0.0.0/8", WEBHOOK_PAUSES="1,1,1,1,1,1,1,1"
    )
    service.start_web()
    service.start_outgoing()
    chance = random.Random(7)
    with (
        receiver(lambda _number: chance.choice((200, 204, 200, 204, 500, None))) as flaky,
        receiver() as steady,
        httpx.Client(base_url=service.url, timeout=20) as http,
    ):
        made = {}
        for there in (flaky, steady):
            answer = http.post(
                "/api/v1/webhooks", json={"url": there.url, "after": 0}, headers=bearer(committed)
            )
            made[there.url] = answer.raise_for_status().json()

        def send(number: int) -> None:
            headers = bearer(committed, "monitor")
            http.post("/api/v1/reports", json=report_of(number), headers=headers).raise_for_status()

        send(0)
        started = time.monotonic()
        processes.wait_for(lambda: len(steady.accepted) >= 2, 10, "the first report has arrived")
        assert time.monotonic() - started < 5
        for number in range(1, 30):
            send(number)
        last = http.get("/api/v1/feed", params={"limit": 1}).json()["last"]
        everything = set(range(1, last + 1))
        for there in (flaky, steady):
            processes.wait_for(
                lambda there=there: set(there.positions()) == everything, PATIENCE, "all is there"
            )
        assert Counter(steady.positions()) == Counter(everything), "where nothing fails nothing comes twice"
        assert len(flaky.sent) > len(everything)
        for there in (flaky, steady):
            assert all(sent.verified(made[there.url]["secret"]) for sent in there.accepted)
        tried = http.post(
            f"/api/v1/webhooks/{made[steady.url]['ref']}/test", headers=bearer(committed)
        ).raise_for_status()
        message = tried.json()["message"]
        processes.wait_for(lambda: steady.sent[-1].id == message, 10, "the test has arrived")


def test_the_end_of_a_rest_is_met_without_waiting_for_a_sweep(committed, new_service):
    service = new_service(
        WEBHOOK_ALLOW_HTTP="1", WEBHOOK_ALLOWED_ADDRESSES="127.0.0.0/8", WEBHOOK_PAUSES="1,1,1,1"
    )
    service.start_outgoing()
    with receiver(lambda number: 503 if number == 0 else 204) as there:
        hook(owner(committed), there)
        say()
        processes.wait_for(lambda: there.sent, 15, "the message is tried")
        soon = webhooks_due.LOOKS_ANYWAY_SECONDS / 2
        processes.wait_for(lambda: there.accepted, soon, "it is tried again when the rest ends")


def test_while_one_worker_sends_the_others_send_nothing(committed):
    others_done = threading.Event()

    def answer(number: int) -> int:
        if number == 0:
            assert others_done.wait(PATIENCE)
        return 204

    with receiver(answer) as there:
        found = hook(owner(committed), there)
        say(60)
        first = threading.Thread(target=with_connection, args=(found.deliver,))
        first.start()
        try:
            processes.wait_for(lambda: there.sent, 10, "the first worker sends")
            assert [found.deliver() for _worker in range(3)] == [False] * 3
            assert len(there.sent) == 1
        finally:
            others_done.set()
            first.join(PATIENCE)
        assert sorted(there.positions()) == list(range(1, 61))


def test_many_workers_at_once_send_each_message_once(committed):
    with receiver() as there:
        found = hook(owner(committed), there)
        say(60)
        at_once([found.deliver] * 4)
        assert sorted(there.positions()) == list(range(1, 61))


def test_a_worker_that_dies_before_it_kept_what_it_sent_makes_nothing_lost(committed, monkeypatch):
    with receiver() as there:
        found = hook(owner(committed), there)
        say(5)
        with monkeypatch.context() as patch:
            patch.setattr(webhooks_delivery, "_keep", died)
            with pytest.raises(SystemError):
                found.deliver()
        found.deliver()
        assert sorted(there.positions()) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        assert len({sent.id for sent in there.sent}) == 5, "what comes twice is told by its id"


def test_a_worker_whose_lease_was_taken_over_keeps_nothing_of_what_it_sent(committed):
    first = threading.Event()
    second_done = threading.Event()

    def answer(number: int) -> int:
        if number == 0:
            first.set()
            assert second_done.wait(PATIENCE)
        return 204

    with receiver(answer) as there:
        found = hook(owner(committed), there)
        say(3)
        stalled = threading.Thread(target=with_connection, args=(found.deliver,))
        stalled.start()
        assert first.wait(PATIENCE)
        WebhookEndpoint.objects.update(lease=None, leased_until=None)
        found.deliver()
        webhooks.replay_after(found.now, Author.of_worker("test"), 1)
        second_done.set()
        stalled.join(PATIENCE)
        assert found.now.position == 1, "the stalled worker did not overwrite the replay"
        found.deliver()
        assert found.now.position == 3
        assert set(there.positions()) == {1, 2, 3}


def test_a_slow_receiver_holds_up_no_other(committed):
    release = threading.Event()

    def slowly(_number: int) -> int:
        release.wait(PATIENCE)
        return 204

    with receiver(slowly) as slow, receiver() as quick:
        key = owner(committed)
        held, free = hook(key, slow), hook(key, quick)
        say(10)
        sending = threading.Thread(target=with_connection, args=(held.deliver,))
        sending.start()
        try:
            processes.wait_for(lambda: slow.sent, 10, "the slow receiver is busy")
            free.deliver()
            assert sorted(quick.positions()) == list(range(1, 11))
        finally:
            release.set()
            sending.join(PATIENCE)


def test_an_endpoint_that_is_removed_while_it_is_sent_to_is_gone(committed):
    with receiver() as there:
        found = hook(owner(committed), there)
        say(2)
        there.answer = lambda _number: removed(found.pk)
        assert found.deliver() is False
        assert not WebhookEndpoint.objects.exists()
        assert not WebhookMessage.objects.exists()


def bearer(cast, key="hooks"):
    return {"Authorization": f"Bearer {cast.secrets[key]}"}


def died(*_arguments: object) -> bool:
    raise SystemError


def removed(pk: int) -> int:
    WebhookEndpoint.objects.filter(pk=pk).delete()
    connections.close_all()
    return 204


def with_connection(work) -> None:
    try:
        work()
    finally:
        connections.close_all()


def at_once(work) -> None:
    threads = [threading.Thread(target=with_connection, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
