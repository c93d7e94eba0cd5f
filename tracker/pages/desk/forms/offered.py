"""What a person may choose from in the form of a report: truces, sources, actors, convoys and terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tracker.models import Actor, Convoy, Incident, Person, Role, Source, SourceKind, Term, Truce
from tracker.services.formats import name_of

from ..permission import reports_shown_to, truces_of
from .report import ANY_TRUCE

Choices = list[tuple[str, Any]]


@dataclass
class Offered:
    """What one person is offered. Nothing that is not offered can be named in what the form sends."""

    person: Person

    @cached_property
    def truces(self) -> dict[str, Truce]:
        return {truce.slug: truce for truce in truces_of(self.person, Role.REPORTER)}

    @cached_property
    def sources(self) -> dict[str, Source]:
        found = Source.objects.order_by("slug")
        if not self.person.may_anywhere(Role.ANALYST):
            # Staff write for their own field sources; who else is protected is for the cleared alone.
            found = found.exclude(
                protected=True, kind__in=set(SourceKind.values) - {SourceKind.OWN_FIELD_STAFF}
            )
        return {source.slug: source for source in found}

    @cached_property
    def actors(self) -> dict[str, Actor]:
        return {actor.slug: actor for actor in Actor.objects.order_by("slug")}

    @cached_property
    def convoys(self) -> list[Convoy]:
        return list(
            Convoy.objects.filter(truce__in=self.truces.values()).select_related("truce").order_by("id")
        )

    @cached_property
    def terms(self) -> list[Term]:
        return list(Term.objects.filter(truce__in=self.truces.values()).select_related("truce"))

    @property
    def zones(self) -> dict[str, str]:
        return {slug: truce.zone for slug, truce in self.truces.items()}

    def truce_choices(self) -> Choices:
        """The truces, and for those who may report in all of them, every truce that a report may touch."""
        found = named(self.truces.values(), "title")
        return (
            [*found, (ANY_TRUCE, _("every truce that it may touch"))]
            if self.person.may(Role.REPORTER)
            else found
        )

    def zone_choices(self) -> Choices:
        return [(zone, zone) for zone in sorted({"UTC", *self.zones.values()})]

    def source_choices(self) -> Choices:
        return named(self.sources.values())

    def actor_choices(self) -> Choices:
        return named(self.actors.values())

    def convoy_choices(self) -> Choices:
        return self._by_truce((convoy.truce, convoy.slug, convoy.name) for convoy in self.convoys)

    def term_choices(self) -> Choices:
        return self._by_truce((term.truce, term.ref, term.title) for term in self.terms)

    def exists(self, what: str, slug: str, truce: str | None) -> bool:
        """Whether what a reference names is there for this person, in the truce that the report names."""
        if what in ("actor", "source", "truce"):
            return slug in getattr(self, f"{what}s")
        if what == "quoted":
            return self.exists("source", slug, truce) or self.exists("report", slug, truce)
        if what == "report":
            return reports_shown_to(self.person).filter(reference=slug).exists()
        if what == "incident":
            seen = {"links__report__report_truces__truce__in": self.truces.values()}
            return Incident.objects.filter(reference=slug, **seen).exists()
        named_so = {
            "convoy": [convoy.truce.slug for convoy in self.convoys if convoy.slug == slug],
            "term": [term.truce.slug for term in self.terms if term.ref == slug],
        }[what]
        return truce in named_so if truce else bool(named_so)

    def _by_truce(self, items: Iterable[tuple[Truce, str, Any]]) -> Choices:
        groups: dict[str, Choices] = {}
        for truce, slug, names in items:
            groups.setdefault(name_of(truce.title, truce.slug), []).append((slug, name_of(names, slug)))
        return list(groups.items()) if len(groups) > 1 else next(iter(groups.values()), [])


def named(rows: Iterable[Any], names: str = "name") -> Choices:
    """Slug and name of each row, in the order of the names in the reader's language."""
    found = [(row.slug, name_of(getattr(row, names), row.slug)) for row in rows]
    return sorted(found, key=lambda choice: choice[1].casefold())
