"""Protection: what the public was told of a source is brought to what it may be told now.

Nothing of our own field staff or of a protected source is public without recorded consent, and no source that
is withheld is named. A source may become so at any time, or be so no longer, and what followers of the change
log hold of it must follow.
"""

from __future__ import annotations

from functools import partial, reduce
from operator import or_

import orjson
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

from tracker.feed import projection, shown
from tracker.models import (
    Claim,
    Consent,
    EntryType,
    LogEntry,
    LogPayload,
    Publication,
    Report,
    ReportKind,
    Source,
    SourceKind,
    Transition,
    Truce,
    View,
    Visibility,
)
from tracker.services import publication, purges, queue
from tracker.services.authors import Author
from tracker.services.sentences import SAYS
from tracker.services.writing import Writing, writing

_OURS = Q(protected=True) | Q(kind=SourceKind.OWN_FIELD_STAFF)
_WITHHELD = Q(protected=True) | ~Q(visibility=Visibility.PUBLIC)
"""As ``harm.is_ours`` and ``shown.withheld_source`` say of one."""

AT_ONCE = 20
"""Reports in one transaction: it holds each of them, and that of the positions, for which all wait."""

REASON = "Nothing of its source is public without recorded consent."


def shows_otherwise(before: Source, after: Source) -> bool:
    """Whether another thing may be told of a source in public than before."""
    return any(rule(after) != rule(before) for rule in (shown.withheld_source, publication.needs_consent))


def tell_anew(source: Source, author: Author) -> None:
    """Have the public told of a source what it may be told now, and nothing else.

    Its public reports that lack consent are withheld. Whatever else may name it is purged and told again: its
    other reports, those that it is said to have passed on or that quote it, what is alleged of their
    incidents, and what verdicts rested on. What was withheld stays so: a person publishes it.

    All of it is one transaction, but for reports beyond the first ``AT_ONCE``, with which the workers go on.
    """
    with writing(author) as w:
        _tell_verdicts_again(w, source)
        _tell_reports_anew(w, source, 0)


def go_on(source_id: int, after: int) -> None:
    """Do for the next ``AT_ONCE`` reports, after one (row id), what ``tell_anew`` did for the first."""
    with writing(Author.of_worker("protection")) as w:
        _tell_reports_anew(w, Source.objects.get(pk=source_id), after)


def enforce() -> int:
    """Tell anew of each source of which the public is told more than it may be, whatever became of it at the
    time: a report that was being taken in while its source, or one that it names, was withheld.

    Returns of how many sources.
    """
    own = _public().filter(source=OuterRef("pk"))
    without_consent = Exists(own.filter(~Q(consent=Consent.PUBLIC)))
    named = Exists(own.filter(Exists(_told_of_by_name())))
    named_by_others = Q(slug__in=_told_of_as_named_by_others())
    concerned = _OURS & without_consent | _WITHHELD & named | named_by_others
    sources = list(Source.objects.filter(concerned).order_by("id"))
    for source in sources:
        tell_anew(source, Author.of_worker("protection"))
    return len(sources)


def _told_of_by_name() -> QuerySet[LogEntry]:
    """What the public was told of a report with the name of its source."""
    slug = OuterRef(OuterRef("source__slug"))
    payload = LogPayload.objects.filter(
        view=View.PUBLIC,
        position=OuterRef("position"),
        payload__contains=Concat(Value('"source":"'), slug, Value('"'), output_field=TextField()),
    )
    entry = LogEntry.objects.filter(view=View.PUBLIC, subject=OuterRef("reference"))
    return entry.filter(Exists(payload), type=EntryType.REPORT_RECEIVED)


def _told_of_as_named_by_others() -> set[str]:
    """The withheld sources (slugs) that the public was told some report has something from."""
    withheld = set(Source.objects.filter(_WITHHELD).values_list("slug", flat=True))
    naming = _public().filter(_has_it_from(sorted(withheld))).values("reference")
    told = LogEntry.objects.filter(view=View.PUBLIC, type=EntryType.REPORT_RECEIVED, subject__in=naming)
    payloads = LogPayload.objects.filter(view=View.PUBLIC, position__in=told.values("position"))
    named: set[str] = set()
    for payload in payloads.values_list("payload", flat=True).iterator():
        named |= withheld & projection.names_in_report(orjson.loads(payload))
    return named


def _public() -> QuerySet[Report]:
    newest = Publication.objects.filter(report=OuterRef("pk")).order_by("-id").values("public")[:1]
    return Report.objects.alias(public_now=Subquery(newest)).filter(public_now=True)


def _naming(source: Source) -> QuerySet[Report]:
    """The public reports by a source, and those that name it as whom they have it from."""
    by_or_from = Q(source=source) | _has_it_from([source.slug])
    return _public().filter(by_or_from).select_related("source").order_by("id")


def _has_it_from(slugs: list[str]) -> Q:
    """The condition on reports that they say they have it from one of some sources."""
    # The kind is asked first: to look into a document takes the database far longer.
    quoting = (
        Q(kind=kind) & Q(**{f"body__{kind}__quotes__has_any_keys": slugs})
        for kind in (ReportKind.ACCESS, ReportKind.STATEMENT)
    )
    claims = Claim.objects.filter(quotes__overlap=slugs)
    return reduce(or_, quoting, Q(relayed_by__overlap=slugs) | Q(pk__in=claims.values("report")))


def _tell_reports_anew(w: Writing, source: Source, after: int) -> None:
    found = list(_naming(source).filter(pk__gt=after)[:AT_ONCE])
    publication.hold_all(found)
    for report in found:
        if publication.lacks_consent(report):
            publication.unpublish(w, report, REASON)
            w.audit("report.withheld", report.reference)
        else:
            _tell_again(w, report)
    if len(found) == AT_ONCE:
        rest = partial(queue.call, "tracker.tasks.tell_of_source_anew", source.pk, found[-1].pk)
        transaction.on_commit(rest, robust=True)


def _tell_again(w: Writing, report: Report) -> None:
    """A public report as it may be told now, and what is alleged of the incidents that it was ever about."""
    links = report.incident_links.select_related("incident")
    incidents = list({link.incident_id: link.incident for link in links}.values())
    truces = publication.touch(w, report, None)
    for incident in incidents:
        publication.touch(w, report, incident)
    under = [f"{incident.reference}/" for incident in incidents]
    purges.purge([report.reference], under, publication.truces_told_in([report]))
    w.say(
        EntryType.REPORT_RECEIVED,
        report.reference,
        truce=truces[0] if len(truces) == 1 else None,
        payload=projection.report(report, View.PUBLIC),
        views=(View.PUBLIC,),
    )


def _tell_verdicts_again(w: Writing, source: Source) -> None:
    """What the board came to say by the word of a source, as it may be told now."""
    truces = list(Truce.objects.filter(report_truces__report__source=source).distinct().order_by("pk"))
    said = Transition.objects.annotate(told=Cast("values", TextField())).filter(
        truce__in=truces, view=View.PUBLIC, told__contains=f'"{SAYS}": "{source.slug}"'
    )
    rows = {row.reference: row for row in said.select_related("truce", "term", "supersedes").order_by("id")}
    for subject in purges.purge(list(rows), (), truces) if rows else ():
        row = rows[subject]
        stands = row.superseded is None
        what = EntryType.TERM_CHANGED if row.term else EntryType.TRUCE_CHANGED
        w.say(
            what if stands else EntryType.ENTRY_REDACTED,
            subject,
            truce=row.truce if stands else None,
            payload=projection.transition(row) if stands else None,
            views=(View.PUBLIC,),
        )
