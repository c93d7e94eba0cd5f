"""Keys: what one may do, for which sources, until when; hashed, and noted when it was last used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.models import ApiKey, Person, Role, Scope
from tracker.services import clock, keys
from tracker.services.authors import Author
from tracker.services.refusals import Refused

WORKER = Author.of_worker("test")


@pytest.fixture
def made(cast):
    """A key that may send for the monitor, and its secret."""
    return keys.create_key("a program", [Scope.REPORTS_WRITE], [cast.sources["river-monitor"]])


def test_only_a_hash_of_the_secret_is_kept(made):
    key, secret = made
    stored = " ".join(str(value) for value in ApiKey.objects.filter(pk=key.pk).values_list().get())
    assert secret not in stored
    assert secret[:12] in stored
    assert len(secret) == len("cft_") + 40


def test_a_key_sends_for_its_sources_alone(made, cast, api):
    _key, secret = made
    assert api.post("/api/v1/reports", report_of(), key=secret).status_code == 201
    other = report_of(2, source="gazette")
    assert_problem(api.post("/api/v1/reports", other, key=secret), 403, "/source")


def test_a_scope_that_it_lacks_is_refused(cast, api):
    _key, secret = keys.create_key("a reader", [Scope.VIOLATIONS_READ], [cast.sources["river-monitor"]])
    assert_problem(api.post("/api/v1/reports", report_of(), key=secret), 403)
    assert_problem(api.get("/api/v1/feed", {"view": "full"}, key=secret), 403)
    assert api.get("/api/v1/violations", key=secret).status_code == 200


@pytest.mark.parametrize("end", ["revoked", "expired", "owner"])
def test_a_key_that_has_ended_is_401_everywhere(made, cast, api, end):
    key, secret = made
    assert api.get("/api/v1/truces", key=secret).status_code == 200
    if end == "revoked":
        keys.revoke(key, WORKER)
    elif end == "expired":
        ApiKey.objects.filter(pk=key.pk).update(expires=clock.now())
    else:
        person = Person.objects.create_user("gone@example.org", is_active=False)
        ApiKey.objects.filter(pk=key.pk).update(owner=person)
    for response in (
        api.get("/api/v1/truces", key=secret),
        api.post("/api/v1/reports", report_of(), key=secret),
    ):
        assert_problem(response, 401)


def test_the_use_is_noted_at_most_once_a_minute(made, cast, api, settings, django_assert_num_queries):
    key, secret = made
    api.get("/api/v1/truces", key=secret)
    first = ApiKey.objects.get(pk=key.pk).last_used
    assert first is not None
    with django_assert_num_queries(1):
        keys.authenticate(secret)
    settings.CLOCK_OFFSET = 61
    api.get("/api/v1/truces", key=secret)
    assert ApiKey.objects.get(pk=key.pk).last_used >= first + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["no:such"]}, "scopes"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"expires": clock.now() - timedelta(hours=1)}, "expires"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(cast, values, field):
    with pytest.raises(Refused) as refused:
        keys.create_key(**{"name": "a program", "scopes": [Scope.VIOLATIONS_READ], **values})
    assert refused.value.field == field
    assert not ApiKey.objects.filter(name="a program").exists()


def test_the_database_itself_knows_the_scopes(made):
    key, _secret = made
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).update(scopes=["no:such"])
    ApiKey.objects.filter(pk=key.pk).update(scopes=[Scope.WEBHOOKS_MANAGE])


def test_who_is_no_coordinator_gives_nothing(cast):
    person = Person.objects.create_user("reporter@example.org")
    assert keys.scopes_given_by(person) == []
    assert not person.may_anywhere(Role.COORDINATOR)
