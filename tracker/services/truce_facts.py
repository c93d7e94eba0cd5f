"""What is known of a truce that is not an incident: offers, declarations, aid, milestones, who was watching.

One statement reads all of it, and one more when the reports behind it count. It is read for every status, so
that no rows of models are made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from tracker.compliance import facts
from tracker.feed import harm
from tracker.models import Truce, View, Visibility
from tracker.services import prepared
from tracker.services.known_ranges import Range, counting_ranges

Row = Mapping[str, Any]
Said = tuple[int | None, Row]
"""What was said, with the report (row id) that said it, if one did."""

_REPORTED = f"""
    'report', report.reference, 'published', report.published,
    'ours', {harm.IS_OURS},
    'source', jsonb_build_object(
        'slug', source.slug, 'kind', source.kind, 'reliability', source.reliability,
        'affiliation', (SELECT slug FROM tracker_actor WHERE id = source.affiliation_id),
        'speaks_for', ARRAY(
            SELECT actor.slug FROM tracker_source_speaks_for voice
            JOIN tracker_actor actor ON actor.id = voice.actor_id
            WHERE voice.source_id = source.id ORDER BY voice.id
        )
    )
"""
# What is not of an incident is little: it is read whole, and looked up whether it concerns the truce.
_OF_REPORTS = """
    JOIN tracker_report report ON report.id = said.report_id
    JOIN tracker_source source ON source.id = report.source_id
    WHERE EXISTS (
        SELECT FROM tracker_reporttruce concern
        WHERE concern.report_id = said.report_id AND concern.truce_id = given.truce
        OFFSET 0
    )
"""
_SAID = f"""
    {prepared.given(truce="bigint")}
    SELECT 'access', said.id, said.report_id, jsonb_build_object({_REPORTED},
        'convoy', convoy.slug, 'unit', convoy.unit, 'from', said.occurred_from, 'to', said.occurred_to,
        'planned', said.planned, 'cleared', said.cleared, 'waiting', said.waiting,
        'refused', said.refused, 'delivered', said.delivered, 'attacked', said.attacked,
        'place', said.place_name, 'credibility', said.credibility,
        'passage', report.body -> 'access' -> 'passage',
        'withheld_by', (SELECT slug FROM tracker_actor WHERE id = said.withheld_by_id),
        'refused_by', (SELECT slug FROM tracker_actor WHERE id = said.refused_by_id)
    )::text
    FROM given CROSS JOIN tracker_accessreport said JOIN tracker_convoy convoy ON convoy.id = said.convoy_id
    {_OF_REPORTS}
  UNION ALL
    SELECT said.about, said.id, said.report_id, jsonb_build_object({_REPORTED},
        'term', term.ref, 'details', said.details
    )::text
    FROM given CROSS JOIN tracker_statement said JOIN tracker_term term ON term.id = said.term_id
    {_OF_REPORTS} AND said.about IN ('milestone', 'withdrawal')
  UNION ALL
    SELECT 'extension', said.id, said.report_id, jsonb_build_object('known', change.known,
        'ref', said.offer, 'reference', said.reference, 'by', said.by, 'state', said.state, 'at', said.at,
        'expires', said.expires,
        'ours', EXISTS (
            SELECT FROM tracker_report report JOIN tracker_source source ON source.id = report.source_id
            WHERE report.id = said.report_id AND {harm.IS_OURS}
        ),
        'microseconds', (extract(epoch FROM said.length) * 1000000)::bigint
    )::text
    FROM given JOIN tracker_extension said ON said.truce_id = given.truce
    JOIN tracker_change change ON change.id = said.change_id
    WHERE change.known IS NOT NULL
  UNION ALL
    SELECT 'declaration', said.id, said.report_id, jsonb_build_object('known', change.known,
        'ref', said.reference, 'about', said.about, 'by', said.by, 'at', said.at,
        'term', (SELECT ref FROM tracker_term WHERE id = said.term_id)
    )::text
    FROM given JOIN tracker_declaration said ON said.truce_id = given.truce
    JOIN tracker_change change ON change.id = said.change_id
    WHERE change.known IS NOT NULL
  UNION ALL
    SELECT 'window', said.id, NULL, jsonb_build_object('known', change.known,
        'area', said.area, 'start', said.start, 'until', said.until,
        'visibility', said.visibility, 'public_from', said.public_from
    )::text
    FROM given JOIN tracker_observationwindow said ON said.truce_id = given.truce
    JOIN tracker_change change ON change.id = said.change_id
    WHERE change.known IS NOT NULL
  ORDER BY 1, 2
"""


def _named_by_first(steps: Iterable[Said], counting: Mapping[int, list[Range]]) -> list[Said]:
    """Steps of offers, each named by the first step that ever counted: one that never did is not named."""
    first: dict[str, str] = {}
    for report, row in steps:
        if report is None or counting[report]:
            first.setdefault(row["ref"], row["reference"])
    return [(report, {**row, "ref": first.get(row["ref"])}) for report, row in steps]


def truce_facts(truce: Truce, view: View) -> facts.TruceFacts:
    """Everything ever known in a view of a truce that is not an incident."""
    return truce_facts_in_views(truce)[view]


def truce_facts_in_views(truce: Truce) -> dict[View, facts.TruceFacts]:
    """Everything ever known of a truce that is not an incident, in every view."""
    said: dict[str, list[Said]] = {}
    for kind, _id, report, row in prepared.rows(_SAID, {"truce": truce.pk}):
        said.setdefault(kind, []).append((report, orjson.loads(row)))
    reports = {report for rows in said.values() for report, _row in rows if report is not None}
    sources: dict[str, facts.Source] = {}
    for kind in ("access", "milestone", "withdrawal"):
        for _report, row in said.get(kind, ()):
            _source(row, sources)
    found = {}
    for view, counting in counting_ranges(reports).items():
        rows = said
        if view == View.PUBLIC:
            rows = {**said, "extension": _named_by_first(said.get("extension", ()), counting)}

        def told(
            kind: str,
            make: Any,
            view: View = view,
            rows: Mapping[str, list[Said]] = rows,
            counting: Mapping[int, list[Range]] = counting,
        ) -> tuple[Any, ...]:
            """A fact for each range in which a row counts: as its report does, or from its own change on."""
            return tuple(
                make(
                    _to_the_hour(row, known) if view == View.PUBLIC and row.get("ours") else row,
                    known,
                    end,
                    sources,
                )
                for report, row in rows.get(kind, ())
                for known, end in (counting[report] if report is not None else [(_at(row["known"]), None)])
            )

        found[view] = facts.TruceFacts(
            extensions=told("extension", _extension),
            declarations=told("declaration", _declaration),
            access=told("access", _access),
            milestones=told("milestone", _milestone),
            withdrawals=told("withdrawal", _withdrawal),
            windows=tuple(_windows((row for _report, row in said.get("window", ())), view)),
            sources=sources,
        )
    return found


def _to_the_hour(row: Row, known: datetime) -> Row:
    """What our own people or a protected source told, for the public: a verdict would tell the minute that
    the report itself does not show."""
    details = row.get("details") or {}
    return {
        **row,
        **harm.stated_in_whole_hours(row),
        "details": {**details, "occurred": harm.stated_in_whole_hours(details.get("occurred") or {})},
        **{
            # Never after it was known: what is known holds at once.
            name: min(harm.hour_after(_at(row[name])), known).isoformat()
            for name in ("published", "at")
            if row.get(name)
        },
    }


Sources = dict[str, facts.Source]


def _source(row: Row, sources: Sources) -> facts.Source:
    """The source of a row, one and the same for all rows of it."""
    told = row["source"]
    if told["slug"] not in sources:
        sources[told["slug"]] = facts.Source(
            slug=told["slug"],
            kind=told["kind"],
            affiliation=told["affiliation"],
            speaks_for=tuple(told["speaks_for"]),
            reliability=told["reliability"],
        )
    return sources[told["slug"]]


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _moment(moment: str | None) -> datetime | None:
    return None if moment is None else _at(moment)


def _reported(row: Row, known: datetime) -> datetime:
    published = _moment(row["published"])
    return known if published is None else min(published, known)


def _occurred(stated: Mapping[str, Any] | None) -> facts.Occurred | None:
    if not stated or stated["from"] is None or stated["to"] is None:
        return None
    return facts.Occurred(
        start=_at(stated["from"]), end=_at(stated["to"]), precision=stated.get("precision", "exact")
    )


def _extension(row: Row, known: datetime, end: datetime | None, _sources: Sources) -> facts.Extension:
    return facts.Extension(
        ref=row["ref"],
        by=tuple(row["by"]),
        state=row["state"],
        at=_at(row["at"]),
        known=known,
        length=timedelta(microseconds=row["microseconds"]),
        expires=_moment(row["expires"]),
        until=end,
    )


def _declaration(row: Row, known: datetime, end: datetime | None, _sources: Sources) -> facts.Declaration:
    return facts.Declaration(
        ref=row["ref"],
        about=row["about"],
        by=tuple(row["by"]),
        at=_at(row["at"]),
        known=known,
        term=row["term"],
        until=end,
    )


def _access(row: Row, known: datetime, end: datetime | None, sources: Sources) -> facts.AccessReport:
    return facts.AccessReport(
        report=row["report"],
        source=_source(row, sources),
        known=known,
        until=end,
        credibility=row["credibility"],
        convoy=row["convoy"],
        occurred=_occurred(row),
        planned=row["planned"],
        cleared=row["cleared"],
        waiting=row["waiting"],
        refused=row["refused"],
        delivered=row["delivered"],
        attacked=row["attacked"],
        place=row["place"] or None,
        withheld_by=row["withheld_by"],
        refused_by=row["refused_by"],
        reported=_reported(row, known),
        passage=row["passage"],
        unit=row["unit"] or None,
    )


def _milestone(row: Row, known: datetime, end: datetime | None, sources: Sources) -> facts.MilestoneReport:
    details = row["details"]
    return facts.MilestoneReport(
        report=row["report"],
        source=_source(row, sources),
        term=row["term"],
        reached=details.get("reached"),
        known=known,
        until=end,
        credibility=details.get("credibility"),
        occurred=_occurred(details.get("occurred")),
        reported=_reported(row, known),
    )


def _withdrawal(row: Row, known: datetime, end: datetime | None, sources: Sources) -> facts.WithdrawalReport:
    details = row["details"]
    return facts.WithdrawalReport(
        report=row["report"],
        source=_source(row, sources),
        term=row["term"],
        by=details.get("by", ""),
        equipment=details.get("equipment", ""),
        known=known,
        until=end,
        distance_min=details.get("distance_min"),
        distance_max=details.get("distance_max"),
        sector=details.get("sector"),
        credibility=details.get("credibility"),
        occurred=_occurred(details.get("occurred")),
        reported=_reported(row, known),
    )


def _windows(rows: Iterable[Row], view: View) -> Iterable[facts.ObservationWindow]:
    for row in rows:
        known = _at(row["known"])
        if view == View.PUBLIC:
            if row["visibility"] != Visibility.PUBLIC:
                continue
            known = max(known, _moment(row["public_from"]) or known)
        yield facts.ObservationWindow(
            area=row["area"], start=_at(row["start"]), end=_at(row["until"]), known=known
        )
