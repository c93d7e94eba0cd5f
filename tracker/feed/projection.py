"""The one projection: from rows to the JSON that goes out, for everybody (public) or the cleared (full).

Everything that leaves the service passes through here. What a view may not see is absent or null in it: a
protected source is never named in public, nor is a report that is not public itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from tracker.feed import harm, shown
from tracker.models import (
    AccessReport,
    Claim,
    Convoy,
    Declaration,
    Extension,
    Incident,
    Report,
    Ruling,
    Source,
    Statement,
    Tally,
    Transition,
    View,
)
from tracker.models.access import FIGURES
from tracker.services.remembered import children
from tracker.services.sentences import MEASURED_BY, SAYS, without

Json = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """A moment as it is sent: UTC, with Z."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def reports(rows: Iterable[Report], view: View, *, now: datetime | None = None) -> list[Json]:
    """Several reports, read by ``shown.with_all_that_shows``, in a fixed number of queries."""
    found = list(rows)
    named = {name for row in found for name in (*row.relayed_by, *_quoted(row))}
    hidden = shown.hidden_names(named) if view == View.PUBLIC else frozenset()
    return [report(row, view, now=now, hidden=hidden) for row in found]


def report(
    row: Report, view: View, *, now: datetime | None = None, hidden: Collection[str] | None = None
) -> Json:
    """A report in the shape in which it is posted, with its reference, incident and standing.

    now (UTC): for what shows more exactly after a time; None: as exact as it shows first. hidden: what
    ``shown.hidden_names`` says of the names in it; None: it is asked.
    """
    public = view == View.PUBLIC
    ours = public and harm.is_ours(row)
    named = not (public and shown.withheld_source(row.source))
    superseding = next(iter(children(row, "superseded_by")), None)
    body = row.body
    shape: Json = {
        "ref": row.reference,
        "source": row.source.slug if named else None,
        "external_id": body.get("external_id") if named else None,
        "revision": shown.revision_in(row, view),
        "kind": row.kind,
        "truce": row.truce.slug if row.truce and shown.shows_truce(row.truce, view) else None,
        "truces": [truce.slug for truce in shown.truces_of(row, view)],
        "incident": _incident_reference(row),
        "published": moment(_hour(row.published) if ours else row.published),
        "received": None if ours else moment(row.received),
        "known": moment(shown.known_in(row, view)),
        "supersedes": shown.reference_in(row.supersedes, view),
        "superseded_by": shown.reference_in(superseding, view),
        "retracts": row.retracts,
        "language": row.language or None,
        "url": row.url or None,
        "archive": row.archive or None,
        "said_by": body.get("said_by") if named else None,
        "summary": row.summary or None,
        "quotation": row.quotation or None,
        "relayed_by": shown.names_in(row.relayed_by, view, hidden),
        "visibility": row.visibility,
        "consent": None if public else row.consent,
    }
    if not public:
        shape.update(_standing(row))
    part, render = PARTS[row.kind]
    shape[part] = render(row, view, now, hidden)
    return shape


def _standing(row: Report) -> Json:
    """How far a report has come: what the cleared, and its sender, see of that."""
    newest = max(children(row, "screenings"), key=lambda one: one.pk, default=None)
    return {
        "screening": newest.outcome if newest else "received",
        "public": bool(shown.publication_of(row)),
    }


def receipt(row: Report, told: Json | None = None) -> Json:
    """What the sender of a report reads, before anybody else may: the report as it was sent.

    What others said of it since, and truces that are not public, are not the sender's to see. told: the
    report in the full view as it was when it arrived, in the same transaction; None: it is rendered here.
    """
    return {
        **(told or report(row, View.FULL)),
        **_standing(row),
        "superseded_by": None,
        "truces": [truce.slug for truce in shown.truces_of(row, View.PUBLIC)],
    }


def _claim(row: Report, view: View, now: datetime | None, hidden: Collection[str] | None) -> Json:
    claim: Claim = row.claim
    ours = view == View.PUBLIC and harm.is_ours(row)
    start, end = claim.occurred_from, claim.occurred_to
    if ours and start and end:
        start, end = harm.hour_before(start), harm.hour_after(end)
    rows = children(claim, "casualties")
    figures = [
        {"group": one.group or None, "effect": one.effect, "min": one.minimum, "max": one.maximum}
        for one in (harm.figures_listed(rows) if ours else rows)
    ]
    return {
        "occurred": _span(start, end, claim.occurred_precision),
        "place": place(claim, view, now),
        "act": claim.act or None,
        "weapon": claim.weapon or None,
        "by": claim.by.slug if claim.by else None,
        "against": claim.against.slug if claim.against else None,
        "harmed": claim.harmed or None,
        "stance": {"event": claim.stance_event or None, "actor": claim.stance_actor or None},
        "accepts_breach": claim.accepts_breach,
        "intent": claim.intent,
        "justification": claim.justification or None,
        "credibility": claim.credibility,
        "quotes": shown.names_in(claim.quotes, view, hidden),
        "original": claim.original or None,
        "means_of_observation": None if ours else claim.means_of_observation or None,
        "counting_unit": claim.counting_unit or None,
        "casualties": figures,
    }


def place(claim: Claim, view: View, now: datetime | None = None) -> Json | None:
    """A claim's place as a view sees it: coarsened in public where harm could come of more."""
    if not (claim.place_name or claim.place_pcode or claim.place_country or claim.place_lat is not None):
        return None
    shape = {
        "name": claim.place_name or None,
        "pcode": claim.place_pcode or None,
        "country": claim.place_country or None,
        "lat": claim.place_lat,
        "lon": claim.place_lon,
        "precision": claim.place_precision,
    }
    if view == View.PUBLIC and harm.hides_place(claim, now):
        return harm.coarse_place(shape)
    return shape


def _access(row: Report, view: View, now: datetime | None, hidden: Collection[str] | None) -> Json:
    access: AccessReport = row.access
    body = row.body.get("access", {})
    ours = view == View.PUBLIC and harm.is_ours(row)
    return {
        "convoy": access.convoy.slug,
        "occurred": None if ours else _span(access.occurred_from, access.occurred_to, _precision(body)),
        **{name: getattr(access, name) for name in FIGURES},
        "place": None if ours else body.get("place"),
        "permit": body.get("permit"),
        "passage": body.get("passage"),
        "obstacle": body.get("obstacle"),
        "withheld_by": access.withheld_by.slug if access.withheld_by else None,
        "refused_by": access.refused_by.slug if access.refused_by else None,
        "unit": body.get("unit"),
        "credibility": access.credibility,
        "quotes": shown.names_in(body.get("quotes", ()), view, hidden),
        "original": body.get("original"),
    }


def _tally(row: Report, view: View, now: datetime | None, hidden: Collection[str] | None) -> Json:
    tally: Tally = row.tally
    body = row.body.get("tally", {})
    ours = view == View.PUBLIC and harm.is_ours(row)
    start, end = harm.whole_hours(tally.start, tally.until) if ours else (tally.start, tally.until)
    return {
        "from": moment(start),
        "to": moment(end),
        "counts": [
            {"what": one.what, "n": one.number, "spans": one.spans}
            for one in sorted(children(tally, "counts"), key=lambda one: one.pk)
        ],
        "place": None if ours else body.get("place"),
        "credibility": body.get("credibility"),
    }


def _statement(row: Report, view: View, now: datetime | None, hidden: Collection[str] | None) -> Json:
    statement: Statement = row.statement
    body = row.body.get("statement", {})
    shape = {
        "about": statement.about,
        "term": statement.term.ref if statement.term else None,
        **{
            name: body.get(name)
            for name in ("extension", "milestone", "withdrawal", "credibility", "original")
        },
        "to": body.get("to", []),
        "quotes": shown.names_in(body.get("quotes", ()), view, hidden),
    }
    if shape["withdrawal"] and view == View.PUBLIC:
        # Armed positions show as met or not met per sector, which the verdict says; never how far.
        shape["withdrawal"] = {**shape["withdrawal"], "distance_min": None, "distance_max": None}
    if view == View.PUBLIC and harm.is_ours(row):
        shape.update({name: _to_the_hour(shape[name]) for name in ("extension", "milestone", "withdrawal")})
    return shape


def _to_the_hour(said: Json | None) -> Json | None:
    """What a statement of ours says of an extension, a milestone or a withdrawal, its times to the hour."""
    if said is None:
        return None
    if at := said.get("at"):
        return {**said, "at": moment(harm.hour_after(datetime.fromisoformat(at)))}
    occurred = said.get("occurred")
    return {**said, "occurred": harm.stated_in_whole_hours(occurred)} if occurred else said


def names_in_report(told: Json) -> set[str]:
    """Whom a report, as ``report`` told of it, names as those that it has it from."""
    return {*told["relayed_by"], *told[PARTS[told["kind"]][0]].get("quotes", ())}


def _quoted(row: Report) -> list[str]:
    """The names of those that a report says it quotes."""
    if row.kind == "incident":
        return row.claim.quotes
    return row.body.get(PARTS[row.kind][0], {}).get("quotes") or []


PARTS = {
    "incident": ("claim", _claim),
    "access": ("access", _access),
    "tally": ("tally", _tally),
    "statement": ("statement", _statement),
}


def incident(row: Incident, view: View, *, now: datetime | None = None) -> Json:
    """An incident with the reports that are about it now, in the order in which they were known."""
    about = shown.reports_of(row, view)
    found = row.rulings.select_related(*RULING).order_by("id")
    merged = shown.merges(view).filter(into=row).select_related("incident")
    return {
        "ref": row.reference,
        "merged_from": [merge.incident.reference for merge in merged.order_by("id")],
        "truces": sorted({truce.slug for one in about for truce in shown.truces_of(one, view)}),
        "reports": reports(about, view, now=now),
        "rulings": [ruling(one, view) for one in found if shown.shows_ruling(one, view)],
        "url": f"/incidents/{row.reference}/",
    }


def incident_change(row: Incident, because: Report, view: View) -> Json:
    """What the change log says of an incident: which report opened or updated it. Its state is read anew."""
    return {
        "ref": row.reference,
        "truces": [truce.slug for truce in shown.truces_of(because, view)],
        "report": because.reference,
        "url": f"/incidents/{row.reference}/",
    }


def incident_merged(row: Incident, into: Incident) -> Json:
    """What the change log says of a merge: the old reference and what it stands for now."""
    return {"ref": row.reference, "into": into.reference, "url": f"/incidents/{into.reference}/"}


RULING = (
    "incident",
    "term__truce",
    "responsible",
    "review__change",
    "takedown",
    "supersedes__review",
    "superseded_by__review",
)
"""What the projection reads of a ruling, for ``select_related``."""


def ruling(row: Ruling, view: View) -> Json:
    """A body's assessment, with the accused party's answer beside it."""
    review = getattr(row, "review", None)
    older, newer = row.supersedes, getattr(row, "superseded_by", None)
    people = {
        "assessed_by": row.assessed_by,
        "reviewed_by": review.reviewed_by if review else None,
    }
    return {
        "ref": row.reference,
        "incident": row.incident.reference,
        "truce": row.term.truce.slug,
        "term": row.term.ref,
        "body": row.body,
        "outcome": row.outcome,
        "severity": row.severity or None,
        "responsible": row.responsible.slug if row.responsible else None,
        "reason": row.reason,
        "occurred": _span(row.occurred_from, row.occurred_to, None),
        "answer": row.answer,
        "answer_text": row.answer_text or None,
        "supersedes": older.reference if older and shown.names_ruling(older, view) else None,
        "superseded_by": newer.reference
        if newer and hasattr(newer, "review") and shown.names_ruling(newer, view)
        else None,
        "known": moment(review.change.known) if review else None,
        **(people if view == View.FULL else {}),
    }


def extension(row: Extension, view: View) -> Json:
    """One step in the life of an extension."""
    ours = view == View.PUBLIC and row.report is not None and harm.is_ours(row.report)
    return {
        "ref": row.reference,
        "offer": _offer(row, view),
        "truce": row.truce.slug,
        "by": row.by,
        "hours": int(row.length.total_seconds() // 3600),
        "state": row.state,
        "at": moment(harm.hour_after(row.at) if ours else row.at),
        "expires": moment(row.expires),
        "report": shown.reference_in(row.report, view),
    }


def _offer(row: Extension, view: View) -> str | None:
    """The reference of the first step of the same offer that a view sees; None where it sees none."""
    if view == View.FULL:
        return row.offer
    steps = Extension.objects.filter(offer=row.offer).select_related("report").order_by("id")
    seen = (
        step.reference
        for step in steps
        if step == row or not step.report or shown.publication_of(step.report)
    )
    return next(seen, None)


def declaration(row: Declaration, view: View) -> Json:
    """The word of declarers about a truce or one of its terms."""
    return {
        "ref": row.reference,
        "truce": row.truce.slug,
        "term": row.term.ref if row.term else None,
        "about": row.about,
        "by": row.by,
        "at": moment(row.at),
        "report": shown.reference_in(row.report, view),
    }


def transition(row: Transition) -> Json:
    """What the board came to say of a term in a reading, or of the truce itself."""
    named = _said(row.values) if row.view == View.PUBLIC else set()
    return {
        "ref": row.reference,
        "truce": row.truce.slug,
        "term": row.term.ref if row.term else None,
        "reading": row.reading,
        "state": row.state,
        "since": moment(row.since),
        "known": moment(row.known),
        "message": row.message,
        "values": without(shown.hidden_names(named), row.values),
        "evidence": row.evidence,
        "supersedes": row.supersedes.reference if row.supersedes else None,
    }


def _said(values: Any) -> set[str]:
    """The slugs of the sources by whose word a verdict's values give something, or by whom it is measured."""
    if isinstance(values, dict):
        named = {values[SAYS]} if isinstance(values.get(SAYS), str) else set()
        named.update(values.get(MEASURED_BY) or ())
        return named.union(*map(_said, values.values()))
    return set().union(*map(_said, values)) if isinstance(values, list) else set()


def convoy(row: Convoy) -> Json:
    """A convoy; its numbers are in the reports about it."""
    return {
        "ref": row.reference,
        "slug": row.slug,
        "truce": row.truce.slug,
        "term": row.term.ref if row.term else None,
        "name": row.name,
        "goods": row.goods,
        "unit": row.unit,
    }


def source(row: Source, view: View) -> Json | None:
    """A source; None where a view may not know of it."""
    if view == View.PUBLIC and shown.withheld_source(row):
        return None
    return {
        "ref": row.slug,
        "kind": row.kind,
        "name": row.name,
        "affiliation": row.affiliation.slug if row.affiliation else None,
        "speaks_for": [actor.slug for actor in row.speaks_for.all()],
        "reliability": row.reliability,
    }


def _incident_reference(row: Report) -> str | None:
    newest = max(children(row, "incident_links"), key=lambda link: link.pk, default=None)
    return newest.incident.reference if newest else None


def _span(start: datetime | None, end: datetime | None, precision: str | None) -> Json | None:
    if start is None or end is None:
        return None
    shape = {"from": moment(start), "to": moment(end)}
    return shape if precision is None else {**shape, "precision": precision}


def _precision(body: Json) -> str | None:
    return (body.get("occurred") or {}).get("precision")


def _hour(value: datetime | None) -> datetime | None:
    return None if value is None else harm.hour_before(value)
