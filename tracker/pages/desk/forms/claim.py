"""What a report of an incident asserts: when, where, what, by whom, against whom, and who was harmed."""

from __future__ import annotations

from typing import Any

from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from tracker.intake.codes import Intent

from ..words import (
    ACTS,
    COUNTING_UNITS,
    CREDIBILITIES,
    EFFECTS,
    GROUPS,
    HARMED,
    INTENTS,
    MEANS,
    STANCES,
    WEAPONS,
)
from .fields import Choice, Line, Lines, NumberedChoice, Prose, Tick, Whole
from .part import Part, Reading, When, Where, paths_of_place

CREDIBILITY = NumberedChoice(
    label=_("Credibility of this claim"),
    words=CREDIBILITIES,
    blank=_("not judged yet"),
    help_text=_("The Admiralty scale. It is about this claim, not about its source."),
)


class Repeats(Part):
    """The fields that say what a report only repeats, or rests on together with others."""

    quotes = Lines(
        label=_("Repeats the words of"),
        rows=2,
        help_text=_("References of reports or sources that this one repeats, one on each line."),
    )
    original = Line(
        label=_("Shared original"),
        help_text=_("The footage or wire that others rest on too, under one name for all."),
    )


class ClaimPart(Repeats, Where, When):
    """The fields of a claim."""

    when = "/claim/occurred"

    act = Choice(label=_("What was done?"), words=ACTS)
    weapon = Choice(label=_("With what?"), words=WEAPONS)
    by = Choice(
        label=_("By whom?"),
        help_text=_("Whom the source names, or speaks of when it denies. Do not conclude it."),
    )
    against = Choice(label=_("Who was hit?"), help_text=_("Who was hit, not who was meant to be."))
    harmed = Choice(
        label=_("Or which protected people?"), words=HARMED, help_text=_("Where no actor is named as hit.")
    )
    stance_event = Choice(
        label=_("Of the event, the source"), words=STANCES, blank=_("says nothing"), initial="asserts"
    )
    stance_actor = Choice(
        label=_("Of who did it, the source"), words=STANCES, blank=_("says nothing"), initial="asserts"
    )
    intent = Choice(label=_("Was it meant?"), words=INTENTS, blank=None, initial=Intent.NOT_STATED)
    accepts_breach = Tick(label=_("The source accepts that this broke the truce"))
    justification = Prose(
        label=_("Justification"), rows=2, help_text=_("The reason that the source gives for the act.")
    )
    counting_unit = Choice(label=_("One of it counts as"), words=COUNTING_UNITS)
    means_of_observation = Choice(label=_("How does the source know?"), words=MEANS)
    credibility = CREDIBILITY

    paths = {
        **{
            name: f"/claim/{name}"
            for name in (
                "act", "weapon", "by", "against", "harmed", "intent", "accepts_breach", "justification",
                "counting_unit", "means_of_observation", "credibility", "quotes", "original",
            )
        },
        **paths_of_place("/claim"),
        "stance_event": "/claim/stance/event",
        "stance_actor": "/claim/stance/actor",
    }  # fmt: skip
    claims = {"/claim": "act", "/claim/place": "place_name"}

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        body["claim"] = {"stance": {"event": None, "actor": None}}
        super().fill(body, reading)


class CasualtyRow(Part):
    """One figure: what befell whom, and how many. The document knows it as minimum and maximum."""

    EXACTLY, BETWEEN, AT_LEAST, AT_MOST, NO_FIGURE = "exactly", "between", "at_least", "at_most", "no_figure"

    effect = Choice(label=_("What befell them"), words=EFFECTS, blank=_("choose"))
    group = Choice(label=_("Who"), words=GROUPS, blank=_("not said who"))
    figure = Choice(
        label=_("The figure is"),
        words={
            EXACTLY: _("exactly"),
            BETWEEN: _("from … to …"),
            AT_LEAST: _("at least"),
            AT_MOST: _("at most"),
            NO_FIGURE: _("not given"),
        },
        blank=_("choose"),
    )
    number = Whole(label=_("Number"))
    highest = Whole(label=_("to"))

    list_path = "/claim/casualties"
    claims = {"": "effect", "/effect": "effect", "/group": "group", "/min": "number", "/max": "highest"}

    def item(self) -> dict[str, Any] | None:
        """The figure as the document has it; None where nothing was typed."""
        typed = self.cleaned_data
        figure, number, highest = typed.get("figure"), typed.get("number"), typed.get("highest")
        if not any((typed.get("effect"), figure, number is not None, highest is not None)):
            return None
        found = {"group": typed.get("group"), "effect": typed.get("effect")}
        self._fits_its_figure(figure, number, highest)
        if figure in (self.EXACTLY, self.BETWEEN, self.AT_LEAST):
            found["min"] = number
        if figure in (self.EXACTLY, self.AT_MOST):
            found["max"] = number
        if figure == self.BETWEEN:
            found["max"] = highest
        return {name: value for name, value in found.items() if value is not None}

    def field_at(self, pointer: str) -> str | None:
        if pointer == "/max" and self.cleaned_data.get("figure") != self.BETWEEN:
            return "number"
        return super().field_at(pointer)

    def _fits_its_figure(self, figure: str | None, number: Any, highest: Any) -> None:
        if not figure:
            self.add_error("figure", _("Choose how the number is meant."))
        elif figure == self.NO_FIGURE and number is not None:
            self.add_error("number", _("Empty this, or choose how the number is meant."))
        elif figure != self.NO_FIGURE and number is None:
            self.add_error("number", _("Give the number, or choose “not given”."))
        if highest is not None and figure != self.BETWEEN:
            self.add_error("highest", _("Empty this, or choose “from … to …”."))
        elif highest is None and figure == self.BETWEEN:
            self.add_error("highest", _("Give the highest number, or choose “at least”."))


class RelayRow(Part):
    """One link of the chain through which a report reached us."""

    relayed_by = Choice(label=_("Through"), blank=_("nobody more"))

    list_path = "/relayed_by"
    claims = {"": "relayed_by"}

    def item(self) -> str | None:
        return self.cleaned_data.get("relayed_by")


Casualties = formset_factory(CasualtyRow, extra=2, max_num=100, absolute_max=101)
Relays = formset_factory(RelayRow, extra=2, max_num=20, absolute_max=21)

__all__ = ["CREDIBILITY", "Casualties", "ClaimPart", "Relays"]
