"""What reports of the other kinds say: an access report, a tally, a statement."""

from __future__ import annotations

from typing import Any

from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from ..words import (
    ATTACKED,
    CLEARED,
    DELIVERED,
    EXTENSION_STATES,
    PASSAGES,
    PERMITS,
    PLANNED,
    REFUSED,
    WAITING,
)
from .claim import CREDIBILITY, Repeats
from .fields import Choice, Degrees, Figures, Line, Prose, Several, Tick, Whole, YesOrNo
from .part import Part, Reading, Span, WhenIfSaid, Where, fill_moment, paths_of_place, put


class AccessPart(Repeats, Where, WhenIfSaid):
    """The fields of an access report: numbers of one convoy as one source gives them."""

    when = "/access/occurred"

    convoy = Choice(label=_("Convoy"), blank=_("choose"))
    unit = Figures(
        label=_("Counted in"), help_text=_("Empty: trucks. Else a code such as tonnes or parcels.")
    )
    planned = Whole(label=PLANNED)
    cleared = Whole(label=CLEARED)
    waiting = Whole(label=WAITING)
    refused = Whole(label=REFUSED)
    delivered = Whole(label=DELIVERED)
    attacked = Whole(label=ATTACKED)
    permit = Choice(label=_("The permission is said to be"), words=PERMITS)
    passage = Choice(label=_("The way is said to be"), words=PASSAGES)
    obstacle = Prose(label=_("What stands in the way"), rows=2, help_text=_("As the source says it."))
    withheld_by = Choice(label=_("Said to withhold it"), help_text=_("Only whom the source names."))
    refused_by = Choice(label=_("Said to have refused it"), help_text=_("Only whom the source names."))
    credibility = CREDIBILITY

    paths = {
        **{
            name: f"/access/{name}"
            for name in (
                "convoy", "planned", "cleared", "waiting", "refused", "delivered", "attacked",
                "permit", "passage", "obstacle", "withheld_by", "refused_by", "unit",
                "credibility", "quotes", "original",
            )
        },
        **paths_of_place("/access"),
    }  # fmt: skip
    claims = {"/access": "convoy", "/access/place": "place_name"}

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        body["access"] = {}
        super().fill(body, reading)


class TallyPart(Where, Span):
    """The fields of a tally, beside its counts."""

    span = "/tally"

    credibility = CREDIBILITY

    paths = {"credibility": "/tally/credibility", **paths_of_place("/tally")}
    claims = {"/tally": "from_day", "/tally/place": "place_name"}

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        body["tally"] = {"counts": []}
        super().fill(body, reading)


class CountRow(Part):
    """One number of a tally."""

    what = Figures(
        label=_("What was counted"), help_text=_("A code such as attacks, shells, civilians_killed.")
    )
    n = Whole(label=_("How many"))
    span_not_stated = Tick(label=_("Over what span is not said"))

    list_path = "/tally/counts"
    claims = {"": "what", "/what": "what", "/n": "n"}

    def item(self) -> dict[str, Any] | None:
        """The count as the document has it; None where nothing was typed."""
        found = {name: self.cleaned_data.get(name) for name in ("what", "n")}
        if all(value is None for value in found.values()):
            return None
        found["spans"] = not self.cleaned_data.get("span_not_stated")
        return {name: value for name, value in found.items() if value is not None}


class StatementPart(Repeats):
    """The fields of every statement; what it is about is part of the form's address."""

    about: str

    to = Several(label=_("Said to"), help_text=_("Those addressed, if the source says."))
    term = Choice(label=_("Term"), blank=_("none"))
    credibility = CREDIBILITY

    paths = {name: f"/statement/{name}" for name in ("to", "term", "credibility", "quotes", "original")}
    claims = {"/statement": "term"}

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        put(body, "/statement/about", self.about)
        super().fill(body, reading)


class ExtensionPart(StatementPart):
    """A word about an extension: who gives how many hours, and whether it is more than an offer."""

    hours = Whole(label=_("By how many hours"))
    state = Choice(
        label=_("The extension is"),
        words=EXTENSION_STATES,
        blank=_("choose"),
        help_text=_("Announced means by all who must declare it; anything less is offered."),
    )
    by = Several(label=_("On whose word"), help_text=_("None ticked: those whom the source speaks for."))
    at_day = Figures(label=_("Said on"), help_text=_("Like 2016-09-17; empty: when it was published."))
    at_time = Figures(label=_("Said at"))
    expires_day = Figures(label=_("The offer ends on"), help_text=_("If the source says."))
    expires_time = Figures(label=_("The offer ends at"))

    paths = {
        **StatementPart.paths,
        **{name: f"/statement/extension/{name}" for name in ("hours", "state", "by")},
    }
    claims = {
        **StatementPart.claims,
        "/statement/extension": "hours",
        "/statement/extension/at": "at_day",
        "/statement/extension/expires": "expires_day",
    }

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        put(body, "/statement/extension", {})
        super().fill(body, reading)
        fill_moment(self, body, "/statement/extension/at", "at_day", "at_time", reading)
        fill_moment(self, body, "/statement/extension/expires", "expires_day", "expires_time", reading)


class MilestonePart(StatementPart, WhenIfSaid):
    """A word about a milestone."""

    when = "/statement/milestone/occurred"

    reached = YesOrNo(label=_("Is it reached?"), blank=_("choose"), cannot_say=True)

    paths = {**StatementPart.paths, "reached": "/statement/milestone/reached"}
    claims = {**StatementPart.claims, "/statement/milestone": "reached"}

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        put(body, "/statement/milestone", {})
        super().fill(body, reading)
        if self.cleaned_data.get("reached") == YesOrNo.CANNOT_SAY:
            put(body, "/statement/milestone/reached", None)


class WithdrawalPart(StatementPart, WhenIfSaid):
    """A word about how far one actor's equipment stands from the line."""

    when = "/statement/withdrawal/occurred"

    by = Choice(label=_("Who withdraws"), blank=_("choose"))
    equipment = Figures(
        label=_("What is withdrawn"), help_text=_("A code such as tanks, mortars, artillery_100mm.")
    )
    distance_min = Degrees(
        label=_("At least, in metres"), help_text=_("From the line; empty for an open end.")
    )
    distance_max = Degrees(
        label=_("At most, in metres"), help_text=_("From the line; empty for an open end.")
    )
    sector = Line(label=_("Sector"))

    paths = {
        **StatementPart.paths,
        **{
            name: f"/statement/withdrawal/{name}"
            for name in ("by", "equipment", "distance_min", "distance_max", "sector")
        },
    }
    claims = {**StatementPart.claims, "/statement/withdrawal": "by"}

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        put(body, "/statement/withdrawal", {})
        super().fill(body, reading)


STATEMENT_PARTS = {"extension": ExtensionPart, "milestone": MilestonePart, "withdrawal": WithdrawalPart}
Counts = formset_factory(CountRow, extra=2, max_num=200, absolute_max=201)
