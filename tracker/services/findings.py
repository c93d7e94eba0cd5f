"""Findings: what the change log says of rulings, in each view that shows them and their incident."""

from __future__ import annotations

from tracker.feed import projection, shown
from tracker.models import EntryType, Incident, Ruling, View, Visibility
from tracker.services.writing import Writing


def say(w: Writing, ruling: Ruling) -> None:
    """Draft a finding, and the one that it supersedes, in each view that may see them."""
    for view in View:
        if _shows_incident(ruling, view):
            fresh = _told(ruling.pk)
            if fresh.supersedes is not None and hasattr(fresh.supersedes, "review"):
                _draft(w, EntryType.FINDING_SUPERSEDED, fresh.supersedes, view)
            _draft(w, EntryType.FINDING_ISSUED, fresh, view)


def say_all(w: Writing, incident: Incident) -> None:
    """Draft every finding about an incident that has just become public."""
    for ruling in incident.rulings.filter(review__isnull=False).order_by("id"):
        if _shows_incident(ruling, View.PUBLIC):
            _draft(w, EntryType.FINDING_ISSUED, _told(ruling.pk), View.PUBLIC)


def redact_all(w: Writing, incident: Incident) -> None:
    """Draft that what was found of an incident is no longer told: the public sees nothing of it any more."""
    for reference in told_of(incident):
        w.say(EntryType.ENTRY_REDACTED, reference, truce=None, payload=None, views=(View.PUBLIC,))


def told_of(incident: Incident) -> list[str]:
    """The references of the findings about an incident that the public may have been told of."""
    found = incident.rulings.filter(review__isnull=False, visibility=Visibility.PUBLIC)
    return list(found.values_list("reference", flat=True))


def _draft(w: Writing, what: EntryType, ruling: Ruling, view: View) -> None:
    if shown.shows_ruling(ruling, view):
        payload = projection.ruling(ruling, view)
        w.say(what, ruling.reference, truce=ruling.term.truce, payload=payload, views=(view,))


def _shows_incident(ruling: Ruling, view: View) -> bool:
    if view == View.FULL:
        return True
    return ruling.term.truce.visibility == Visibility.PUBLIC and bool(
        shown.reports_of(ruling.incident, View.PUBLIC)
    )


def _told(pk: int) -> Ruling:
    """A ruling as it is now, with its review, of which an object read before may not know."""
    related = ("review__change", "term__truce", "incident", "supersedes__review__change")
    return Ruling.objects.select_related(*related).get(pk=pk)
