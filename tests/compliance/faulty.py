"""Charters in which something is wrong, each told by the name by which a story asks for it."""

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
    with_term,
)
from tracker.compliance.charter import Actor, Alias, Charter, Parent, Party, Renewal, Term


def _changed(**changes: Any) -> Charter:
    return replace(TRUCE, **changes)


def _terms(*terms: Term) -> Charter:
    return replace(TRUCE, terms=terms)


def _clock(**parameters: Any) -> Term:
    return replace(CLOCK, parameters={"length": "P7D", **parameters})


def _access(**parameters: Any) -> Charter:
    return with_term(replace(ACCESS, parameters=parameters))


START, END = at("14 Sep 00:00"), at("16 Sep 00:00")
FAULTY: dict[str, Charter] = {
    "nameless": _changed(slug="", zone=""),
    "misplaced": _changed(zone="Asia/Atlantis"),
    "without-offset": _changed(agreed=at("09 Sep 12:00").replace(tzinfo=None), quiet_for=timedelta()),
    "backwards": _changed(ends=at("12 Sep 16:00"), record_ends=at("12 Sep 16:00")),
    "without-length": _changed(renewal=Renewal(timedelta()), quiet_for=timedelta(), breached_at=0),
    "least-lengths": _changed(
        renewal=Renewal(timedelta(seconds=1)),
        quiet_for=timedelta(seconds=1),
        breached_at=1,
        ends=at("12 Sep 16:01"),
        record_ends=at("12 Sep 16:01"),
    ),
    "misread": _changed(headline_reading="rumoured", replaces="valley", declarers=("east", "moon", "sun")),
    "linked-wrongly": _changed(
        actors={
            **ACTORS,
            "first": Actor(
                "armed_group",
                aliases=(
                    Alias("band", END, START),
                    Alias("first"),
                    Alias("east"),
                    Alias("band", START, START),
                ),
                parents=(Parent("second"), Parent("moon"), Parent("east", END, START)),
            ),
            "second": Actor("armed_group", parents=(Parent("third"), Parent("fifth"))),
            "third": Actor("armed_group", parents=(Parent("first"), Parent("third"))),
        }
    ),
    "joined-wrongly": _changed(
        parties=(
            *PARTIES,
            Party("moon", "chief", "sworn", answers_to="east-army"),
            Party("north-land", "party", "bound", END, START),
            Party("north-land", "party", "bound", None, START),
            Party("north-land", "party", "excluded", START, END),
            Party("north-land", "party", "bound", END, None),
            Party("north-land", "party", "bound", at("15 Sep 00:00"), None),
            Party("east", "guarantor", "bound"),
        )
    ),
    "joined-in-turn": _changed(
        parties=(
            *PARTIES,
            Party("north-land", "party", "bound", END, None),
            Party("north-land", "party", "excluded", START, END),
        ),
        terms=(replace(CEASEFIRE, owed_by=("civilians", "east")), CLOCK),
    ),
    "of-unknown-terms": _terms(
        CEASEFIRE,
        CEASEFIRE,
        replace(CLOCK, breaches_of=("ceasefire", "clock", "moon"), requires=("moon",)),
        Term("wish", "wish", owed_by=("east", "moon"), requires=("clock",)),
        replace(GATE, requires=("one",)),
        replace(GATE, ref="one", requires=("two",)),
        replace(GATE, ref="two", requires=("one", "wish")),
    ),
    "hung-on-itself": _terms(replace(GATE, requires=("gate",))),
    "wrong-clocks": _terms(
        CEASEFIRE,
        _clock(policy="whim", colour="blue", starts="tomorrow"),
        replace(_clock(policy="pause"), ref="two", breaches_of=()),
        replace(_clock(policy="tolerate"), ref="three"),
        replace(_clock(policy="tolerate", tolerate={"count": -1, "window": "P0D"}), ref="four"),
        replace(_clock(tolerate={"count": "one", "window": 5.5, "severity": 3}), ref="five"),
        replace(_clock(observation_required="yes"), ref="six"),
        replace(_clock(length=None, pause_for=True), ref="seven"),
        replace(CLOCK, ref="eight", parameters={}),
        replace(CLOCK, ref="nine", parameters=["P7D"]),  # type: ignore[arg-type]
        replace(CLOCK, ref="ten", parameters={"length": "P7D", "tolerate": ["one"]}),
        replace(CLOCK, ref="eleven", parameters=None),  # type: ignore[arg-type]
    ),
    "wrong-prohibitions": _terms(
        Term("one", "prohibition", parameters={"acts": ["shelling"], "acts_without_victim": ["overflight"]}),
        Term(
            "two", "prohibition", parameters={"from": "2016-09-14T00:00:00Z", "until": "2016-09-14T00:00:00Z"}
        ),
        Term("three", "prohibition", parameters={"weapons": {"all": True}, "area": [7], "until": 12}),
        Term("four", "prohibition", parameters={"acts": "shelling", "weapons": "mortar", "area": "SYR"}),
    ),
    "least-numbers": _terms(
        CEASEFIRE,
        _clock(policy="tolerate", tolerate={"count": 0, "window": 1}),
        Term(
            "road",
            "withdrawal",
            owed_by=("east",),
            parameters={"distances": [{"equipment": "heavy", "metres": 0}]},
        ),
    ),
    "two-aims": _access(convoy="convoy", siege={"place": "Hilltown"}, target=4),
    "no-aim": _access(target=4),
    "no-target": _access(convoy="convoy"),
    "target-of-none": _access(convoy="convoy", target=0),
    "true-target": _access(convoy="convoy", target=True, measured_by={"un": 1}),
    "part-of-a-day": _access(threshold={"per": "each_day", "window": "PT36H", "place": "Hilltown"}, target=4),
    "per-hour": _access(threshold={"per": "hour", "place": 4, "who": "un"}, target=4),
    "a-threshold-of-text": _access(threshold="each day", target=4),
    "a-siege-of-nowhere": _access(siege={"people": 100, "by": "east", "since": "May"}),
    "told-of-aid": _access(
        convoy="convoy",
        target=4,
        place="Hilltown",
        place_basis="press",
        people=4,
        besieged_by="east",
        goods="flour",
        origin="the port",
        unit="tonnes",
    ),
    "wrong-gates": _terms(
        CEASEFIRE,
        replace(GATE, requires=()),
        replace(GATE, ref="two", requires={"both": ["ceasefire"]}),
        replace(GATE, ref="three", requires={"all": "ceasefire"}),
        replace(GATE, ref="four", requires={"any": []}),
        replace(GATE, ref="five", requires={"not": {"all": ["ceasefire", 7]}}),
        replace(GATE, ref="six", requires=["ceasefire", {"any": ["ceasefire", {"all": {}}]}]),
        replace(GATE, ref="seven", requires={"all": ["ceasefire"], "any": ["ceasefire"]}),
        replace(GATE, ref="eight", requires={"any": {"not": "ceasefire"}}),
        replace(GATE, ref="nine", requires=("ceasefire",), parameters={"declared": 1, "relocks": "no"}),
        replace(
            GATE,
            ref="ten",
            requires=("ceasefire",),
            parameters={
                "obligations": [
                    {"what": "meet", "within": "soon", "term": "moon"},
                    {"within": "P1D", "by": "east", "how": "well"},
                    "publish",
                ]
            },
        ),
        replace(GATE, ref="eleven", requires=("ceasefire",), parameters={"obligations": {"what": "meet"}}),
    ),
    "gate-nobody-may-open": replace(_terms(CEASEFIRE, replace(GATE, requires=("ceasefire",))), declarers=()),
    "gate-nobody-need-open": replace(
        _terms(CEASEFIRE, replace(GATE, requires=("ceasefire",), parameters={"declared": False})),
        declarers=(),
    ),
    "wrong-milestones": _terms(
        replace(SEPARATION, parameters={"due": "2016-09-14T00:00:00Z", "within": "P1D"}),
        replace(SEPARATION, ref="two", parameters={"due": "2016-09-14T00:00:00", "within": "-1 day"}),
        replace(SEPARATION, ref="three", parameters={"within": 0, "measured_by": ["un", 7]}),
    ),
    "wrong-withdrawals": _terms(
        Term("one", "withdrawal", parameters={"distances": [{"equipment": "heavy", "metres": 100}]}),
        Term(
            "two",
            "withdrawal",
            owed_by=("east",),
            parameters={"due": "2016-09-14T00:00:00Z", "within": "P1D"},
        ),
        Term(
            "three",
            "withdrawal",
            owed_by=("east",),
            parameters={
                "distances": [{"metres": -1, "sector": 1}, {"equipment": "heavy", "how": "far"}, "far"],
                "reciprocal": "yes",
                "line": 7,
            },
        ),
        Term("four", "withdrawal", owed_by=("east",), parameters={"distances": "far"}),
    ),
}
