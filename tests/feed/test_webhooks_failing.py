"""Webhooks whose receiver fails, is slow, or has gone: tried again and again, then disabled and told."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.core import mail

from tests.feed.hooks import at_rest, hook, later, owner, say
from tests.feed.receiver import receiver
from tracker.feed import webhooks_delivery, webhooks_sending
from tracker.models import WebhookDelivery, WebhookMessage
from tracker.services import clock, webhooks, webhooks_owner
from tracker.services.authors import Author

pytestmark = pytest.mark.usefixtures("to_this_machine")
WORKER = Author.of_worker("test")
THREE_DAYS = 3 * 24 * 3600


def test_a_receiver_that_fails_a_third_of_the_time_ends_with_exactly_every_message(cast, key, settings):
    with receiver(lambda number: (204, 500, 204, 204, None, 204)[number % 6]) as there:
        found = hook(key, there)
        say(60)
        for _turn in range(20):
            found.deliver()
            later(settings, 400)
        assert sorted(there.positions()) == list(range(1, 61))
        assert len(there.sent) > 80
        assert not WebhookMessage.objects.exists()
        assert found.now.position == 60
        for sent in there.accepted:
            assert sent.is_signed_with(found.secret)
            assert sent.id == f"{found.now.reference}_{json.loads(sent.body)['data']['position']}"


def test_the_attempts_of_one_message_have_one_id_and_each_its_own_moment(cast, key, settings):
    with receiver(lambda number: 503 if number < 2 else 200) as there:
        found = hook(key, there)
        say()
        for seconds in (0, 10, 80):
            later(settings, seconds)
            found.deliver()
        assert len({sent.id for sent in there.sent}) == 1
        assert len({sent.headers["webhook-timestamp"] for sent in there.sent}) == 3
        assert len({sent.body for sent in there.sent}) == 1
        assert found.problems() == ["status", "status", ""]
        log = list(WebhookDelivery.objects.order_by("id").values_list("attempt", "status"))
        assert log == [(1, 503), (2, 503), (3, 200)]


def test_pauses_grow_to_about_three_days_in_all_and_differ_by_chance(settings):
    pauses = settings.WEBHOOK_PAUSES
    assert pauses == sorted(pauses)
    assert 3 <= sum(pauses) / 86_400 <= 3.5
    for failures, seconds in enumerate(pauses, start=1):
        tried = {webhooks_delivery.pause(failures).total_seconds() for _time in range(20)}
        assert len(tried) > 1
        assert all(0.8 * seconds <= pause <= 1.2 * seconds for pause in tried)


def test_one_message_that_is_refused_holds_up_no_other(cast, key, settings):
    with receiver() as there:
        there.answer = lambda number: 422 if number < 4 and there.sent[number].id.endswith("_2") else 204
        found = hook(key, there)
        say(4)
        found.deliver()
        assert sorted(there.positions()) == [1, 3, 4]
        later(settings, 10)
        found.deliver()
        assert there.positions()[3:] == [2]


def test_a_receiver_that_is_away_is_tried_with_one_message_and_growing_pauses(cast, key, settings):
    with receiver(lambda _number: 500) as there:
        found = hook(key, there)
        say(50)
        found.deliver()
        assert len(there.sent) == webhooks_delivery.RESTS_AFTER
        rests = []
        for turn in range(4):
            rests.append(at_rest(found))
            found.deliver()
            assert len(there.sent) == webhooks_delivery.RESTS_AFTER + turn, "nothing is tried while it rests"
            later(settings, rests[-1] + 1)
            found.deliver()
        assert rests == sorted(rests)
        there.answer = lambda _number: 204
        later(settings, at_rest(found) + 1)
        while found.deliver() or WebhookMessage.objects.exists():
            later(settings, 3_600)
        assert sorted(there.positions()) == list(range(1, 51))
        assert found.now.failing_since is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_respected(cast, key, settings, status, form):
    moment = format_datetime(clock.now() + timedelta(seconds=600), usegmt=False)
    asked = "600" if form == "seconds" else moment
    with receiver(lambda number: (status, {"Retry-After": asked}) if number == 0 else 204) as there:
        found = hook(key, there)
        say(2)
        found.deliver()
        assert len(there.sent) == 1
        assert 500 < at_rest(found) <= 601
        later(settings, 590 if form == "seconds" else 560)
        found.deliver()
        assert len(there.sent) == 1
        later(settings, 60)
        found.deliver()
        assert sorted(there.positions()) == [1, 2]


@pytest.mark.parametrize(
    "asked", ["²".encode("latin-1"), b"Fri, 31 Dec 99999999999999 23:59:59 GMT", b"soon", b"", b"-5"]
)
def test_a_retry_after_that_says_nothing_is_passed_over(asked):
    assert webhooks_sending._retry_after([(b"Retry-After", asked)]) is None


def test_whatever_goes_wrong_while_sending_is_a_failed_attempt(cast, key, monkeypatch):
    def broken(_headers: object) -> int:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(webhooks_sending, "_retry_after", broken)
    with receiver() as there:
        found = hook(key, there)
        say()
        found.deliver()
    assert found.problems() == ["no_answer"]


@pytest.mark.parametrize("status", [502, 504])
def test_a_receiver_under_load_is_left_alone_for_a_while(cast, key, status):
    with receiver(lambda _number: status) as there:
        found = hook(key, there)
        say(5)
        found.deliver()
        assert len(there.sent) == 1
        assert at_rest(found) > 3


def test_410_ends_it_at_once_and_the_owner_is_told(cast, key, django_capture_on_commit_callbacks):
    with receiver(lambda _number: 410) as there:
        found = hook(key, there, name="the observatory's copy")
        say(3)
        with django_capture_on_commit_callbacks(execute=True):
            found.deliver()
        assert len(there.sent) == 1
        assert (found.now.state, found.now.because) == ("disabled", "gone")
        (message,) = mail.outbox
        assert message.to == [key.owner.email]
        assert "the observatory's copy" in message.subject
        assert "410" in message.body
        assert "/desk/webhooks/" in message.body
        webhooks_owner.tell_waiting()
        assert not webhooks_owner.tell_disabled(found.pk), "another worker, a moment later"
        assert len(mail.outbox) == 1, "told once"


def test_after_three_days_of_failing_it_is_disabled_and_the_owner_told_in_their_language(
    cast, to_this_machine, settings, django_capture_on_commit_callbacks
):
    key = owner(cast, language="fr")
    with receiver(lambda _number: 500) as there:
        found = hook(key, there)
        say()
        tries = 0
        while found.now.state == "active":
            assert tries < 40
            tries += 1
            with django_capture_on_commit_callbacks(execute=True):
                found.deliver()
            later(settings, at_rest(found) + 1 if found.now.state == "active" else 0)
            later(settings, 10)
        assert found.now.because == "failing"
        failed_for = found.now.disabled - found.now.failing_since
        assert timedelta(days=3) <= failed_for <= timedelta(days=4, hours=6)
        assert [message.to for message in mail.outbox] == [[key.owner.email]]
        sent = len(there.sent)
        assert 8 <= sent <= 20
        later(settings, THREE_DAYS)
        found.deliver()
        assert len(there.sent) == sent

        there.answer = lambda _number: 204
        webhooks.enable(found.now, WORKER)
        say(2)
        found.deliver()
        assert sorted(there.positions()) == [1, 2, 3], "nothing was lost meanwhile"


def test_two_attempts_with_three_days_of_standstill_between_do_not_disable_it(cast, key, settings):
    with receiver(lambda _number: 500) as there:
        found = hook(key, there)
        say()
        found.deliver()
        later(settings, THREE_DAYS + 1)
        found.deliver()
        assert found.now.state == "active"
        while found.now.failures < len(settings.WEBHOOK_PAUSES):
            assert found.now.state == "active"
            later(settings, at_rest(found) + 1)
            found.deliver()
        assert found.now.because == "failing"


def test_a_mail_that_cannot_be_sent_is_sent_later(cast, key, monkeypatch):
    with receiver(lambda _number: 410) as there:
        found = hook(key, there)
        say()
        found.deliver()

    def away(*_arguments: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(webhooks_owner, "send_mail", away)
        webhooks_owner.tell_waiting()
    assert mail.outbox == []
    webhooks_owner.tell_waiting()
    assert len(mail.outbox) == 1


def test_a_message_that_is_never_taken_is_given_up_told_and_can_be_asked_for_again(
    cast, key, settings, django_capture_on_commit_callbacks
):
    settings.WEBHOOK_PAUSES = [10, 10]
    refused = "_1"
    with receiver() as there:
        there.answer = lambda number: 422 if there.sent[number].id.endswith(refused) else 204
        found = hook(key, there)
        say()
        for _turn in range(5):
            with django_capture_on_commit_callbacks(execute=True):
                found.deliver()
            say()
            later(settings, 13)
        assert [sent.id[-2:] for sent in there.sent].count("_1") == 3
        assert found.now.state == "active"
        assert f"{found.now.reference}_1" in mail.outbox[0].body
        refused = "none"
        webhooks.replay_message(found.now, WORKER, f"{found.now.reference}_1")
        found.deliver()
        assert sorted(there.positions()) == [1, 2, 3, 4, 5, 6]
        assert not WebhookMessage.objects.exists()


def test_a_new_address_is_tried_at_once_with_all_that_the_old_one_owes(
    cast, key, settings, monkeypatch, django_capture_on_commit_callbacks
):
    with receiver(lambda _number: 500) as old, receiver() as new:
        found = hook(key, old)
        say(3)
        found.deliver()
        later(settings, at_rest(found) + 1)
        found.deliver()
        assert at_rest(found) > 0
        called = []
        monkeypatch.setattr(webhooks, "_call", lambda _task, pk: called.append(pk))
        with django_capture_on_commit_callbacks(execute=True):
            webhooks.change(found.now, WORKER, {"url": new.url})
        assert called == [found.pk]
        now = found.now
        assert (now.failures, now.failing_since, now.rests_until) == (0, None, None)
        found.deliver()
        assert sorted(new.positions()) == [1, 2, 3]
        assert not WebhookMessage.objects.exists()


def another_address(found, there):
    webhooks.change(found.now, WORKER, {"url": there.url + "/elsewhere"})


def an_end_and_a_new_beginning(found, _there):
    webhooks.disable(found.now, WORKER)
    webhooks.enable(found.now, WORKER)


@pytest.mark.parametrize("change", [another_address, an_end_and_a_new_beginning])
@pytest.mark.parametrize("status", [410, 500, 204])
def test_what_is_answered_after_a_change_is_not_taken_for_the_endpoint_as_it_is_now(
    cast, key, monkeypatch, change, status
):
    with receiver(lambda _number: status) as there:
        found = hook(key, there)
        say()
        attempt = webhooks_delivery._round

        def changed_meanwhile(*asked):
            attempts = attempt(*asked)
            monkeypatch.setattr(webhooks_delivery, "_round", attempt)
            change(found, there)
            return attempts

        monkeypatch.setattr(webhooks_delivery, "_round", changed_meanwhile)
        monkeypatch.setattr(webhooks_delivery, "RESTS_AFTER", 1)
        found.deliver()
        now = found.now
        assert (now.state, now.failures, now.rests_until) == ("active", 0, None)
        assert (now.position, now.last_delivered) == (0, None)
        assert not WebhookMessage.objects.exists()
        assert len(found.problems()) == 1, "that it was made stays in the log"


@pytest.mark.parametrize("status", [422, 204])
def test_a_message_that_is_asked_for_again_during_its_last_attempt_is_sent_again(
    cast, key, settings, monkeypatch, status
):
    settings.WEBHOOK_PAUSES = [10]
    with receiver() as there:
        there.answer = lambda number: 422 if there.sent[number].id.endswith("_1") else 204
        found = hook(key, there)
        say(2)
        found.deliver()
        there.answer = lambda _number: status
        later(settings, 13)
        attempt = webhooks_delivery._round

        def asked_meanwhile(*asked):
            attempts = attempt(*asked)
            monkeypatch.setattr(webhooks_delivery, "_round", attempt)
            there.answer = lambda _number: 204
            webhooks.replay_message(found.now, WORKER, f"{found.now.reference}_1")
            return attempts

        monkeypatch.setattr(webhooks_delivery, "_round", asked_meanwhile)
        monkeypatch.setattr(webhooks_delivery, "RESTS_AFTER", 100)
        monkeypatch.setattr(webhooks_delivery, "_may_go_on", lambda _pk: False)
        found.deliver()
        row = WebhookMessage.objects.get()
        assert (row.attempts, row.given_up) == (0, None)
        found.deliver()
        assert [sent.id[-2:] for sent in there.sent].count("_1") == 3
        assert not WebhookMessage.objects.exists()


def test_a_slow_receiver_has_an_end_even_if_it_answers_byte_by_byte(cast, key, monkeypatch):
    monkeypatch.setattr(webhooks_sending, "PATIENCE_SECONDS", 0.3)

    def slowly(_number: int) -> int:
        time.sleep(1)
        return 204

    with receiver(slowly) as there:
        found = hook(key, there)
        say()
        found.deliver()
        assert found.problems() == ["timed_out"]


def test_an_answer_that_never_ends_is_cut_off(cast, key):
    huge = {"Content-Length": str(10**12)}
    with receiver(lambda _number: (200, huge)) as there:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(webhooks_sending, "PATIENCE_SECONDS", 0.5)
            found = hook(key, there)
            say()
            found.deliver()
        assert found.problems() == [""], "the status has come: it is delivered"


def test_a_disabled_endpoint_is_sent_nothing_until_it_is_enabled(cast, key):
    with receiver() as there:
        found = hook(key, there)
        webhooks.disable(found.now, WORKER)
        say(2)
        found.deliver()
        assert there.sent == []
        webhooks.enable(found.now, WORKER)
        found.deliver()
        assert sorted(there.positions()) == [1, 2]


def test_the_log_of_deliveries_is_bounded(cast, key, settings, monkeypatch):
    monkeypatch.setattr(webhooks, "KEPT_OF_AN_ENDPOINT", 5)
    with receiver() as there:
        found = hook(key, there)
        say(8)
        found.deliver()
        assert webhooks.prune() == 3
        kept = WebhookDelivery.objects.order_by("id").values_list("position", flat=True)
        assert list(kept) == [4, 5, 6, 7, 8]
        later(settings, 31 * 24 * 3600)
        assert webhooks.prune() == 5
