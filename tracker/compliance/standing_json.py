"""Standings read back from the plain JSON that ``as_json`` made of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.compliance.verdicts import Details, Element, Figures, Message, Standing


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _message(plain: Mapping[str, Any]) -> Message:
    return Message(plain["code"], plain["values"])


def _figures(plain: Mapping[str, Any]) -> dict[str, Figures]:
    return {
        effect: Figures(**{**one, "sources": tuple(one["sources"]), "repeated_by": tuple(one["repeated_by"])})
        for effect, one in plain.items()
    }


def details_from_json(plain: Mapping[str, Any]) -> Details:
    """The ``Details`` of what ``as_json`` made of them. Moments inside messages stay text."""
    return Details(
        **{
            **plain,
            "coverage_why": tuple(_message(one) for one in plain["coverage_why"]),
            "elements": {
                name: Element(one["code"], tuple(one["reports"])) for name, one in plain["elements"].items()
            },
            "casualties": _figures(plain["casualties"]),
            "by_group": {group: _figures(one) for group, one in plain["by_group"].items()},
            "sources": tuple(plain["sources"]),
            "first_known": _moment(plain["first_known"]),
            "rulings": tuple(plain["rulings"]),
            # What was weighed by an earlier release says nothing of these.
            "place_of": None if plain.get("place_of") is None else tuple(plain["place_of"]),
            "areas": tuple(plain.get("areas", ())),
            "against": tuple(plain.get("against", ())),
        }
    )


def standing_from_json(plain: Mapping[str, Any]) -> Standing:
    """The ``Standing`` of what ``as_json`` made of it. Moments inside messages stay text."""
    moments = ("known", "until", "occurred_from", "occurred_to", "restarts_at", "restarts_at_best")
    return Standing(
        **{
            **plain,
            **{name: _moment(plain[name]) for name in moments},
            "alleged": tuple(plain["alleged"]),
            "evidence": tuple(plain["evidence"]),
            "why": _message(plain["why"]),
            "details": details_from_json(plain["details"]),
        }
    )
