"""People and keys: links that work once, secrets that are not stored, times of use."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from tracker.models import ApiKey, AuditEntry, Person, Role, SignInLink, Source
from tracker.services import clock, keys, people
from tracker.services.refusals import Refused


@pytest.fixture
def person(db, author):
    return people.add_person("analyst@example.org", "Analyst", people.own_organisation(), author)


def token_of(link):
    return link.removeprefix("/account/link/").removesuffix("/")


def test_a_link_signs_in_once(person):
    token = token_of(people.sign_in_link(person))
    assert people.sign_in(token) == person
    assert people.sign_in(token) is None
    assert AuditEntry.objects.filter(verb="person.signed_in", subject=person.reference).count() == 1


def test_only_the_digest_of_a_link_is_stored(person):
    token = token_of(people.sign_in_link(person))
    link = SignInLink.objects.get()
    assert len(link.digest) == 64
    assert token not in str(SignInLink.objects.values().get())


def test_a_link_expires_after_a_day(person, settings):
    token = token_of(people.sign_in_link(person))
    settings.CLOCK_OFFSET += int(timedelta(hours=24).total_seconds())
    assert people.sign_in(token) is None


def test_an_unknown_link_signs_nobody_in(person):
    assert people.sign_in("") is None
    assert people.sign_in("anything") is None


def test_somebody_whose_account_is_not_active_does_not_get_in(person):
    token = token_of(people.sign_in_link(person))
    Person.objects.update(is_active=False)
    person.refresh_from_db()
    assert people.sign_in(token) is None
    with pytest.raises(Refused):
        people.sign_in_link(person)


def test_a_role_in_every_truce_is_given_and_taken_with_an_audit_entry(person, author):
    membership = people.give_role(person, Role.REVIEWER, people.own_organisation(), author)
    assert Person.objects.get().may(Role.ANALYST)
    people.take_role(membership, author)
    assert not Person.objects.get().may(Role.VIEWER)
    assert list(AuditEntry.objects.filter(verb__startswith="role").values_list("verb", flat=True)) == [
        "role.given",
        "role.taken",
    ]


def test_there_is_one_demonstration_person_per_role_and_a_second_call_adds_none(db, author, settings):
    settings.LOOPBACK_ONLY = True
    first = people.demonstration_people(author)
    again = people.demonstration_people(author)
    assert [role for role, _ in first] == list(Role)
    assert [person.pk for _, person in first] == [person.pk for _, person in again]
    assert all(person.role_in(None) == role for role, person in again)


def test_demonstration_people_exist_only_where_the_service_is_on_loopback(db, author, settings):
    settings.LOOPBACK_ONLY = False
    with pytest.raises(Refused) as refused:
        people.demonstration_people(author)
    assert refused.value.code == "loopback_only"
    assert not Person.objects.exists()


def test_the_command_prints_one_link_per_role(db, settings, capsys):
    settings.LOOPBACK_ONLY = True
    call_command("sign_in_links", "--base", "http://localhost:8000/")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == Role.values
    assert all(line.split()[1].startswith("http://localhost:8000/account/link/") for line in lines)


def test_a_key_is_recognised_by_its_secret_which_is_not_stored(db, author):
    key, secret = keys.create_key("Partner", ["violations:read"], author=author)
    assert keys.authenticate(secret) == key
    assert keys.authenticate(secret + "x") is None
    assert keys.authenticate("") is None
    assert secret not in str(ApiKey.objects.values().get())


def test_a_key_that_expired_or_was_revoked_is_not_recognised(db, author, settings):
    _key, secret = keys.create_key("Brief", ["violations:read"], expires=clock.now() + timedelta(hours=1))
    assert keys.authenticate(secret)
    settings.CLOCK_OFFSET += 3_600
    assert keys.authenticate(secret) is None
    other, other_secret = keys.create_key("Revoked", ["violations:read"])
    keys.revoke(other, author)
    assert keys.authenticate(other_secret) is None


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(db, settings):
    _key, secret = keys.create_key("Partner", ["violations:read"])
    first = keys.authenticate(secret).last_used
    assert keys.authenticate(secret).last_used == first
    settings.CLOCK_OFFSET += 60
    assert keys.authenticate(secret).last_used > first


def test_a_key_writes_for_its_sources_alone_and_publishes_only_with_that_scope(truce):
    ocha, sana = (Source.objects.get(slug=slug) for slug in ("un-ocha", "sana"))
    key, _secret = keys.create_key("OCHA", ["reports:write"], [ocha])
    assert keys.may_write(key, ocha)
    assert not keys.may_write(key, sana)
    assert not keys.may_publish(key, ocha)
    trusted, _secret = keys.create_key("OCHA", ["reports:write", "reports:publish"], [ocha])
    assert keys.may_publish(trusted, ocha)


def test_an_unknown_scope_is_refused_with_those_that_there_are(db):
    with pytest.raises(Refused) as refused:
        keys.create_key("Partner", ["everything"])
    assert refused.value.field == "scopes"
    assert "violations:read" in refused.value.message


def test_the_command_prints_the_secret_alone_on_standard_output(truce, capsys):
    call_command("create_api_key", "OCHA", "--scope", "reports:write", "--source", "un-ocha")
    output = capsys.readouterr().out.strip()
    assert keys.authenticate(output).sources.get().slug == "un-ocha"
