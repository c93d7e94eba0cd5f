"""The base of the desk's forms: fields that fill one part of a report's document, and take its faults."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.intake.codes import DatePrecision

from ..words import NOT_KNOWN, PRECISIONS, WHERE_PRECISIONS
from .fields import Choice, Degrees, Figures, Line, NumberedChoice
from .when import Typed, Unreadable, interval, one_moment


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a form needs to know: the zone in which its times are meant, and the moment it is read."""

    zone: ZoneInfo
    now: datetime.datetime


class Part(forms.Form):
    """A form for one part of the document.

    ``paths``: where each field goes, as a JSON pointer from the root of the document. ``claims``: where a
    fault goes that lies at none of those, by pointer, longest first.
    """

    paths: ClassVar[Mapping[str, str]] = {}
    claims: ClassVar[Mapping[str, str]] = {}
    use_required_attribute = False

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        """Write what was typed into the document's body; what cannot be read is an error at its field."""
        for name, path in self.paths.items():
            value = self.cleaned_data.get(name)
            if value is not None:
                put(body, path, value)

    def field_at(self, pointer: str) -> str | None:
        """The field that a fault at a JSON pointer belongs to, or None where it is none of this form's."""
        places = [(path, name) for name, path in self.paths.items()] + list(self.claims.items())
        held = [
            (len(path), name) for path, name in places if pointer == path or pointer.startswith(path + "/")
        ]
        return max(held)[1] if held else None

    def faulty_fields(self) -> Iterator[forms.BoundField]:
        """The fields that have errors, in the order of the page."""
        return (field for field in self if field.errors)


def put(body: dict[str, Any], pointer: str, value: Any) -> None:
    """Set a value of nested objects by its JSON pointer, making the objects on the way."""
    *way, last = pointer.strip("/").split("/")
    for step in way:
        body = body.setdefault(step, {})
    body[last] = value


class When(Part):
    """The fields of a time that is known more or less well. ``when``: the pointer of the interval."""

    when: ClassVar[str]
    must_say_how_well: ClassVar[bool] = True

    precision = Choice(
        label=_("How well is the time known?"),
        words={**PRECISIONS, NOT_KNOWN: _("not at all: the source does not say when")},
        blank=_("choose"),
    )
    from_day = Figures(label=_("Day"), help_text=_("Like 2016-09-17. Of a span, the first day."))
    from_time = Figures(label=_("Time"), help_text=_("Like 18:30, if the source says."))
    to_day = Figures(label=_("Last day"), help_text=_("Only for a span of days."))
    to_time = Figures(label=_("Until"), help_text=_("If the source says."))

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        super().fill(body, reading)
        typed = Typed(
            *(self.cleaned_data.get(name) for name in ("from_day", "from_time", "to_day", "to_time"))
        )
        precision = self.cleaned_data.get("precision")
        if precision == NOT_KNOWN:
            if typed:
                self.add_error(
                    "precision", _("A time is given below. Say how well it is known, or empty it.")
                )
            return
        if not typed and not precision and not self.must_say_how_well:
            return
        if not precision:
            self.add_error("precision", _("Choose how well the time is known."))
            if not typed:
                return
        try:
            start, end = interval(typed, precision, reading.zone, reading.now)
        except Unreadable as unreadable:
            self.add_error(unreadable.field, unreadable.message)
            return
        put(body, f"{self.when}/from", z(start))
        put(body, f"{self.when}/to", z(end))
        if precision:
            put(body, f"{self.when}/precision", precision)

    def field_at(self, pointer: str) -> str | None:
        ends = {
            "precision": "precision",
            "from": "from_day",
            "to": "to_day" if self["to_day"].data else "from_day",
        }
        if pointer.startswith(self.when):
            return ends.get(pointer.removeprefix(self.when).strip("/"), "precision")
        return super().field_at(pointer)


class WhenIfSaid(When):
    """The same, where a report need not speak of any time."""

    must_say_how_well = False


class Span(Part):
    """A span whose both ends are given: days alone are meant whole."""

    span: ClassVar[str]

    from_day = Figures(label=_("From"), help_text=_("Like 2016-09-17."))
    from_time = Figures(label=_("Time"), help_text=_("Like 18:30; empty for the whole day."))
    to_day = Figures(label=_("To"), help_text=_("The last day, or the day of the end."))
    to_time = Figures(label=_("Time"), help_text=_("Empty for the whole day."))

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        super().fill(body, reading)
        typed = Typed(
            *(self.cleaned_data.get(name) for name in ("from_day", "from_time", "to_day", "to_time"))
        )
        try:
            start, end = interval(typed, DatePrecision.DAYS, reading.zone, reading.now)
        except Unreadable as unreadable:
            self.add_error(unreadable.field, unreadable.message)
            return
        put(body, f"{self.span}/from", z(start))
        put(body, f"{self.span}/to", z(end))

    def field_at(self, pointer: str) -> str | None:
        own = {f"{self.span}/from": "from_day", f"{self.span}/to": "to_day"}
        return own.get(pointer) or super().field_at(pointer)


class Where(Part):
    """The fields of a place. ``paths_of_place`` says where they go."""

    place_name = Line(
        label=_("Name of the place"),
        help_text=_("As the source gives it, such as “near the old harbour”."),
    )
    place_precision = NumberedChoice(
        label=_("How exactly is the place known?"),
        words=WHERE_PRECISIONS,
        help_text=_("The scale of the Uppsala Conflict Data Program (where_prec)."),
    )
    place_country = Figures(label=_("Country"), help_text=_("Three letters of ISO 3166, such as SYR."))
    place_pcode = Figures(label=_("P-code"), help_text=_("The code of the area or place, if you have it."))
    place_lat = Degrees(label=_("Latitude"), help_text=_("In degrees, such as 35.28; south is negative."))
    place_lon = Degrees(label=_("Longitude"), help_text=_("In degrees, such as 40.09; west is negative."))


def paths_of_place(part: str) -> dict[str, str]:
    """Where the fields of ``Where`` go in a part of the document."""
    names = ("name", "precision", "country", "pcode", "lat", "lon")
    return {f"place_{name}": f"{part}/place/{name}" for name in names}


def fill_moment(
    form: Part, body: dict[str, Any], pointer: str, day: str, time: str, reading: Reading
) -> None:
    """Write the moment that two fields of a form give, if they give one; errors go to those fields."""
    typed = form.cleaned_data.get(day), form.cleaned_data.get(time)
    try:
        found = one_moment(*typed, reading.zone)
    except Unreadable as unreadable:
        form.add_error({"from_day": day, "from_time": time}[unreadable.field], unreadable.message)
        return
    if found is not None:
        put(body, pointer, z(found))


def z(moment: datetime.datetime) -> str:
    """A moment in UTC as the document writes it."""
    return moment.isoformat().replace("+00:00", "Z")
