"""The truce in Syria of September 2016, built from the scenario's tables, with its variants.

Every row reached us through one press article of 17-18 September 2016 (Middle East Eye, republished by
Mondialisation.ca). Times are UTC; the zone of the truce was three hours ahead.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tracker.compliance.assess import assess
from tracker.compliance.charter import Actor, Alias, Charter, Parent, Party, Renewal, Term
from tracker.compliance.facts import (
    AccessReport,
    Casualties,
    Claim,
    Declaration,
    Extension,
    IncidentFacts,
    Occurred,
    Place,
    Ruling,
    Source,
    TruceFacts,
    known_at,
)
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.verdicts import Standing, Status
from tracker.compliance.weigh import weigh


def at(text: str) -> datetime:
    """ "17 Sep 18:00" of 2016, in UTC."""
    return datetime.strptime(f"2016 {text}", "%Y %d %b %H:%M").replace(tzinfo=UTC)


START = at("12 Sep 16:00")
DAY_17 = Occurred(at("16 Sep 21:00"), at("17 Sep 21:00"), "day")
EVENING = at("17 Sep 18:00")
AIRPORT = Place("near Deir ez-Zor airport", None, "SYR", 35.28, 40.09, 2, ("SYR",))


def party(actor: str, coverage: str = "bound", answers_to: str | None = None) -> Party:
    """A membership from the start; the two guarantors answer to nobody."""
    role = "guarantor" if actor in ("united-states", "russia") else "party"
    return Party(actor, role, coverage, answers_to=answers_to)


CHARTER = Charter(
    slug="syria-2016-09",
    title={"en": "Cessation of hostilities in Syria, September 2016"},
    zone="Asia/Damascus",
    area=("SYR",),
    truce_class="cessation_of_hostilities",
    agreed=datetime(2016, 9, 9, tzinfo=UTC),
    in_force_from=START,
    renewal=Renewal(timedelta(hours=48)),
    declarers=("united-states", "russia"),
    record_ends=at("17 Sep 21:00"),
    actors={
        "united-states": Actor("state"),
        "russia": Actor("state"),
        "syrian-government": Actor("state"),
        "syrian-army": Actor("armed_force", parents=(Parent("syrian-government"),)),
        "russian-air-force": Actor("armed_force", parents=(Parent("russia"),)),
        "opposition-groups": Actor("armed_group"),
        "us-led-coalition": Actor("coalition"),
        "islamic-state": Actor("armed_group"),
        "fateh-al-sham-front": Actor(
            "armed_group",
            aliases=(
                Alias("al-nusra-front", None, datetime(2016, 7, 28, tzinfo=UTC)),
                Alias("al-Nusra Front", None, datetime(2016, 7, 28, tzinfo=UTC)),
            ),
        ),
    },
    parties=(
        party("united-states"),
        party("russia"),
        party("syrian-government", answers_to="russia"),
        party("syrian-army", answers_to="russia"),
        party("russian-air-force", answers_to="russia"),
        party("opposition-groups", answers_to="united-states"),
        party("us-led-coalition", "assumed", "united-states"),
        party("islamic-state", "excluded"),
        party("fateh-al-sham-front", "excluded"),
    ),
    terms=(
        Term("cessation", "prohibition"),
        Term("seven-day-clock", "clock", parameters={"length": "P7D"}, breaches_of=("cessation",)),
        Term(
            "humanitarian-access",
            "humanitarian_access",
            parameters={"convoy": "aleppo-40", "target": 40, "unit": "trucks", "measured_by": ["un-ocha"]},
        ),
        Term("joint-targeting", "joint_targeting", requires=("seven-day-clock", "humanitarian-access")),
        Term("separation", "milestone", owed_by=("united-states",), basis="tracker"),
    ),
)

SOURCES = {
    source.slug: source
    for source in (
        Source("russian-military", "party", "russia", ("russia",), "C"),
        Source("us-central-command", "party", "us-led-coalition", ("us-led-coalition", "united-states"), "C"),
        Source("us-officials", "party", "united-states", ("united-states",), "C"),
        Source("syrian-state-media", "state_media", "syrian-government", ("syrian-government",), "C"),
        Source("sana", "state_media", "syrian-government", ("syrian-government",), "C"),
        Source("syrian-army-statements", "party", "syrian-army", ("syrian-army",), "C"),
        Source("syrian-government", "party", "syrian-government", ("syrian-government",), "C"),
        Source("united-states-government", "party", "united-states", ("united-states",), "C"),
        Source("moscow", "party", "russia", ("russia",), "C"),
        Source("syrian-observatory", "monitor", None, (), "B"),
        Source("press", "press", None, (), "B"),
        Source("un-ocha", "un", None, (), "A"),
        Source("amaq", "state_media", "islamic-state", ("islamic-state",), "D"),
        Source("journalist", "social", None, (), "C"),
    )
}


def killed(low: int | None, high: int | None) -> Casualties:
    return Casualties("combatants", "killed", low, high)


def injured(n: int) -> Casualties:
    return Casualties("combatants", "injured", n, n)


def claim(row: int, source: str, known: datetime = EVENING, **given: object) -> Claim:
    """One row of the table: the evening of the 17th, that day, near the airport, unless it says other."""
    base = Claim(
        f"row-{row}",
        SOURCES[source],
        known,
        occurred=DAY_17,
        place=AIRPORT,
        credibility=3,
        relayed_by=("mee",),
    )
    return replace(base, **given)  # type: ignore[arg-type]


INCIDENT_A = IncidentFacts(
    "A",
    (
        claim(
            1,
            "russian-military",
            act="air_strike",
            by="us-led-coalition",
            against="syrian-army",
            casualties=(killed(62, 62), injured(100)),
        ),
        claim(
            2,
            "us-central-command",
            act="air_strike",
            by="us-led-coalition",
            stance_event="admits",
            stance_actor="admits",
        ),
        claim(
            3,
            "us-officials",
            by="us-led-coalition",
            stance_event="admits",
            stance_actor=None,
            intent="denied",
        ),
        claim(4, "syrian-state-media", act="air_strike", by="us-led-coalition"),
        claim(5, "sana", stance_actor=None),
        claim(
            6,
            "syrian-observatory",
            act="air_strike",
            against="syrian-army",
            stance_actor="cannot_say",
            casualties=(killed(80, None),),
        ),
        claim(
            7,
            "journalist",
            by="us-led-coalition",
            casualties=(killed(30, 62), injured(100)),
            quotes=("syrian-state-media", "russian-military"),
        ),
        claim(8, "syrian-army-statements", act="air_strike", by="us-led-coalition", against="syrian-army"),
    ),
)
INCIDENT_B = IncidentFacts(
    "B",
    (
        claim(9, "russian-military", act="ground_attack", by="islamic-state", against="syrian-army"),
        claim(10, "amaq", act="ground_attack", by="islamic-state", stance_actor="claims_credit"),
    ),
)
DECEMBER = Occurred(datetime(2015, 11, 30, 22, tzinfo=UTC), datetime(2015, 12, 31, 22, tzinfo=UTC), "month")
INCIDENT_C = IncidentFacts(
    "C",
    (
        claim(
            22,
            "syrian-government",
            known=at("12 Sep 00:00"),
            occurred=DECEMBER,
            act="air_strike",
            by="united-states",
            against="syrian-army",
        ),
        claim(
            23,
            "united-states-government",
            known=at("12 Sep 00:00"),
            occurred=DECEMBER,
            stance_event="denies",
            stance_actor="denies",
            by="united-states",
        ),
    ),
)
VAGUE_A = IncidentFacts(
    "A",
    (
        claim(
            1,
            "russian-military",
            act="air_strike",
            by="us-led-coalition",
            against="syrian-army",
            occurred=Occurred(
                datetime(2015, 12, 31, 22, tzinfo=UTC), datetime(2016, 12, 31, 22, tzinfo=UTC), "year"
            ),
        ),
    ),
)

FACTS = TruceFacts(
    extensions=(
        Extension(
            "48h",
            ("united-states", "russia"),
            "announced",
            at("14 Sep 18:30"),
            at("14 Sep 18:30"),
            timedelta(hours=48),
        ),
        Extension("72h", ("russia",), "offered", at("16 Sep 15:00"), at("16 Sep 15:00"), timedelta(hours=72)),
    ),
    access=(
        AccessReport(
            "row-20",
            SOURCES["un-ocha"],
            at("17 Sep 12:00"),
            2,
            "aleppo-40",
            planned=40,
            waiting=40,
            delivered=0,
        ),
        AccessReport("row-21", SOURCES["press"], at("17 Sep 12:00"), 3, "aleppo-40", waiting=40),
    ),
)
DELIVERY = AccessReport(
    "delivery",
    SOURCES["un-ocha"],
    at("18 Sep 18:00"),
    2,
    "aleppo-40",
    Occurred(at("17 Sep 21:00"), at("18 Sep 21:00"), "day"),
    delivered=40,
)


def ruling(ref: str, outcome: str, known: str, until: str | None = None, body: str = "tracker") -> Ruling:
    return Ruling(ref, "A", "cessation", outcome, body, at(known), at(until) if until else None)


CLEARED = ruling("cleared", "no_violation", "18 Sep 12:00")
CLEARED_THEN_FOUND = (
    ruling("cleared", "no_violation", "18 Sep 12:00", "20 Sep 12:00"),
    ruling("found", "violation", "20 Sep 12:00"),
)
UNLOCKED = Declaration(
    "both", "unlocks", ("united-states", "russia"), at("19 Sep 17:00"), at("19 Sep 17:00"), "joint-targeting"
)


class Week:
    """The week, or a variant of it, asked at any pair of moments."""

    def __init__(
        self,
        *incidents: IncidentFacts,
        rulings: tuple[Ruling, ...] = (),
        access: tuple[AccessReport, ...] = (),
        declarations: tuple[Declaration, ...] = (),
    ) -> None:
        self.incidents = incidents or (INCIDENT_A, INCIDENT_B, INCIDENT_C)
        self.facts = replace(FACTS, access=FACTS.access + access, declarations=declarations)
        self.standings: list[Standing] = []
        for incident in self.incidents:
            own = tuple(one for one in rulings if one.incident == incident.ref)
            self.standings.extend(weigh(CHARTER, replace(incident, rulings=own)))

    def status(self, as_of: str, known: str | None = None) -> Status:
        """What the rules say as of a moment, as known at that moment or at another."""
        moment = at(known or as_of)
        reader = HeldStandings(self.standings, moment)
        return assess(CHARTER, reader, known_at(self.facts, moment), at(as_of))

    def standing(self, incident: str, reading: str, known: str = "17 Sep 20:00") -> Standing:
        """How an incident stood against the cessation, as known at a moment."""
        moment = at(known)
        for row in self.standings:
            here = (row.incident, row.reading) == (incident, reading)
            if here and row.known <= moment and (row.until is None or moment < row.until):
                return row
        raise KeyError((incident, reading))
