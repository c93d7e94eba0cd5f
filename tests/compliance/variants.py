"""Other charters for the same cast, each told by the name by which a story asks for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.compliance.cast import (
    ACCESS,
    ACTORS,
    CEASEFIRE,
    CLOCK,
    GATE,
    PARTIES,
    SEPARATION,
    TRUCE,
    at,
    with_clock,
    with_term,
)
from tests.compliance.faulty import FAULTY
from tracker.compliance.charter import Actor, Alias, Charter, Parent, Party, Renewal, Term


def _access(**parameters: Any) -> Charter:
    return with_term(replace(ACCESS, parameters={"measured_by": ["un"], **parameters}))


def _threshold(per: str, **more: Any) -> Charter:
    return _access(target=100, threshold={"per": per, "window": "P3D", **more})


def _gate(requires: Any = ("clock", "access"), **parameters: Any) -> Charter:
    return with_term(replace(GATE, requires=requires, parameters=parameters))


def _road(*, owed_by: tuple[str, ...] = ("east", "west"), **more: Any) -> Charter:
    distances = [
        {"equipment": "heavy", "metres": 3500},
        {"equipment": "personnel", "metres": 1000, "sector": "north"},
        {"equipment": "personnel", "metres": 500, "sector": "south"},
    ]
    given = {"line": "the road", "distances": distances, "measured_by": ["un"], **more}
    return with_term(Term("road", "withdrawal", owed_by=owed_by, parameters=given))


def _only(owed_by: tuple[str, ...] = (), **parameters: Any) -> Charter:
    """The truce with a second prohibition, of some acts, weapons, places or people only."""
    return with_term(Term("narrow", "prohibition", owed_by=owed_by, parameters=parameters))


def _truce(**changes: Any) -> Charter:
    return replace(TRUCE, **changes)


DATED = (
    *PARTIES,
    Party("north-land", "party", "bound", at("14 Sep 00:00"), at("16 Sep 00:00"), answers_to="west"),
    Party("north-land", "party", "excluded", at("16 Sep 00:00"), at("18 Sep 00:00")),
    Party("river-band", "party", "bound", None, at("15 Sep 00:00")),
    Party("river-band", "party", "bound", at("15 Sep 00:00"), None),
)
LINKED = {
    **ACTORS,
    "hill-tribe": Actor("armed_group", aliases=(Alias("marsh-band", None, at("14 Sep 00:00")),)),
    "river-band": Actor(
        "armed_group",
        aliases=(
            Alias("lake-band", at("14 Sep 00:00"), at("16 Sep 00:00")),
            Alias("marsh-band", at("14 Sep 00:00"), None),
        ),
    ),
    "hill-band": Actor(
        "armed_group",
        aliases=(Alias("lake-band", None, at("14 Sep 00:00")),),
        parents=(
            Parent("east-army", None, at("14 Sep 00:00")),
            Parent("raiders", at("14 Sep 00:00"), at("16 Sep 00:00")),
        ),
    ),
    "torn-band": Actor("armed_group", parents=(Parent("east-army"), Parent("raiders"))),
    "moved-band": Actor(
        "armed_group",
        parents=(
            Parent("east-army", None, at("14 Sep 00:00")),
            Parent("west-army", at("14 Sep 00:00"), None),
        ),
    ),
    "twin-band": Actor("armed_group", parents=(Parent("hill-tribe"), Parent("no-such"))),
    "great-league": Actor("coalition"),
    "league-guard": Actor("armed_group", parents=(Parent("great-league"),)),
    "north-land": Actor("state", parents=(Parent("great-league"),)),
    "medics": Actor("medical"),
    "both-band": Actor("armed_group", parents=(Parent("east-army"), Parent("west-bloc"))),
    "hill-sons": Actor("armed_group", parents=(Parent("hill-band"),)),
    "ring-one": Actor("armed_group", parents=(Parent("ring-two"),)),
    "ring-two": Actor("armed_group", parents=(Parent("ring-one"),)),
}

VARIANTS: dict[str, Charter] = {
    **FAULTY,
    "valley": TRUCE,
    # Aid
    "each-day": _threshold("each_day"),
    "mean": _threshold("mean"),
    "cumulative": _threshold("cumulative"),
    "to-hilltown": _threshold("cumulative", place="Hilltown"),
    "people": _access(target=40, unit="people", threshold={"per": "cumulative", "window": "P1D"}),
    "siege": _access(siege={"place": "Hilltown", "people": 1000, "by": "east"}),
    "two-measure": _access(target=40, convoy="convoy", measured_by=["un", "monitor"]),
    "not-agreed": _truce(in_force_from=None, agreed=None),
    # Gates
    "gate-of-nobody": _gate(declared=False),
    "gate-that-relocks": _gate(relocks=True),
    "gate-of-west": _gate(declarers=["west"]),
    "gate-with-duties": _gate(
        obligations=[
            {
                "what": "set up the joint centre",
                "within": "P1D",
                "by": ["east", "west"],
                "term": "separation",
            },
            {"what": "publish the maps", "within": "P2D"},
        ]
    ),
    "gate-of-either": _gate({"any": ["access", "separation"]}),
    "gate-of-neither": _gate({"not": {"any": ["access", "separation"]}}),
    "gate-of-a-stranger": _gate(("clock", "nothing")),
    # Milestones
    "due-in-five-days": with_term(
        replace(SEPARATION, owed_by=("west",), parameters={"within": "P5D", "measured_by": ["un"]})
    ),
    "due-on-a-day": with_term(replace(SEPARATION, parameters={"due": "2016-09-17T12:00:00Z"})),
    # Withdrawals
    "road": _road(),
    "road-each-alone": _road(reciprocal=False),
    "road-in-five-days": _road(within="P5D"),
    "road-by-a-day": _road(due="2016-09-17T12:00:00Z"),
    "road-of-east": _road(
        distances=[{"equipment": "heavy", "metres": 3500, "sector": "north", "by": ["east"]}], line=None
    ),
    # Clocks
    "pausing": with_clock(policy="pause", pause_for="P1D"),
    "tolerating": with_clock(policy="tolerate", tolerate={"count": 1, "window": "P2D"}),
    "tolerating-minor": with_clock(
        policy="tolerate", tolerate={"count": 1, "window": "P2D", "severity": "minor"}
    ),
    "by-hand": with_clock(policy="manual"),
    "observed": with_clock(observation_required=True),
    "tolerating-two": with_clock(policy="tolerate", tolerate={"count": 2, "window": "P2D"}),
    "tolerating-nothing": with_clock(tolerate={"count": 5, "window": "P7D"}),
    "pausing-watched": with_clock(policy="pause", pause_for="P1D", observation_required=True),
    "pausing-alone": with_term(
        replace(CLOCK, parameters={"length": "P7D", "policy": "pause", "pause_for": "P1D"}, breaches_of=())
    ),
    "watched-truce": _truce(observation_required=True),
    "clock-before-the-truce": with_clock(_truce(in_force_from=None), starts="2016-09-14T00:00:00Z"),
    "later-clock": with_clock(starts="2016-09-14T00:00:00Z"),
    # Prohibitions
    "no-flights": _only(acts=["air_strike", "overflight"], acts_without_victim=["overflight"]),
    "no-drones": _only(weapons=["drone"]),
    "in-mill-town": _only(area=["SY07"]),
    "of-mixed-codes": _truce(area=("SYR", "SY07")),
    "of-codes-alone": _truce(area=("SY07", "S07", "syr")),
    "of-a-code-of-three": _truce(area=("S07",)),
    "of-the-east": _only(("east",)),
    "of-the-army-then": _truce(
        parties=DATED, actors=LINKED, terms=(replace(CEASEFIRE, owed_by=("east-army",)), CLOCK)
    ),
    "ban-before-the-truce": with_term(
        Term("narrow", "prohibition", parameters={"from": "2016-09-13T00:00:00Z"}), _truce(in_force_from=None)
    ),
    "for-two-days": _only(**{"from": "2016-09-13T00:00:00Z", "until": "2016-09-15T00:00:00Z"}),
    "everywhere": _truce(area=()),
    "linked": _truce(parties=DATED, actors=LINKED),
    # Truces
    "ten-days": _truce(ends=at("22 Sep 16:00")),
    "three-day-steps": _truce(renewal=Renewal(timedelta(days=3))),
    "three-days-or-over": _truce(renewal=Renewal(timedelta(days=3), ends_truce=True)),
    "one-may-end-it": _truce(one_party_ends=True),
    "two-break-it": _truce(breached_at=2, quiet_for=timedelta(days=2)),
    "as-ruled": _truce(headline_reading="ruled"),
    "as-alleged": _truce(headline_reading="alleged"),
    "recorded-to": _truce(record_ends=at("20 Sep 00:00"), agreed=at("09 Sep 12:00")),
    "of-nobody": _truce(declarers=()),
    "bare": _truce(terms=(CEASEFIRE, CLOCK), agreed=at("09 Sep 12:00")),
    "no-prohibition": _truce(terms=(SEPARATION,)),
}
