"""The codes that a report or a scenario may use, each table in one place.

A code is stable: it is stored, sent and filtered by. Its word in each language belongs to the pages.
"""

from __future__ import annotations

from enum import StrEnum


class ReportKind(StrEnum):
    """What a report is about; also the name of the one part that it carries, save for ``incident``."""

    INCIDENT = "incident"
    ACCESS = "access"
    TALLY = "tally"
    STATEMENT = "statement"


PART_OF_KIND = {
    ReportKind.INCIDENT: "claim",
    ReportKind.ACCESS: "access",
    ReportKind.TALLY: "tally",
    ReportKind.STATEMENT: "statement",
}


class Act(StrEnum):
    """What is said to have been done. ``attack`` where the means is not said."""

    ATTACK = "attack"
    AIR_STRIKE = "air_strike"
    DRONE_STRIKE = "drone_strike"
    MISSILE_STRIKE = "missile_strike"
    SHELLING = "shelling"
    SMALL_ARMS_FIRE = "small_arms_fire"
    SNIPER_FIRE = "sniper_fire"
    EXPLOSIVE_DEVICE = "explosive_device"
    LANDMINE = "landmine"
    CHEMICAL_ATTACK = "chemical_attack"
    NAVAL_ATTACK = "naval_attack"
    ARMED_CLASH = "armed_clash"
    OFFENSIVE = "offensive"
    SEIZURE_OF_GROUND = "seizure_of_ground"
    INCURSION = "incursion"
    OVERFLIGHT = "overflight"
    REINFORCEMENT = "reinforcement"
    KILLING = "killing"
    ABDUCTION = "abduction"
    DETENTION = "detention"
    SEXUAL_VIOLENCE = "sexual_violence"
    LOOTING = "looting"
    DESTRUCTION_OF_PROPERTY = "destruction_of_property"
    OBSTRUCTION_OF_AID = "obstruction_of_aid"
    OBSTRUCTION_OF_MONITORS = "obstruction_of_monitors"
    HOSTILE_PROPAGANDA = "hostile_propaganda"
    OTHER = "other"


class Weapon(StrEnum):
    AIRCRAFT = "aircraft"
    HELICOPTER = "helicopter"
    DRONE = "drone"
    BARREL_BOMB = "barrel_bomb"
    CLUSTER_MUNITION = "cluster_munition"
    INCENDIARY = "incendiary"
    CHEMICAL = "chemical"
    MISSILE = "missile"
    ROCKET = "rocket"
    ARTILLERY = "artillery"
    MORTAR = "mortar"
    TANK = "tank"
    ANTI_TANK_WEAPON = "anti_tank_weapon"
    HEAVY_MACHINE_GUN = "heavy_machine_gun"
    SMALL_ARMS = "small_arms"
    EXPLOSIVE_DEVICE = "explosive_device"
    LANDMINE = "landmine"
    SHIP = "ship"
    OTHER = "other"


class Group(StrEnum):
    """Whom a casualty figure counts; null where the source does not say."""

    COMBATANTS = "combatants"
    CIVILIANS = "civilians"
    WOMEN = "women"
    MEN = "men"
    GIRLS = "girls"
    BOYS = "boys"
    CHILDREN = "children"
    MEDICAL = "medical"
    HUMANITARIAN = "humanitarian"
    JOURNALISTS = "journalists"
    PEACEKEEPERS = "peacekeepers"
    MONITORS = "monitors"
    DETAINEES = "detainees"


class Effect(StrEnum):
    """What befell them. ``killed_or_injured`` where the source says casualties and not which."""

    KILLED = "killed"
    INJURED = "injured"
    KILLED_OR_INJURED = "killed_or_injured"
    MISSING = "missing"
    DETAINED = "detained"
    ABDUCTED = "abducted"
    DISPLACED = "displaced"


class DatePrecision(StrEnum):
    """How well the time is known; the words stand for UCDP ``date_prec`` (see ``UCDP_DATE_PREC``)."""

    EXACT = "exact"
    HOUR = "hour"
    DAY = "day"
    DAYS = "days"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


UCDP_DATE_PREC = {
    DatePrecision.EXACT: 1,
    DatePrecision.HOUR: 1,
    DatePrecision.DAY: 1,
    DatePrecision.DAYS: 2,
    DatePrecision.WEEK: 3,
    DatePrecision.MONTH: 4,
    DatePrecision.YEAR: 5,
}


class Stance(StrEnum):
    """What the source does with an element of its claim. Only the last two allege nothing."""

    ASSERTS = "asserts"
    ADMITS = "admits"
    CLAIMS_CREDIT = "claims_credit"
    CORROBORATES = "corroborates"
    DENIES = "denies"
    CANNOT_SAY = "cannot_say"


class Intent(StrEnum):
    ASSERTED = "asserted"
    DENIED = "denied"
    NOT_STATED = "not_stated"


class Harmed(StrEnum):
    """The class of those hit, where no actor is named: each is protected whoever it belongs to."""

    CIVILIANS = "civilians"
    MEDICAL = "medical"
    HUMANITARIAN = "humanitarian"


class Means(StrEnum):
    """How the source came to know."""

    SEEN = "seen"
    HEARD = "heard"
    CAMERA = "camera"
    TOLD = "told"


class CountingUnit(StrEnum):
    """What one of the claim counts as, so that shells are never added to incidents."""

    INCIDENT = "incident"
    ROUND = "round"
    EXPLOSION = "explosion"
    BURST = "burst"
    SORTIE = "sortie"


class Visibility(StrEnum):
    PUBLIC = "public"
    PARTNERS = "partners"
    RESTRICTED = "restricted"


class Consent(StrEnum):
    """What the person who told us agreed to. Unset: nothing is recorded."""

    PUBLIC = "public"
    PARTNERS = "partners"
    ACCOUNTABILITY = "accountability"


class Passage(StrEnum):
    """Whether a place that aid is meant for can be reached."""

    OPEN = "open"
    CLOSED = "closed"


class Permit(StrEnum):
    """Where the permission for a convoy is said to stand."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class StatementAbout(StrEnum):
    TRUCE = "truce"
    EXTENSION = "extension"
    TERM = "term"
    ACCESS = "access"
    MILESTONE = "milestone"
    WITHDRAWAL = "withdrawal"
    DIPLOMACY = "diplomacy"


class ExtensionState(StrEnum):
    OFFERED = "offered"
    ANNOUNCED = "announced"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class ActorKind(StrEnum):
    STATE = "state"
    ARMED_FORCE = "armed_force"
    COALITION = "coalition"
    ARMED_GROUP = "armed_group"
    UN_BODY = "un_body"
    ORGANISATION = "organisation"
    CIVILIANS = "civilians"


class SourceKind(StrEnum):
    PARTY = "party"
    STATE_MEDIA = "state_media"
    MONITOR = "monitor"
    UN = "un"
    PRESS = "press"
    SOCIAL = "social"
    OWN_FIELD_STAFF = "own_field_staff"


class Reliability(StrEnum):
    """Admiralty A–F of a source. F: it cannot be judged; never sorted or averaged."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class TruceClass(StrEnum):
    CESSATION_OF_HOSTILITIES = "cessation_of_hostilities"
    PRELIMINARY = "preliminary"
    DEFINITIVE = "definitive"


class Role(StrEnum):
    GUARANTOR = "guarantor"
    PARTY = "party"
    MEDIATOR = "mediator"
    MONITOR = "monitor"


class Coverage(StrEnum):
    BOUND = "bound"
    NOT_ACCEPTED = "not_accepted"
    EXCLUDED = "excluded"
    ASSUMED = "assumed"


class Reading(StrEnum):
    RULED = "ruled"
    CORROBORATED = "corroborated"
    ALLEGED = "alleged"


class Basis(StrEnum):
    """Whose rule a fact of the charter is: the agreement's, or this tracker's own."""

    AGREEMENT = "agreement"
    TRACKER = "tracker"


class Outcome(StrEnum):
    VIOLATION = "violation"
    NO_VIOLATION = "no_violation"
    OUTSIDE_TRUCE = "outside_truce"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    SUSPENDED = "suspended"
    UNDER_INQUIRY = "under_inquiry"


class Severity(StrEnum):
    MINOR = "minor"
    SERIOUS = "serious"
    GRAVE = "grave"


class Answer(StrEnum):
    """Where the accused party's answer to a ruling stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    NOT_ASKED = "not_asked"


class DeclarationAbout(StrEnum):
    """What a declaration does, to the truce or to the term that it names."""

    OVER = "over"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REPLACED = "replaced"
    UNLOCKS = "unlocks"
    LOCKS = "locks"
    RESTARTED = "restarted"
    COMPLETED = "completed"
    FULFILLED = "fulfilled"
    RENEWED = "renewed"


class ObserverAccess(StrEnum):
    """How freely those who watched could move."""

    FULL = "full"
    PARTIAL = "partial"
    REMOTE = "remote"


LANGUAGES = ("en", "fr", "ar", "ru")
"""The languages in which the tracker speaks itself."""
