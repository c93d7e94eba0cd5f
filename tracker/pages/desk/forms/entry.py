"""The whole form of one report: its parts and rows together, from what was typed to a checked document."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.intake.codes import Consent, ReportKind, StatementAbout, Visibility
from tracker.intake.fault import Fault
from tracker.intake.report_document import ReportDocument, check_report
from tracker.models import SourceKind

from .claim import Casualties, ClaimPart, Relays
from .fields import Choice, Several
from .offered import Choices, Offered
from .other_parts import STATEMENT_PARTS, AccessPart, Counts, StatementPart, TallyPart
from .part import Part, Reading, put
from .report import ReportPart

PARTS = {ReportKind.INCIDENT: ClaimPart, ReportKind.ACCESS: AccessPart, ReportKind.TALLY: TallyPart}
ROWS: dict[ReportKind, dict[str, Any]] = {
    ReportKind.INCIDENT: {"casualties": Casualties},
    ReportKind.TALLY: {"counts": Counts},
}
ACTOR_FIELDS = ("by", "against", "withheld_by", "refused_by", "to")
ROWS_ADDED = 2

# What the document says in the terms of JSON and of UTC, said in those of the form.
SAID_HERE = {
    "required": gettext_noop("This is needed."),
    "unknown_code": gettext_noop("Choose one of the list."),
    "interval_reversed": gettext_noop("The end is before the start. Exchange them."),
    "interval_empty": gettext_noop("The end is not after the start. Give a later end."),
    "before_1900": gettext_noop("This lies before 1900. Correct the year."),
    "after_tomorrow": gettext_noop("This lies after tomorrow. A report cannot tell of it yet."),
    "place_says_nothing": gettext_noop("Give the place itself too: its name, code, country or coordinates."),
    "term_missing": gettext_noop("Choose the term."),
}


class Entry:
    """The form of one report by one person.

    kind, about: what the form is for; ``about`` of statements only. data: what was typed, None for a fresh
    form. start: initial values of a fresh form's report part.
    """

    def __init__(
        self,
        offered: Offered,
        kind: ReportKind,
        about: StatementAbout = StatementAbout.TRUCE,
        data: QueryDict | None = None,
        start: Mapping[str, Any] | None = None,
    ):
        self.offered, self.kind, self.about = offered, kind, about
        self.report = ReportPart(data, initial={"token": new_token(), **(start or {})})
        self.part = self._part()(data)
        self.rows: dict[str, forms.BaseFormSet[Any]] = {
            name: formset(data, prefix=name)
            for name, formset in {**ROWS.get(kind, {}), "relays": Relays}.items()
        }
        self.general: list[str] = []
        self._items: dict[str, list[Part]] = {}
        self._offer()

    def document(self, now: datetime.datetime) -> ReportDocument | None:
        """The checked document, or None: then each field knows its errors. now: aware."""
        zone = self._zone()
        body = self._body(Reading(zone or ZoneInfo("UTC"), now))
        truce = body.get("truce")
        document, faults = check_report(
            body, now=now, exists=lambda what, slug: self.offered.exists(what, slug, truce)
        )
        for fault in faults:
            self._tell(fault)
        if zone is None and "truce" not in self.report.errors:
            self.report.add_error("zone", _("Choose a zone: no truce is named that would have one."))
        return None if any(self.faulty()) or self.general else document

    def refuse(self, pointer: str, message: str) -> None:
        """Put a refusal of the service at the field that a JSON pointer leads to."""
        form, name = self._at(pointer)
        if form is None or name is None:
            self.general.append(message)
        else:
            form.add_error(name, message)

    def faulty(self) -> Iterator[forms.BoundField]:
        """Every field with errors, in the order of the page."""
        for form in self._forms():
            yield from form.faulty_fields()

    def faulty_names(self) -> set[str]:
        """The names of those fields, rows aside: which folded sections must be open."""
        return {field.name for field in self.faulty()}

    @property
    def template(self) -> str:
        """The template of the part that the kind of the report names."""
        return f"desk/parts/{self.kind}.html"

    @property
    def zone_of_truces(self) -> dict[str, str]:
        return self.offered.zones

    def _part(self) -> type[Part]:
        if self.kind != ReportKind.STATEMENT:
            return PARTS[self.kind]
        part: type[StatementPart] = STATEMENT_PARTS.get(self.about, StatementPart)
        return type(part.__name__, (part,), {"about": str(self.about)})

    def _forms(self) -> Iterator[Part]:
        yield self.report
        yield self.part
        for formset in self.rows.values():
            yield from formset.forms

    def _offer(self) -> None:
        """Fill what depends on the person and the language of the page into the fields."""
        actors = self.offered.actor_choices()
        for form in self._forms():
            offers: dict[str, Callable[[], Choices]] = {
                "source": self.offered.source_choices,
                "relayed_by": self.offered.source_choices,
                "truce": self.offered.truce_choices,
                "zone": self.offered.zone_choices,
                "convoy": self.offered.convoy_choices,
                "term": self.offered.term_choices,
                **{name: lambda: actors for name in ACTOR_FIELDS},
            }
            for name, choices in offers.items():
                field = form.fields.get(name)
                if isinstance(field, Choice | Several):
                    field.offer(choices())

    def _zone(self) -> ZoneInfo | None:
        self.report.is_valid()
        return self.report.zone_meant(self.zone_of_truces)

    def _body(self, reading: Reading) -> dict[str, Any]:
        for form in self._forms():
            form.is_valid()
        body: dict[str, Any] = {"kind": str(self.kind)}
        self.report.fill(body, reading)
        self.part.fill(body, reading)
        for name, formset in self.rows.items():
            if not formset.is_valid() and formset.non_form_errors():
                self.general.extend(str(error) for error in formset.non_form_errors())
            self._items[name] = []
            items = []
            for form in formset.forms:
                item = form.item()
                if item is not None:
                    items.append(item)
                    self._items[name].append(form)
            if items:
                put(body, formset.form.list_path, items)
        self._settle_visibility(body)
        self._settle_truce(body)
        return body

    def _settle_visibility(self, body: dict[str, Any]) -> None:
        """By rule: what own field staff or a protected source told is as open as its consent, no more."""
        chosen, consent = self.report.cleaned_data.get("visibility"), body.get("consent")
        source = self.offered.sources.get(body.get("source", ""))
        needs_consent = source is not None and (source.kind == SourceKind.OWN_FIELD_STAFF or source.protected)
        widest = Visibility.PUBLIC
        if needs_consent:
            allowed: dict[str | None, Visibility] = {
                Consent.PUBLIC: Visibility.PUBLIC,
                Consent.PARTNERS: Visibility.PARTNERS,
            }
            widest = allowed.get(consent, Visibility.RESTRICTED)
        ranks = list(Visibility)
        if chosen in ranks and ranks.index(chosen) < ranks.index(widest):
            self.report.add_error(
                "visibility",
                _(
                    "The recorded consent does not allow this. "
                    "Record the consent, or choose a narrower circle."
                ),
            )
        body["visibility"] = chosen or str(widest)

    def _settle_truce(self, body: dict[str, Any]) -> None:
        """Nobody reports in a truce, or in all of them, in which they may not."""
        if self.report.cleaned_data.get("truce") not in {
            slug for slug, _title in self.offered.truce_choices()
        }:
            self.report.add_error("truce", _("Choose a truce in which you may log reports."))

    def _tell(self, fault: Fault) -> None:
        form, name = self._at(fault.pointer)
        if form is not None and name in form.errors:
            return  # what cannot be read is told already; that it is missing too says nothing new
        message = _(SAID_HERE[fault.code]) if fault.code in SAID_HERE else fault.message
        self.refuse(fault.pointer, message)

    def _at(self, pointer: str) -> tuple[Part | None, str | None]:
        for name, formset in self.rows.items():
            prefix = formset.form.list_path + "/"
            if pointer.startswith(prefix):
                index, _slash, rest = pointer.removeprefix(prefix).partition("/")
                form = self._items[name][int(index)]
                return form, form.field_at("/" + rest if rest else "")
        for form in (self.part, self.report):
            field = form.field_at(pointer)
            if field:
                return form, field
        return None, None


def new_token() -> str:
    """The identifier of a report made here: random, so that a second submission is known as the same."""
    return f"desk-{secrets.token_hex(12)}"


def with_more_rows(data: QueryDict, name: str) -> QueryDict:
    """What was typed, with empty rows added to one list of rows."""
    more = data.copy()
    key = f"{name}-TOTAL_FORMS"
    total = str(more.get(key, ""))
    if total.isdigit() and int(total) < 200:
        more[key] = str(int(total) + ROWS_ADDED)
    return more
