"""Publication: when a report becomes public, and when it is withheld again.

Public is what its source published itself, or what consent to publish is recorded for. Reports of our own
field staff appear in batches, late, so that neither their moment nor their number tells who was where.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from tracker.feed import projection, shown
from tracker.models import (
    Consent,
    DuePublication,
    EntryType,
    Incident,
    IncidentLink,
    Publication,
    Report,
    ReportKind,
    ScreeningOutcome,
    Source,
    SourceKind,
    Truce,
    View,
    Visibility,
)
from tracker.services import clock, findings, insertion, purges, references, remembered, statements
from tracker.services.authors import Author
from tracker.services.locks import Held, hold
from tracker.services.refusals import Refused
from tracker.services.writing import Writing, writing

OWN_FIELD_DELAY = timedelta(hours=6)
BATCH = timedelta(hours=6)
DUE_AT_ONCE = 500


def needs_consent(source: Source) -> bool:
    """Whether nothing of a source may be public without recorded consent: own field staff, protected ones."""
    return source.protected or source.kind == SourceKind.OWN_FIELD_STAFF


def visibility_of(source: Source, wanted: str, consent: str | None) -> Visibility:
    """Who may see a report: what was asked for, but never more than a protected person's consent."""
    if not needs_consent(source) or consent == Consent.PUBLIC:
        return Visibility(wanted)
    if consent == Consent.PARTNERS and wanted != Visibility.RESTRICTED:
        return Visibility.PARTNERS
    return Visibility.RESTRICTED


def public_from(source: Source, known: datetime) -> datetime | None:
    """From when a report may be public: None for at once, else the first batch that is late enough (UTC)."""
    if source.kind != SourceKind.OWN_FIELD_STAFF:
        return None
    return _batch_from(known + OWN_FIELD_DELAY)


def _batch_from(moment: datetime) -> datetime:
    """When the first batch at a moment or after it is (UTC)."""
    start = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + -(-(moment - start) // BATCH) * BATCH


def may_be_public(report: Report) -> bool:
    """Whether a report can ever become public by itself.

    What our own people and protected sources tell of a convoy is published by a coordinator alone, once
    the convoy has arrived or is called off. What takes back a report is public where that was.
    """
    if report.visibility != Visibility.PUBLIC or lacks_consent(report):
        return False
    if report.kind == ReportKind.ACCESS and needs_consent(report.source):
        return False
    return not report.retracts or _was_shown(report.supersedes)


def _was_shown(report: Report | None) -> bool:
    """Whether the public was ever shown a report, or one that it corrects: what takes it back tells of it."""
    while report is not None:
        if report.publications.filter(public=True).exists():
            return True
        report = report.supersedes
    return False


def lacks_consent(report: Report) -> bool:
    """Whether nobody has consented to what may be public with recorded consent alone."""
    return needs_consent(report.source) and report.consent != Consent.PUBLIC


def publish_screened(w: Writing, report: Report, hidden: Collection[str] | None = None) -> None:
    """On screening in: make a report public, or due to become so, inside the writer's transaction.

    ``hidden``: as in ``projection.report``.
    """
    if not may_be_public(report):
        return
    if report.public_from is None:
        make_public(w, report, hidden=hidden)
    else:
        # Alone, at the moment of its screening, it would tell when somebody worked on it.
        due = max(report.public_from, _batch_from(w.change.known_given or w.change.made))
        DuePublication.objects.get_or_create(report=report, defaults={"due": due})


def publish(report: Report, reason: str, author: Author) -> None:
    """Make a screened report public by a coordinator's decision. Restricted ones are refused."""
    if not reason.strip():
        raise Refused("reason", "reason_missing")
    if report.visibility != Visibility.PUBLIC or lacks_consent(report):
        raise Refused("", "never_public")
    with writing(author) as w:
        hold(Held.REPORT, report.pk)
        references.hold_incident_of(report)
        if not is_screened_in(report):
            raise Refused("", "not_screened_in")
        if is_public(report):
            raise Refused("", "already_so")
        DuePublication.objects.filter(report=report).delete()
        make_public(w, report, reason)
        w.audit("report.published", report.reference)


def publish_due(now: datetime | None = None) -> int:
    """Publish the screened reports whose moment has come (``now``, UTC). Returns how many became public.

    Each in a transaction of its own: one that fails does not hold up the others.
    """
    due = DuePublication.objects.filter(due__lte=now or clock.now()).order_by("due", "id")
    published = 0
    for row in list(due.select_related("report__source", "report__change")[:DUE_AT_ONCE]):
        report = row.report
        given = row.due if report.change.historical else None
        with writing(Author.of_worker("publication"), known_given=given, known_basis="public from") as w:
            hold(Held.REPORT, report.pk)
            references.hold_incident_of(report)
            gone, _ = DuePublication.objects.filter(pk=row.pk).delete()
            may = may_be_public(report) and is_screened_in(report)
            if gone and may and not is_public(report):
                make_public(w, report)
                w.audit("report.published", report.reference)
                published += 1
    return published


def withhold(report: Report, reason: str, author: Author) -> None:
    """Take a report out of public view: it no longer counts there, and what went out of it is purged."""
    if not reason.strip():
        raise Refused("reason", "reason_missing")
    with writing(author) as w:
        hold(Held.REPORT, report.pk)
        references.hold_incident_of(report)
        if not is_public(report):
            raise Refused("", "already_so")
        unpublish(w, report, reason)
        w.audit("report.withheld", report.reference)


def make_public(w: Writing, report: Report, reason: str = "", hidden: Collection[str] | None = None) -> None:
    """Make a report public from this change on and say so, inside the writer's transaction.

    ``hidden``: as in ``projection.report``.
    """
    incident = references.incident_of(report)
    first = incident is not None and not _has_public_report(incident)
    row = insertion.new(Publication, report=report, change=w.change, public=True, reason=reason)
    w.keep(row)
    if not remembered.add(report, "publications", row):
        w.flush()
    truces = touch(w, report, incident)
    say_received(w, report, incident, first, truces, View.PUBLIC, hidden)
    if incident is not None and _is_public_by(incident, report, w):
        findings.say_all(w, incident)
    statements.announce_extensions(w, report, View.PUBLIC)
    for later in remembered.children(report, "superseded_by"):
        _publish_retraction(w, later)


def _publish_retraction(w: Writing, report: Report) -> None:
    """Make public what takes back a report that was not public when this was screened in, and is now."""
    if not report.retracts:
        return
    # Whoever screens or withholds it waits for its incident, which is held with what it takes back.
    if references.incident_of(report) is None:
        hold(Held.REPORT, report.pk)
    remembered.forget(report)
    w.flush()
    if not is_screened_in(report) or not may_be_public(report) or is_public(report):
        return
    if report.public_from is not None and report.public_from > w.change.made:
        publish_screened(w, report)
    else:
        DuePublication.objects.filter(report=report).delete()
        make_public(w, report)


def unpublish(w: Writing, report: Report, reason: str) -> None:
    """Withhold a public report from this change on, purge what was told of it and tell subscribers.

    The incident that other public reports are still about is told of again, without it; where there are
    none, what was found of it is purged as well.
    """
    incident = references.incident_of(report)
    Publication.objects.create(report=report, change=w.change, public=False, reason=reason)
    DuePublication.objects.filter(report=report).delete()
    former = _former_incidents(report, incident)
    for one in former:
        touch(w, report, one)
    truces = touch(w, report, incident)
    others = shown.reports_of(incident, View.PUBLIC) if incident else []
    under = [incident.reference] if incident else []
    # Of what it was about before, only what is alleged was made of its words.
    under += [f"{one.reference}/" for one in former]
    subjects = [report.reference, *report.extensions.values_list("reference", flat=True)]
    if incident is not None and not others:
        subjects += findings.told_of(incident)
    purged = purges.purge(subjects, under, truces_told_in([report]))
    for subject in purged or [report.reference]:
        w.say(EntryType.ENTRY_REDACTED, subject, truce=None, payload=None, views=(View.PUBLIC,))
    if incident is not None and others:
        truce = truces[0] if len(truces) == 1 else None
        payload = projection.incident_change(incident, others[-1], View.PUBLIC)
        w.say(
            EntryType.INCIDENT_UPDATED,
            incident.reference,
            truce=truce,
            payload=payload,
            views=(View.PUBLIC,),
        )


def _former_incidents(report: Report, incident: Incident | None) -> list[Incident]:
    """The incidents that a report was about before it was linked to another, or theirs was merged."""
    links = report.incident_links.exclude(incident=incident).select_related("incident")
    return list({link.incident_id: link.incident for link in links}.values())


def hold_all(reports: Collection[Report]) -> None:
    """Hold reports, what they are about and what they concern to the end of the transaction.

    All of it before the first is purged, and each kind in one order: whoever purges holds what others wait
    for.
    """
    found = sorted(reports, key=lambda report: report.pk)
    for report in found:
        hold(Held.REPORT, report.pk)
        # What was read of the report before it was held may be out of date.
        remembered.forget(report)
    # What an incident stands for changes no more while this is held.
    hold(Held.MERGES, 0)
    incidents = {references.resolved(one) for one in map(references.incident_of, found) if one is not None}
    for incident in sorted(incidents, key=lambda one: one.pk):
        references.held(incident)
    for truce in truces_told_in(found):
        hold(Held.TRUCE, truce.pk)


def truces_told_in(reports: Collection[Report]) -> list[Truce]:
    """The truces in which what some reports say may have been told, in one order: those that they concern,
    and every other that a report concerns which is, or was, about the same incident."""
    links = IncidentLink.objects.filter(report__in=reports)
    beside = IncidentLink.objects.filter(incident__in=links.values("incident"))
    told = {*beside.values_list("report", flat=True), *(report.pk for report in reports)}
    return list(Truce.objects.filter(report_truces__report__in=told).distinct().order_by("pk"))


def say_received(
    w: Writing,
    report: Report,
    incident: Incident | None,
    first: bool,
    truces: list[Truce],
    view: View,
    hidden: Collection[str] | None = None,
) -> projection.Json:
    """Draft what a report's arrival in a view says: the report, and its incident opened or updated.

    Returns what is said of the report. ``hidden``: as in ``projection.report``.
    """
    truce = truces[0] if len(truces) == 1 else None
    told = projection.report(report, view, hidden=hidden)
    w.say(EntryType.REPORT_RECEIVED, report.reference, truce=truce, payload=told, views=(view,))
    if incident is not None:
        w.say(
            EntryType.INCIDENT_OPENED if first else EntryType.INCIDENT_UPDATED,
            incident.reference,
            truce=truce,
            payload=projection.incident_change(incident, report, view),
            views=(view,),
        )
    return told


def touch(w: Writing, report: Report, incident: Incident | None) -> list[Truce]:
    """Have the truces that a report concerns assessed again, and all in which its incident is weighed.
    Returns those of the report's that are public."""
    links = remembered.children(report, "report_truces", "truce")
    truces = [link.truce for link in sorted(links, key=lambda link: link.truce_id)]
    if incident is None:
        for truce in truces:
            w.concerns(truce)
    else:
        w.touches_everywhere(incident, truces)
    return [truce for truce in truces if truce.visibility == Visibility.PUBLIC]


def is_screened_in(report: Report) -> bool:
    """Whether the newest screening of a report screens it in."""
    newest = report.screenings.order_by("-id").values_list("outcome", flat=True).first()
    return newest == ScreeningOutcome.SCREENED_IN


def is_public(report: Report) -> bool:
    """Whether the newest publication of a report makes it public."""
    return bool(report.publications.order_by("-id").values_list("public", flat=True).first())


def _has_public_report(incident: Incident) -> bool:
    links = remembered.children(incident, "links", "report")
    if all(link.change_id == incident.change_id for link in links):
        reports = [link.report for link in links]
        return any(row.public for report in reports for row in remembered.children(report, "publications"))
    return Publication.objects.filter(report__incident_links__incident=incident, public=True).exists()


def _is_public_by(incident: Incident, report: Report, w: Writing) -> bool:
    """Whether an incident of which something may have been found is public by one report alone."""
    if incident.change_id == w.change.pk or not incident.rulings.exists():
        return False
    w.flush()
    return shown.reports_of(incident, View.PUBLIC) == [report]
