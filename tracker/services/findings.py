"""Findings: what the change log says of rulings, in each view that shows them and their incident.

One that was taken down is told of no more, and brings back nothing that it superseded: like a correction.
"""

from __future__ import annotations

from tracker.feed import projection, shown
from tracker.models import EntryType, Incident, Ruling, View, Visibility
from tracker.services import purges
from tracker.services.writing import Writing


def say(w: Writing, ruling: Ruling) -> None:
    """Draft a finding, and the one that it supersedes, in each view that may see them."""
    for view in View:
        fresh = _told(ruling.pk)
        if shown.shows_ruling(fresh, view) and _shows_incident(ruling, view):
            if fresh.supersedes is not None and hasattr(fresh.supersedes, "review"):
                _draft(w, EntryType.FINDING_SUPERSEDED, fresh.supersedes, view)
            _draft(w, EntryType.FINDING_ISSUED, fresh, view)


def say_all(w: Writing, incident: Incident) -> None:
    """Draft every finding about an incident that has just become public."""
    for ruling in incident.rulings.filter(review__isnull=False).order_by("id"):
        if _shows_incident(ruling, View.PUBLIC):
            _draft(w, EntryType.FINDING_ISSUED, _told(ruling.pk), View.PUBLIC)


def take_back(w: Writing, ruling: Ruling) -> None:
    """Purge what the public was told of a finding, and of the allegation that it may have decided.

    The allegation is told of again once its incident is weighed.
    """
    truce = ruling.term.truce
    allegation = f"{ruling.incident.reference}/{ruling.term.reference}"
    purged = purges.purge([ruling.reference, allegation], [], [truce])
    if not purged and _shows_incident(ruling, View.PUBLIC):
        purged = [ruling.reference]
    for subject in purged:
        w.say(EntryType.ENTRY_REDACTED, subject, truce=None, payload=None, views=(View.PUBLIC,))


def told_of(incident: Incident) -> list[str]:
    """The references of the findings about an incident that the public may have been told of, and has not
    been told to forget."""
    found = incident.rulings.filter(review__isnull=False, visibility=Visibility.PUBLIC, takedown__isnull=True)
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
    return Ruling.objects.select_related(*projection.RULING).get(pk=pk)
