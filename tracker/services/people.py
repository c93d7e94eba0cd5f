"""People: their roles, and the links by which they sign in once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from tracker.models import Membership, Organisation, Person, Role, SignInLink, Truce
from tracker.services import clock
from tracker.services.authors import Author
from tracker.services.refusals import Refused
from tracker.services.writing import writing

LINK_LASTS = timedelta(hours=24)
DEMONSTRATION = "demonstration.invalid"
OWN_ORGANISATION = "tracker"


def add_person(
    email: str, name: str, organisation: Organisation, author: Author, *, staff: bool = False
) -> Person:
    """Add somebody who signs in by a link or sets a password later; the one that is here, if there is."""
    found = Person.objects.filter(email__iexact=email).first()
    if found:
        return found
    with writing(author, reassesses=False) as w:
        person = Person.objects.create_user(
            email, name=name, organisation=organisation, is_staff=staff, is_superuser=staff
        )
        w.audit("person.added", person.reference)
    return person


def give_role(
    person: Person, role: Role, organisation: Organisation, author: Author, truce: Truce | None = None
) -> Membership:
    """Give a person a role for an organisation in one truce, or (None) in every truce."""
    with writing(author, reassesses=False) as w:
        held = Membership.objects.filter(person=person, organisation=organisation, truce=truce).first()
        before = held.role if held else None
        membership, _made = Membership.objects.update_or_create(
            person=person, organisation=organisation, truce=truce, defaults={"role": role}
        )
        where = truce.slug if truce else None
        w.audit("role.given", person.reference, before=before, after={"role": str(role), "truce": where})
    return membership


def take_role(membership: Membership, author: Author) -> None:
    """Take a role from a person; what they did under it stays."""
    with writing(author, reassesses=False) as w:
        w.audit("role.taken", membership.person.reference, before={"role": membership.role})
        membership.delete()


def sign_in_link(person: Person) -> str:
    """The path of a new link that signs a person in once, within 24 hours. Only its digest is stored."""
    if not person.is_active:
        raise Refused("person", "not_active")
    token = secrets.token_urlsafe(32)
    with writing(Author.of_worker("sign-in"), reassesses=False) as w:
        SignInLink.objects.create(person=person, digest=_digest(token), expires=clock.now() + LINK_LASTS)
        w.audit("sign_in_link.made", person.reference)
    return f"/account/link/{token}/"


def sign_in(token: str) -> Person | None:
    """The person whom a link signs in; None for one that is unknown, used or expired, or not active.

    The link is claimed by a conditional update, so that of two uses at once one succeeds.
    """
    now = clock.now()
    with transaction.atomic():
        unused = SignInLink.objects.filter(digest=_digest(token), used__isnull=True, expires__gt=now)
        if not unused.filter(person__is_active=True).update(used=now):
            return None
        link = SignInLink.objects.select_related("person").get(digest=_digest(token))
        with writing(Author.of_person(link.person), reassesses=False) as w:
            w.audit("person.signed_in", link.person.reference)
    return link.person


def own_organisation() -> Organisation:
    """The tracker's own assessors."""
    organisation, _made = Organisation.objects.get_or_create(
        slug=OWN_ORGANISATION,
        defaults={
            "name": {
                "en": "Tracker's own assessors",
                "fr": "Évaluateurs de l'outil de suivi",
                "ar": "مقيّمو أداة التتبّع",
                "ru": "Собственные эксперты системы",
            }
        },
    )
    return organisation


def demonstration_people(author: Author) -> list[tuple[Role, Person]]:
    """One made-up person per role, for trying the service out on one's own machine.

    Refused where the service answers to anything but loopback. Doing it again changes nothing.
    """
    if not settings.LOOPBACK_ONLY:
        raise Refused("", "loopback_only")
    organisation = own_organisation()
    people = []
    for role in Role:
        person = add_person(
            f"{role}@{DEMONSTRATION}",
            f"Demonstration {role.value}",
            organisation,
            author,
            staff=role == Role.ADMINISTRATOR,
        )
        if not person.memberships.filter(truce=None, organisation=organisation, role=role).exists():
            give_role(person, role, organisation, author)
        people.append((role, person))
    return people


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
