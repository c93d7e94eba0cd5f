"""A small cast, and stories told of it as dated plain text.

Two sides made a truce. The guarantors are ``east`` and ``west``; ``east-army`` answers to east,
``west-army`` and the ``west-bloc`` (assumed bound) to west. ``raiders`` are excluded (they were called
``old-raiders`` until 1 August 2016), ``hill-tribe`` has not accepted, ``north-land`` is no party.
``east-guard`` belongs to east-army.

Sources: ``monitor`` (B), ``press`` (B), ``un`` (A) and ``blog`` (F) belong to nobody, ``mission`` (B) to a
mission that does not fight; ``guard-radio`` (C) is east-guard's, ``ring-radio`` (C) of a band unknown here;
``east-ministry`` and ``west-ministry`` (C) speak for their sides;
``east-radio`` and ``west-radio`` (C) are of a side and speak for nobody; ``raiders-channel`` (D) speaks for
the raiders.

A story is lines of "day hour  what". All times are UTC, in 2016. The truce starts on 12 Sep at 16:00, which
is 19:00 in its zone, Asia/Damascus; its clock runs for seven days. What may be said:

    monitor says east-army shelled west-army at 14 Sep 09:00 (A)
    monitor says someone shelled a village between 14 Sep 09:00 and 14 Sep 11:00 (A), 3 killed
    press says east-army bombed raiders on 14 Sep (A) [quotes monitor]  also: [nowhere], [unsure],
                                               [place border], [weapon drone], [intent denied], [act none]
    east-ministry admits east-army shelled west-army (A)       also: denies, accepts (the breach too)
    monitor retracts A
    tracker rules A violation                  no_violation, insufficient_evidence, ...; or another body;
                                               then [severity grave], [responsible east], [of other-term]
    east declares over                         east and west declare unlocks gate
    east and west announce 48 hours            offer, decline, withdraw; "until 15 Sep 12:00": then it lapses
    un says 12 delivered                       of the convoy; also: waiting, refused; "refused by east";
                                               then [to Hilltown], [unit people], [withheld east], [of other]
    un says Hilltown is open                   or closed; "closed by east"
    un says east heavy stands at least 3500 m away in the north         or: at most
    un reports separation reached              or not reached, "on 14 Sep" and the like
    watched for 24 hours                       by somebody, from that moment on
    ? clock is running since 14 Sep 09:00 in alleged          asked at that moment, as known at it
    ? A counts in alleged, corroborated        or: nowhere
    ? A is covered                             outside, not_settled
    ? truce is in_force and strained
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.compliance.assess import assess
from tracker.compliance.charter import READINGS, Actor, Alias, Charter, Parent, Party, Term
from tracker.compliance.facts import (
    AccessReport,
    Casualties,
    Claim,
    Declaration,
    Extension,
    IncidentFacts,
    MilestoneReport,
    ObservationWindow,
    Occurred,
    Place,
    Ruling,
    Source,
    TruceFacts,
    WithdrawalReport,
    known_at,
)
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.intervals import day_bounds
from tracker.compliance.verdicts import Standing, Status, Verdict
from tracker.compliance.weigh import weigh


def at(text: str) -> datetime:
    """ "14 Sep 09:00" of 2016, in UTC."""
    return datetime.strptime(f"2016 {text}", "%Y %d %b %H:%M").replace(tzinfo=UTC)


START = at("12 Sep 16:00")
ZONE = "Asia/Damascus"
INSIDE = Place("the valley", None, "SYR", 35.0, 38.0, 2, ("SYR",))
PLACES = {
    "abroad": Place("beyond the border", None, "IRQ", within=("IRQ",)),
    "border": Place("a border hamlet", lat=36.9, lon=40.0, precision=4, straddles=True),
    "edge": Place("at the edge", None, "SYR", precision=4, within=("SYR",), straddles=True),
    "mill": Place("Mill town", "SY07", "SYR", 35.0, 38.0, 1, ("SYR", "SY07")),
    "ridge": Place("First ridge", "SY01", None, 33.3, 36.35, 1, ("SY01",)),
    "country": Place("somewhere in the country", None, "SYR", precision=6, within=("SYR",)),
    "anywhere": Place(country="SYR", precision=7, within=("SYR",)),
    "name": Place("a name alone"),
    "coded": Place("Mill town", "SY07"),
    "other": Place("Quarry", "SY08", "SYR", precision=6, within=()),
}
VERBS = {
    "shelled": "shelling",
    "bombed": "air_strike",
    "attacked": "ground_attack",
    "overflew": "overflight",
    "besieged": "siege",
}
BOTH = ("east", "west")

ACTORS = {
    "east": Actor("state"),
    "west": Actor("state"),
    "east-army": Actor("armed_force", parents=(Parent("east"),)),
    "east-guard": Actor("armed_force", parents=(Parent("east-army"),)),
    "west-army": Actor("armed_force", parents=(Parent("west"),)),
    "west-bloc": Actor("coalition"),
    "raiders": Actor("armed_group", aliases=(Alias("old-raiders", None, datetime(2016, 8, 1, tzinfo=UTC)),)),
    "hill-tribe": Actor("armed_group"),
    "north-land": Actor("state"),
    "civilians": Actor("civilians"),
}
PARTIES = (
    Party("east", "guarantor", "bound"),
    Party("west", "guarantor", "bound"),
    Party("east-army", "party", "bound", answers_to="east"),
    Party("west-army", "party", "bound", answers_to="west"),
    Party("west-bloc", "party", "assumed", answers_to="west"),
    Party("raiders", "party", "excluded"),
    Party("hill-tribe", "party", "not_accepted"),
)
CEASEFIRE = Term("ceasefire", "prohibition")
CLOCK = Term("clock", "clock", parameters={"length": "P7D"}, breaches_of=("ceasefire",))
ACCESS = Term(
    "access",
    "humanitarian_access",
    parameters={"convoy": "convoy", "target": 40, "measured_by": ["un"]},
)
GATE = Term("gate", "joint_targeting", requires=("clock", "access"))
SEPARATION = Term("separation", "milestone", parameters={"measured_by": ["un"]})
TRUCE = Charter(
    slug="valley",
    title={"en": "Truce of the valley"},
    zone=ZONE,
    area=("SYR",),
    truce_class="cessation_of_hostilities",
    in_force_from=START,
    declarers=BOTH,
    actors=ACTORS,
    parties=PARTIES,
    terms=(CEASEFIRE, CLOCK, ACCESS, GATE, SEPARATION),
)
SOURCES = {
    source.slug: source
    for source in (
        Source("monitor", "monitor", None, (), "B"),
        Source("press", "press", None, (), "B"),
        Source("un", "un", None, (), "A"),
        Source("blog", "social", None, (), "F"),
        Source("mission", "monitor", "mission", (), "B"),
        Source("east-ministry", "party", "east", ("east", "east-army"), "C"),
        Source("east-radio", "state_media", "east", (), "C"),
        Source("west-ministry", "party", "west", ("west", "west-army", "west-bloc"), "C"),
        Source("west-radio", "state_media", "west", (), "C"),
        Source("guard-radio", "state_media", "east-guard", (), "C"),
        Source("ring-radio", "social", "ring-one", (), "C"),
        Source("raiders-channel", "social", "raiders", ("raiders",), "D"),
    )
}


def with_clock(charter: Charter = TRUCE, **parameters: Any) -> Charter:
    """The truce with other parameters of its clock."""
    clock = replace(CLOCK, parameters={"length": "P7D", **parameters})
    return replace(charter, terms=tuple(clock if term.ref == "clock" else term for term in charter.terms))


def with_term(term: Term, charter: Charter = TRUCE) -> Charter:
    """The truce with one term put in, in the place of the one of that reference."""
    others = tuple(one for one in charter.terms if one.ref != term.ref)
    return replace(charter, terms=(*others, term))


WHEN = r"\d+ \w{3} \d\d:\d\d"
LINE = re.compile(rf"(?P<at>{WHEN})\s+(?P<what>.+)")
CLAIM = re.compile(
    r"(?P<source>[\w-]+) (?P<stance>says|admits|denies|accepts) (?P<by>[\w-]+) (?P<verb>\w+ed|overflew) "
    r"(?P<against>a village|[\w-]+)(?P<when>.*?) \((?P<incident>\w+)\)(?P<rest>.*)"
)
FIGURE = re.compile(r"(?P<least>at least )?(?P<low>\d+)(?:-(?P<high>\d+))? (?P<effect>killed|injured)")
OPTION = re.compile(r"\[(\w+)(?: ([\w, -]+))?\]")
OPTIONS = r"((?: \[[^\]]+\])*)"
ASKED = re.compile(
    rf"(?P<what>[\w-]+) is (?P<state>\w+)(?: since (?P<since>{WHEN}))?(?: in (?P<reading>\w+))?"
)


class Story:
    """The facts of a story, and what the rules say of them at any pair of moments."""

    def __init__(self, text: str, charter: Charter = TRUCE) -> None:
        # A charter of its own: what the rules have kept of another story's is not read here.
        self.charter = charter = replace(charter)
        self.claims: dict[str, list[Claim]] = {}
        self.rulings: dict[str, list[Ruling]] = {}
        self.extensions: list[Extension] = []
        self.declarations: list[Declaration] = []
        self.access: list[AccessReport] = []
        self.milestones: list[MilestoneReport] = []
        self.withdrawals: list[WithdrawalReport] = []
        self.windows: list[ObservationWindow] = []
        self.asked: list[tuple[datetime, str]] = []
        for number, line in enumerate(one for one in map(str.strip, text.splitlines()) if one):
            told = LINE.fullmatch(line)
            assert told is not None, f"no date: {line}"
            self._tell(at(told["at"]), told["what"], f"r{number:02}")
        self.facts = TruceFacts(
            tuple(self.extensions),
            tuple(self.declarations),
            tuple(self.access),
            tuple(self.milestones),
            tuple(self.withdrawals),
            tuple(self.windows),
        )
        self.standings: list[Standing] = []
        for ref in sorted(set(self.claims) | set(self.rulings)):
            self.standings.extend(weigh(charter, self.incident(ref)))

    def incident(self, ref: str) -> IncidentFacts:
        """All that the story tells of one incident."""
        return IncidentFacts(ref, tuple(self.claims.get(ref, ())), tuple(self.rulings.get(ref, ())))

    # --- Asking --------------------------------------------------------------------------------------

    def status(self, as_of: str | datetime, known: str | datetime | None = None) -> Status:
        """What the rules say as of a moment, as known at that moment or at another."""
        moment = _moment(as_of if known is None else known)
        reader = HeldStandings(self.standings, moment)
        return assess(self.charter, reader, known_at(self.facts, moment), _moment(as_of))

    def says(self, term: str, reading: str, as_of: str, known: str | None = None) -> Verdict:
        """What one term says in one reading."""
        return self.status(as_of, known).term(term).readings[reading]

    def row(self, incident: str, reading: str = "alleged", known: str = "30 Dec 00:00") -> Standing:
        """How an incident stood against the ceasefire, as known at a moment."""
        moment = at(known)
        for row in self.standings:
            here = (row.incident, row.term, row.reading) == (incident, "ceasefire", reading)
            if here and row.known <= moment and (row.until is None or moment < row.until):
                return row
        raise KeyError((incident, reading, known))

    def counts(self, incident: str, known: str = "30 Dec 00:00") -> tuple[str, ...]:
        """The readings in which an incident counts, widest first."""
        return tuple(reading for reading in READINGS if self.row(incident, reading, known).counts)

    def holds(self) -> "Story":
        """Asks every question of the story at its moment; fails on the first that is not so."""
        for moment, question in self.asked:
            self._ask(moment, question)
        return self

    def _ask(self, moment: datetime, question: str) -> None:
        said = f"{moment:%d %b %H:%M} {question}"
        counted = re.fullmatch(r"(\w+) counts (nowhere|in [\w, ]+)", question)
        if counted is not None:
            readings = () if counted[2] == "nowhere" else tuple(counted[2][3:].split(", "))
            assert self.counts(counted[1], moment.strftime("%d %b %H:%M")) == readings, said
            return
        truce = re.fullmatch(r"truce is (\w+)(?: and (\w+))?", question)
        if truce is not None:
            status = self.status(moment)
            assert status.standing == truce[1], (said, status.standing)
            assert truce[2] in (None, status.compliance), (said, status.compliance)
            return
        asked = ASKED.fullmatch(question)
        assert asked is not None, f"not a question: {question}"
        if asked["what"] in self.claims:
            assert self.row(asked["what"]).coverage == asked["state"], said
            return
        term = self.status(moment).term(asked["what"])
        for reading in [asked["reading"]] if asked["reading"] else READINGS:
            verdict = term.readings[reading]
            assert verdict.state == asked["state"], (said, reading, verdict)
            if asked["since"] is not None:
                assert verdict.since == at(asked["since"]), (said, reading, verdict.since)

    # --- Telling -------------------------------------------------------------------------------------

    def _tell(self, moment: datetime, what: str, ref: str) -> None:
        if what.startswith("? "):
            self.asked.append((moment, what[2:]))
            return
        for pattern, tell in _TELLINGS:
            found = re.fullmatch(pattern, what)
            if found is not None:
                tell(self, moment, found, ref)
                return
        found = CLAIM.fullmatch(what)
        assert found is not None, f"not told in words known here: {what}"
        self.claims.setdefault(found["incident"], []).append(_claim(moment, found, ref))

    def _retract(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        mine = self.claims[found[2]]
        self.claims[found[2]] = [
            replace(one, until=moment) if one.source.slug == found[1] else one for one in mine
        ]

    def _rule(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        body, incident, outcome, when, options = found.groups()
        more = dict(OPTION.findall(options))
        term = more.get("of", "ceasefire")
        before = self.rulings.setdefault(incident, [])
        before[:] = [
            replace(one, until=moment) if (one.body, one.term) == (body, term) and one.until is None else one
            for one in before
        ]
        occurred = Occurred(at(when), at(when)) if when else None
        before.append(
            Ruling(
                ref, incident, term, outcome, body, moment,
                severity=more.get("severity"), responsible=more.get("responsible"), occurred=occurred,
            )
        )  # fmt: skip

    def _declare(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        by = tuple(found[1].split(" and "))
        self.declarations.append(Declaration(ref, found[2], by, moment, moment, found[3]))

    def _extend(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        by, state = tuple(found[1].split(" and ")), _EXTENDING[found[2]]
        length = timedelta(hours=int(found[3])) if found[3] else None
        name = f"{found[3]}h" if found[3] else "further"
        expires = at(found[4]) if found[4] else None
        self.extensions.append(Extension(name, by, state, moment, moment, length, expires))

    def _ledger(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        figures: dict[str, Any] = {found[3]: int(found[2])} if found[2] else {}
        more = dict(OPTION.findall(found[6]))
        self.access.append(
            AccessReport(
                ref,
                SOURCES[found[1]],
                moment,
                2,
                more.get("of", "convoy"),
                _when(found[5] or ""),
                refused_by=found[4],
                place=more.get("to"),
                unit=more.get("unit"),
                withheld_by=more.get("withheld"),
                **figures,
            )
        )

    def _pass(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        self.access.append(
            AccessReport(
                ref, SOURCES[found[1]], moment, 2, place=found[2], passage=found[3], refused_by=found[4]
            )
        )

    def _stand(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        least, most = (float(found[5]), None) if found[4] == "least" else (None, float(found[5]))
        self.withdrawals.append(
            WithdrawalReport(
                ref, SOURCES[found[1]], "road", found[2], found[3], moment, least, most, found[6], 2
            )
        )

    def _reach(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        reached = found[3] is None
        occurred = _when(found[4])
        self.milestones.append(
            MilestoneReport(ref, SOURCES[found[1]], found[2], reached, moment, 2, occurred)
        )

    def _watch(self, moment: datetime, found: re.Match[str], ref: str) -> None:
        end = moment + timedelta(hours=int(found[1]))
        self.windows.append(ObservationWindow("SYR", moment, end, moment))


_EXTENDING = {
    "announce": "announced",
    "offer": "offered",
    "decline": "declined",
    "withdraw": "withdrawn",
}
_TELLINGS: list[tuple[str, Any]] = [
    (r"([\w-]+) retracts (\w+)", Story._retract),
    (rf"([\w-]+) rules (\w+) (\w+)(?: at ({WHEN}))?{OPTIONS}", Story._rule),
    (r"([\w-]+(?: and [\w-]+)*) declares? (\w+)(?: ([\w-]+))?", Story._declare),
    (
        rf"([\w-]+(?: and [\w-]+)*) (announce|offer|decline|withdraw)s? (?:(\d+) hours|an extension)"
        rf"(?: until ({WHEN}))?",
        Story._extend,
    ),
    (
        r"([\w-]+) says (?:(\d+) )?(planned|cleared|waiting|refused|delivered|attacked)(?: by ([\w-]+))?"
        rf"( on \d+ \w{{3}})?{OPTIONS}",
        Story._ledger,
    ),
    (r"([\w-]+) says ([\w-]+) is (open|closed)(?: by ([\w-]+))?", Story._pass),
    (
        r"([\w-]+) says ([\w-]+) (\w+) stands at (least|most) (\d+) m away(?: in the (\w+))?",
        Story._stand,
    ),
    (r"([\w-]+) reports ([\w-]+) (not )?reached(.*)", Story._reach),
    (r"watched for (\d+) hours", Story._watch),
]


def _moment(when: str | datetime) -> datetime:
    return at(when) if isinstance(when, str) else when


def _when(text: str) -> Occurred | None:
    """ "at ...", "between ... and ...", "on 14 Sep" (a day of the zone), "in Sep", "in 2016"; or nothing."""
    text = text.strip()
    if not text:
        return None
    if found := re.fullmatch(rf"at ({WHEN})", text):
        return Occurred(at(found[1]), at(found[1]))
    if found := re.fullmatch(rf"between ({WHEN}) and ({WHEN})", text):
        return Occurred(at(found[1]), at(found[2]), "hour")
    if found := re.fullmatch(r"on (\d+ \w{3})", text):
        start, end = day_bounds(ZONE, at(f"{found[1]} 12:00").date())
        return Occurred(start, end, "day")
    if text == "in 2016":
        return Occurred(
            datetime(2015, 12, 31, 22, tzinfo=UTC), datetime(2016, 12, 31, 22, tzinfo=UTC), "year"
        )
    found = re.fullmatch(r"in (\w{3})", text)
    assert found is not None, f"no time: {text}"
    first = at(f"01 {found[1]} 00:00")
    following = (first + timedelta(days=32)).replace(day=1)
    return Occurred(day_bounds(ZONE, first.date())[0], day_bounds(ZONE, following.date())[0], "month")


_STANCES = {
    "says": ("asserts", "asserts"),
    "admits": ("admits", "admits"),
    "accepts": ("admits", "admits"),
    "denies": ("denies", "denies"),
}


def _claim(moment: datetime, found: re.Match[str], ref: str) -> Claim:
    event, actor = _STANCES[found["stance"]]
    by, against, harmed = found["by"], found["against"], None
    if by == "someone":
        by, actor = None, "cannot_say"
    if against == "a village":
        against, harmed = None, "civilians"
    elif against == "somebody":
        against = None
    options = dict(OPTION.findall(found["rest"]))
    return Claim(
        ref,
        SOURCES[found["source"]],
        moment,
        occurred=_when(found["when"]),
        place=None if "nowhere" in options else PLACES.get(options.get("place", ""), INSIDE),
        act=None if "act" in options else VERBS[found["verb"]],
        by=by,
        against=against,
        harmed=harmed,
        stance_event=event,
        stance_actor=actor,
        accepts_breach=found["stance"] == "accepts",
        casualties=tuple(_figures(found["rest"], "civilians" if harmed else "combatants")),
        credibility=6 if "unsure" in options else int(options.get("credibility", 2)),
        quotes=tuple(options["quotes"].split(", ")) if "quotes" in options else (),
        weapon=options.get("weapon"),
        intent=options.get("intent", "not_stated"),
        original=options.get("original"),
        relayed_by=tuple(options["via"].split(", ")) if "via" in options else (),
    )


def _figures(text: str, group: str) -> Iterable[Casualties]:
    for one in FIGURE.finditer(text):
        low = int(one["low"])
        high = int(one["high"]) if one["high"] else low
        yield Casualties(group, one["effect"], low, None if one["least"] else high)
