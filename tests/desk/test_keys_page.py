"""The page of API keys: who sees and gives what, the secret shown once, and revoking."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.desk.cast import Cast
from tracker.models import ApiKey, AuditEntry, Membership
from tracker.services import clock, keys
from tracker.services.authors import Author

PAGE = "/desk/keys/"


def everywhere(cast: Cast, role: str = "coordinator") -> None:
    Membership.objects.filter(person=cast.people[role]).update(truce=None)


def make(cast: Cast, role: str = "coordinator", **values: object):
    fields = {"name": "The observatory's program", "scopes": ["violations:read"], **values}
    return cast.client(role).post(PAGE, fields)


def test_a_key_is_made_its_secret_shown_once_and_it_works(cast: Cast) -> None:
    page = make(cast)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    secret = re.search(r"cft_[0-9a-f]{40}", page.text)
    assert secret
    key = keys.authenticate(secret[0])
    assert key is not None
    assert (key.owner, key.scopes) == (cast.people["coordinator"], ["violations:read"])
    again = cast.client("coordinator").get(PAGE).text
    assert secret[0] not in again
    assert key.prefix in again
    assert AuditEntry.objects.get(verb="key.created").actor == "The coordinator"


def test_who_coordinates_one_truce_gives_nothing_that_reaches_beyond_it(cast: Cast) -> None:
    for scope in ("reports:write", "reports:publish", "restricted:read"):
        refused = make(cast, scopes=["violations:read", scope], sources=["syrian-observatory"])
        assert refused.status_code == 422
        assert scope in refused.text
    assert not ApiKey.objects.exists()
    assert "reports:write" not in cast.client("coordinator").get(PAGE).text


def test_who_coordinates_every_truce_gives_all_of_it(cast: Cast) -> None:
    everywhere(cast)
    page = make(cast, scopes=["reports:write", "reports:publish"], sources=["syrian-observatory", "press"])
    assert page.status_code == 200
    assert sorted(one.slug for one in ApiKey.objects.get().sources.all()) == ["press", "syrian-observatory"]


def test_what_is_missing_is_said_and_nothing_typed_is_lost(cast: Cast) -> None:
    everywhere(cast)
    for values, said in (
        ({"name": ""}, "required"),
        ({"scopes": []}, "required"),
        ({"scopes": ["reports:write"]}, "Name the sources"),
        ({"scopes": ["no:such"]}, "You may not give"),
        ({"expires": "someday"}, "not a day"),
        ({"expires": "2020-01-01"}, "has passed"),
        ({"name": "x" * 201}, "at most 200"),
    ):
        page = make(cast, **values)
        assert page.status_code == 422, values
        assert said in page.text, values
    assert "The observatory&#x27;s program" in make(cast, scopes=[]).text
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_and_ends_at_once(cast: Cast) -> None:
    page = make(cast)
    secret = re.search(r"cft_[0-9a-f]{40}", page.text)[0]
    key = ApiKey.objects.get()
    answer = cast.client("coordinator").post(f"{PAGE}{key.reference}/revoke/", follow=True)
    assert "is revoked" in answer.text
    assert keys.authenticate(secret) is None
    assert "Revoke “" not in answer.text


def test_each_sees_their_own_keys_and_who_coordinates_every_truce_sees_all(cast: Cast) -> None:
    make(cast)
    key = ApiKey.objects.get()
    assert key.prefix not in cast.client("administrator").get(PAGE).text
    assert cast.client("administrator").post(f"{PAGE}{key.reference}/revoke/").status_code == 404
    everywhere(cast, "administrator")
    assert key.prefix in cast.client("administrator").get(PAGE).text


def test_when_a_key_was_last_used_is_shown(cast: Cast) -> None:
    page = make(cast)
    secret = re.search(r"cft_[0-9a-f]{40}", page.text)[0]
    assert "not used yet" in cast.client("coordinator").get(PAGE).text
    keys.authenticate(secret)
    used = ApiKey.objects.get().last_used
    assert "in use" in cast.client("coordinator").get(PAGE).text
    keys.authenticate(secret)
    assert ApiKey.objects.get().last_used == used, "noted once a minute, not at every request"
    ApiKey.objects.update(last_used=clock.now() - timedelta(minutes=2))
    keys.authenticate(secret)
    assert ApiKey.objects.get().last_used > used - timedelta(seconds=1)


def test_a_key_that_has_expired_is_told_as_such(cast: Cast) -> None:
    key, secret = keys.create_key(
        "ending",
        ["violations:read"],
        owner=cast.people["coordinator"],
        expires=clock.now() + timedelta(days=1),
        author=Author.of_worker("test"),
    )
    ApiKey.objects.filter(pk=key.pk).update(expires=clock.now())
    assert keys.authenticate(secret) is None
    assert "expired" in cast.client("coordinator").get(PAGE).text


@pytest.mark.parametrize("role", ["viewer", "reporter", "analyst", "reviewer"])
def test_the_page_is_for_coordinators(cast: Cast, role: str) -> None:
    assert cast.client(role).get(PAGE).status_code == 403
    assert make(cast, role).status_code == 403


def test_the_desk_leads_coordinators_there(cast: Cast) -> None:
    assert PAGE in cast.client("coordinator").get("/desk/").text
    assert PAGE not in cast.client("analyst").get("/desk/").text


def test_nothing_on_the_page_needs_inline_style_or_script(cast: Cast) -> None:
    page = make(cast).text
    assert "style=" not in page
    assert "<script" not in page
