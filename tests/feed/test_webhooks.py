"""Webhooks as a receiver has them: each entry of the log once it is committed, signed, thin."""

from __future__ import annotations

import json

import pytest

from tests.api.cast import Api, report_of
from tests.feed.hooks import Hook, hook, later, owner, say
from tests.feed.receiver import receiver
from tracker.feed import webhooks_delivery, webhooks_messages
from tracker.feed.webhooks_sending import AT_ONCE
from tracker.models import (
    EntryType,
    LogHead,
    LogPayload,
    Party,
    Scope,
    Truce,
    View,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
)
from tracker.services import clock, keys, webhooks
from tracker.services.authors import Author
from tracker.services.refusals import ManyRefused, Refused

WORKER = Author.of_worker("test")


pytestmark = pytest.mark.usefixtures("to_this_machine")


def test_each_entry_comes_once_and_verifies(cast, key):
    with receiver() as there:
        say(3)
        found = hook(key, there)
        say(25)
        found.deliver()
        assert sorted(there.positions()) == list(range(4, 29))
        assert all(sent.verified(found.secret) for sent in there.sent)
        assert not found.deliver()
        assert len(there.sent) == 25
        assert len({sent.connection for sent in there.sent}) <= AT_ONCE, "connections are kept"


def test_a_message_is_thin_and_says_where_its_entry_is(cast, key):
    with receiver() as there:
        found = hook(key, there)
        say(truce=cast.truce, subject="inc_0123456789", payload={"summary": "what must be recallable"})
        found.deliver()
        (sent,) = there.sent
        message = sent.verified(found.secret)
        known = message["timestamp"]
        assert message == {
            "type": "incident.opened",
            "timestamp": known,
            "data": {
                "position": 1,
                "type": "incident.opened",
                "truce": "river-truce",
                "subject": "inc_0123456789",
                "known": known,
                "url": "https://tracker.example/api/v1/feed?after=0&limit=1",
            },
        }
        assert b"recallable" not in sent.body
        assert sent.headers["webhook-id"] == f"{found.now.reference}_1"
        assert sent.headers["content-type"] == "application/json"
        assert "." not in sent.headers["webhook-id"]


def test_an_endpoint_begins_where_it_is_told_to(cast, key):
    with receiver() as there:
        say(5)
        hook(key, there, after=0).deliver()
        assert sorted(there.positions()) == [1, 2, 3, 4, 5]
        hook(key, there, after=3).deliver()
        assert sorted(there.positions()[5:]) == [4, 5]


def test_filters_hold_back_what_is_not_wanted_and_takedowns_come_all_the_same(cast, key):
    other = Truce.objects.get(pk=cast.truce.pk)
    other.pk, other.slug = None, "other-truce"
    other.save()
    with receiver() as there:
        found = hook(key, there, truce=cast.truce, types=["finding.issued"])
        say(2, truce=cast.truce)
        say(truce=cast.truce, what=EntryType.FINDING_ISSUED)
        say(truce=other, what=EntryType.FINDING_ISSUED)
        say(what=EntryType.FINDING_ISSUED)
        say(truce=cast.truce, what=EntryType.ENTRY_REDACTED)
        say(truce=other, what=EntryType.ENTRY_REDACTED)
        say(what=EntryType.ENTRY_REDACTED)
        found.deliver()
        assert sorted(there.positions()) == [3, 6, 8]
        assert found.now.position == 8
        assert Party.objects.filter(truce=other).count() == 0


def test_what_is_restricted_is_sent_to_the_cleared_alone(cast, key):
    cleared = owner(cast, Scope.RESTRICTED_READ)
    with receiver() as public, receiver() as full:
        ordinary = hook(key, public)
        special = hook(cleared, full, view=View.FULL)
        say(2, views=(View.FULL,), subject="rep_hidden0000")
        say(subject="rep_shown00000")
        ordinary.deliver()
        special.deliver()
        assert [json.loads(sent.body)["data"]["subject"] for sent in public.sent] == ["rep_shown00000"]
        assert public.positions() == [1], "what is withheld shows in no position either"
        assert len(full.sent) == 3
        assert json.loads(full.sent[0].body)["data"]["url"].endswith("&view=full")


def test_a_report_that_is_restricted_is_sent_to_nobody_who_is_not_cleared(cast, key):
    cleared = owner(cast, Scope.RESTRICTED_READ)
    with receiver() as public, receiver() as full:
        ordinary, special = hook(key, public), hook(cleared, full, view=View.FULL)
        sent = Api(cast.secrets).send(report_of(source="field"), key="field")
        assert sent.status_code == 201
        ordinary.deliver()
        special.deliver()
        assert public.sent == []
        assert "report.received" in [json.loads(one.body)["type"] for one in full.sent]


@pytest.mark.parametrize("end", ["revoked", "scope", "clearance", "owner"])
def test_a_key_that_has_ended_is_sent_nothing_more(cast, end):
    key = owner(cast, Scope.RESTRICTED_READ)
    with receiver() as there:
        found = hook(key, there, view=View.FULL)
        say()
        if end == "revoked":
            keys.revoke(key, WORKER)
        elif end == "owner":
            key.owner.is_active = False
            key.owner.save()
        else:
            lost = Scope.WEBHOOKS_MANAGE if end == "scope" else Scope.RESTRICTED_READ
            key.scopes = [scope for scope in key.scopes if scope != lost]
            key.save()
        found.deliver()
        assert there.sent == []
        assert found.now.because == "not_entitled"


def test_while_a_secret_is_rotated_both_verify_and_afterwards_the_new_one_alone(cast, key, settings):
    with receiver() as there:
        found = hook(key, there)
        fresh = webhooks.rotate(found.now, WORKER)
        say()
        found.deliver()
        assert len(there.sent[0].headers["webhook-signature"].split(" ")) == 2
        assert there.sent[0].verified(found.secret) == there.sent[0].verified(fresh)
        WebhookEndpoint.objects.update(previous_until=clock.now())
        say()
        found.deliver()
        assert len(there.sent[1].headers["webhook-signature"].split(" ")) == 1
        there.sent[1].verified(fresh)
        with pytest.raises(Exception, match="No matching signature"):
            there.sent[1].verified(found.secret)


def test_a_replay_sends_the_same_ids_again(cast, key):
    with receiver() as there:
        found = hook(key, there)
        say(4)
        found.deliver()
        webhooks.replay_after(found.now, WORKER, 2)
        found.deliver()
        webhooks.replay_message(found.now, WORKER, f"{found.now.reference}_1")
        found.deliver()
        assert sorted(there.positions()[:4]) == [1, 2, 3, 4]
        assert sorted(there.positions()[4:6]) == [3, 4]
        assert there.positions()[6:] == [1]
        assert there.sent[0].id == there.sent[-1].id


def test_a_replay_during_the_sending_is_not_lost(cast, key):
    with receiver() as there:
        found = hook(key, there)
        say(3)

        real = webhooks_delivery._keep

        def keep(endpoint: WebhookEndpoint, step: webhooks_delivery.Step) -> bool:
            WebhookEndpoint.objects.filter(pk=endpoint.pk, position=0).update(position=1)
            return real(endpoint, step)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(webhooks_delivery, "_keep", keep)
            found.deliver()
        assert found.now.position == 1
        found.deliver()
        assert sorted(there.positions()) == [1, 2, 2, 3, 3]


def test_after_a_takedown_neither_a_retry_nor_a_replay_says_more_than_the_feed(cast, key, settings):
    with receiver(lambda number: 500 if number == 0 else 204) as there:
        found = hook(key, there)
        say(subject="rep_0123456789", payload={"summary": "a name that was published in error"})
        found.deliver()
        LogPayload.objects.all().delete()
        say(what=EntryType.ENTRY_REDACTED, subject="rep_0123456789")
        later(settings, 10)
        found.deliver()
        webhooks.replay_after(found.now, WORKER, 0)
        found.deliver()
        assert len(there.sent) == 5
        assert not any(b"published in error" in sent.body for sent in there.sent)


def test_where_entries_were_dropped_meanwhile_nothing_is_skipped_in_silence(cast, key):
    with receiver() as there:
        found = hook(key, there)
        say(5)
        LogHead.objects.filter(view="public").update(kept_after=3)
        found.deliver()
        assert there.sent == []
        assert found.now.because == "behind"
        with pytest.raises(Refused):
            webhooks.replay_after(found.now, WORKER, 2)
        webhooks.replay_after(found.now, WORKER, 3)
        webhooks.enable(found.now, WORKER)
        found.deliver()
        assert sorted(there.positions()) == [4, 5]
        with pytest.raises(ManyRefused):
            hook(key, there, after=0)


def test_a_test_message_is_sent_once_and_moves_nothing(cast, key):
    with receiver(lambda _number: 500) as there:
        found = hook(key, there)
        identifier = webhooks.send_test(found.now)
        row = WebhookMessage.objects.get()
        for _worker in range(2):
            webhooks_delivery.send_test(row.pk)
        (sent,) = there.sent
        assert sent.id == identifier
        assert sent.verified(found.secret)["type"] == "webhook.test"
        assert WebhookDelivery.objects.get().problem == "status"
        assert (found.now.failures, found.now.position) == (0, 0)


def test_the_secret_is_nowhere_in_the_database(cast, key):
    with receiver() as there:
        found: Hook = hook(key, there)
    stored = [str(value) for value in WebhookEndpoint.objects.values_list().get()]
    assert not any(found.secret.removeprefix("whsec_") in value for value in stored)


def test_a_filter_that_wants_little_is_looked_through_in_steps_to_the_end(cast, key, monkeypatch):
    monkeypatch.setattr(webhooks_messages, "SCANNED_AT_ONCE", 10)
    with receiver() as there:
        found = hook(key, there, types=["finding.issued"])
        say(35)
        say(what=EntryType.FINDING_ISSUED)
        say(4)
        found.deliver()
        assert there.positions() == [36]
        assert found.now.position == 40
