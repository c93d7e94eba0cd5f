"""The shapes of the violation feed, for the OpenAPI document alone, told field by field."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from tracker.api.shapes import Page, ReadingName, Shape


class ViolationTime(Shape):
    """When it may have happened, half-open, in UTC: as close as the reports that count allow."""

    from_: datetime | None = Field(
        alias="from", description="The earliest moment; null where no report says when it happened."
    )
    to: datetime | None = Field(description="The latest moment, never later than the first report of it.")
    precision: str | None = Field(
        description="How exactly the closest report gives it: exact, hour, day, days, week, month, year or "
        "unknown."
    )


class ViolationPlace(Shape):
    """The closest place that a standing claim gives, as coarse as the view must have it."""

    name: str | None = Field(description="As the source wrote it; null where it is withheld.")
    pcode: str | None = Field(description="P-code, as text.")
    country: str | None = Field(description="ISO 3166 alpha-3.")
    lat: float | None = Field(description="Degrees north, WGS 84; null where unknown or withheld.")
    lon: float | None = Field(description="Degrees east, WGS 84; null where unknown or withheld.")
    precision: int | None = Field(
        description="UCDP where_prec: 1 the exact place, 2 within about 25 km, 3 second-level area, "
        "4 first-level area, 5 and 6 the country, 7 at sea or in the air."
    )
    adm1: str | None = Field(description="The name of the first-level area that surely holds it.")


class ViolationIncident(Shape):
    """What happened, when and where."""

    ref: str = Field(description="The incident's reference; it keeps resolving after a merge.")
    act: str | None = Field(description="A code, where the claims that name an act agree; else null.")
    occurred: ViolationTime | None
    place: ViolationPlace | None


class Figures(Shape):
    """A range over the standing claims that give a figure; never an average."""

    min: int | None = Field(description="The lowest minimum given; null: none is given.")
    max: int | None = Field(description="The highest maximum given; null: the end is open.")
    at_least: int | None = Field(description="The highest minimum of a claim whose end is open: 30–80+.")
    contested: bool = Field(description="Whether claims exclude each other.")
    sources: list[str] = Field(description="Slugs of the sources of the figures, those that may be named.")
    repeated_by: list[str] = Field(description="Sources that only repeat another's figure.")


class Ranges(Shape):
    """Casualties. Null is no figure, never zero. Further effects stand beside these two where given."""

    killed: Figures | None
    injured: Figures | None
    by_group: dict[str, dict[str, Figures | None]] = Field(
        description="By group (combatants, civilians, …) and effect."
    )


class ReadingsSideBySide(Shape):
    """In which readings it counts now: ruled within corroborated within alleged."""

    alleged: bool
    corroborated: bool
    ruled: bool


class Violation(Shape):
    """One incident against one prohibition, in one reading."""

    ref: str = Field(
        description="The incident's reference and the term's, with a slash between them; behind that a "
        "number where an earlier truce has a term of the same reference."
    )
    truce: str = Field(description="The truce's slug.")
    term: str = Field(description="The reference of the prohibition, within its truce.")
    reading: ReadingName = Field(description="The reading in which this entry counts.")
    incident: ViolationIncident
    alleged: list[str] = Field(description="Slugs of the actors that claims name as perpetrators.")
    against: list[str] = Field(description="Slugs of the actors that claims name as victims.")
    responsible: str | None = Field(
        description="Only where it is ruled, or where the accused accepts the breach itself; else null."
    )
    answers_to: str | None = Field(description="The guarantor that whoever is accused answers to.")
    attribution: Literal["claimed", "admitted", "denied", "contested", "unknown"] = Field(
        description="How the accused stand to it."
    )
    intent: str = Field(description="asserted, denied, contested or not_stated.")
    casualties: Ranges
    grade: Literal["discounted", "contested", "confirmed", "fair", "weak"] = Field(
        description="Of the attribution, the first that fits (see /method/)."
    )
    readings: ReadingsSideBySide
    coverage: Literal["covered", "not_settled", "outside"] = Field(
        description="Whether the truce surely covers it; not_settled counts as alleged only."
    )
    assumed: bool = Field(description="Whether a party counts as bound by assumption only.")
    unplaced: bool = Field(description="Whether its time is too vague to restart a count.")
    severity: str | None = Field(description="As ruled; null where it is not.")
    ruling: str | None = Field(description="Reference of the ruling that decides.")
    sources: list[str] = Field(description="Slugs of the sources with a standing claim that may be named.")
    first_known: datetime | None = Field(description="When the first claim of it became known.")
    updated: datetime = Field(description="From when it stood as it stands: known time.")
    version: int = Field(description="How often it was weighed anew in this reading; 1 the first time.")
    method: str = Field(description="The version of the method by which verdicts are made.")
    url: str = Field(description="The incident's page.")
    licence: str
    attributed_to: str = Field(description="Whom to name.")
    citation: str = Field(description="How to cite this entry, in one line.")


class ViolationPage(Page):
    results: list[Violation]


class PointAt(Shape):
    """Longitude first, WGS 84."""

    type: Literal["Point"]
    coordinates: list[float] = Field(min_length=2, max_length=2)


class ViolationFeature(Shape):
    """An entry as a feature; a place that shows no coordinates is no geometry."""

    type: Literal["Feature"]
    id: str
    geometry: PointAt | None
    properties: Violation


class ViolationFeatures(Shape):
    """GeoJSON, RFC 7946."""

    type: Literal["FeatureCollection"]
    features: list[ViolationFeature]
