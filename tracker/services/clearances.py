"""What a report may name: for a key that is not cleared, what it may not see is as if it were not there.

No key is the house itself, whose people, imports and scenarios may name all that there is.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tracker.feed import shown
from tracker.models import (
    ApiKey,
    Convoy,
    Incident,
    IncidentLink,
    IncidentMerge,
    Publication,
    Report,
    Scope,
    Source,
    Term,
    Truce,
    View,
    Visibility,
)
from tracker.services import references


def is_cleared(key: ApiKey | None) -> bool:
    """Whether whoever sends a report may know of everything."""
    return key is None or Scope.RESTRICTED_READ in key.scopes


def find_report(name: str, key: ApiKey | None) -> Report | None:
    """As ``references.find_report``, among what may be seen; of a label the latest of those."""
    return references.find_report(name) if is_cleared(key) else references.find_report(name, _reports(key))


def find_incident(name: str, key: ApiKey | None) -> Incident | None:
    """As ``references.find_incident``, where a report that may be seen is about it.

    A reference from before a merge resolves where the merge may be known of.
    """
    if is_cleared(key):
        return references.find_incident(name)
    if not references.INCIDENT.fullmatch(name):
        report = find_report(name, key)
        return references.incident_of(report) if report else None
    asked = Incident.objects.filter(reference=name).first()
    found = references.resolved(asked, _merges(key)) if asked else None
    return found if found and _is_seen(found, key) else None


def knows(what: str, name: str, key: ApiKey | None) -> bool:
    """As ``references.exists`` of what is neither a report nor an incident, among what may be known of."""
    if is_cleared(key):
        return references.exists(what, name)
    is_public = Q(truce__visibility=Visibility.PUBLIC)
    if what == "source":
        named = Q(protected=False, visibility=Visibility.PUBLIC) | Q(pk__in=_tied(key))
        return Source.objects.filter(named, slug=name).exists()
    if what == "truce":
        return Truce.objects.filter(slug=name, visibility=Visibility.PUBLIC).exists()
    if what == "term":
        return Term.objects.filter(is_public, ref=name).exists()
    if what == "convoy":
        return Convoy.objects.filter(is_public, slug=name).exists()
    return references.exists(what, name)


def truces(found: Iterable[Truce], key: ApiKey | None) -> list[Truce]:
    """Those of some truces that may be known of."""
    return [truce for truce in found if is_cleared(key) or shown.shows_truce(truce, View.PUBLIC)]


def find_convoy(name: str, of: Truce | None, key: ApiKey | None) -> Convoy:
    """As ``references.convoy``, among what may be known of."""
    if is_cleared(key):
        return references.convoy(name, of)
    return references.convoy(name, of, among=Convoy.objects.filter(truce__visibility=Visibility.PUBLIC))


def _reports(key: ApiKey | None) -> QuerySet[Report]:
    """The reports that are public or of a source that the key may write for."""
    newest = Publication.objects.filter(report=OuterRef("pk")).order_by("-id").values("public")[:1]
    seen = Q(is_public=True) | Q(source__in=_tied(key))
    return Report.objects.alias(is_public=Subquery(newest)).filter(seen)


def _merges(key: ApiKey | None) -> QuerySet[IncidentMerge]:
    own = shown.moved_by_merge().filter(report__source__in=_tied(key))
    return IncidentMerge.objects.filter(Q(pk__in=shown.merges(View.PUBLIC)) | Exists(own))


def _is_seen(incident: Incident, key: ApiKey | None) -> bool:
    newer = IncidentLink.objects.filter(report=OuterRef("report"), pk__gt=OuterRef("pk"))
    about = IncidentLink.objects.filter(~Exists(newer), incident=incident, report__in=_reports(key))
    return about.exists()


def _tied(key: ApiKey | None) -> QuerySet[Source]:
    return Source.objects.filter(keys=key) if key else Source.objects.none()
