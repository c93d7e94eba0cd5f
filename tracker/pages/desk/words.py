"""The words that the desk uses for the codes of a report, in the order in which they are offered."""

from django.utils.translation import gettext_lazy as _

from tracker.intake.codes import (
    Act,
    Consent,
    CountingUnit,
    DatePrecision,
    Effect,
    ExtensionState,
    Group,
    Harmed,
    Intent,
    Means,
    Passage,
    Permit,
    ReportKind,
    Stance,
    StatementAbout,
    Visibility,
    Weapon,
)

KINDS = {
    ReportKind.INCIDENT: _("Incident"),
    ReportKind.ACCESS: _("Humanitarian access"),
    ReportKind.TALLY: _("Tally"),
    ReportKind.STATEMENT: _("Statement"),
}
KINDS_EXPLAINED = {
    ReportKind.INCIDENT: _("Somebody says that something happened: a strike, shelling, a seizure of ground."),
    ReportKind.ACCESS: _("Somebody gives numbers of an aid convoy, or says what stands in its way."),
    ReportKind.TALLY: _("A source gives its own count over a span, such as 55 attacks in 24 hours."),
    ReportKind.STATEMENT: _("Words about the truce, one of its terms or its extension."),
}
ACTS = {
    Act.ATTACK: _("attack (by what means is not said)"),
    Act.AIR_STRIKE: _("air strike"),
    Act.DRONE_STRIKE: _("drone strike"),
    Act.MISSILE_STRIKE: _("missile strike"),
    Act.SHELLING: _("shelling"),
    Act.SMALL_ARMS_FIRE: _("small-arms fire"),
    Act.SNIPER_FIRE: _("sniper fire"),
    Act.EXPLOSIVE_DEVICE: _("explosive device"),
    Act.LANDMINE: _("landmine"),
    Act.CHEMICAL_ATTACK: _("chemical attack"),
    Act.NAVAL_ATTACK: _("naval attack"),
    Act.ARMED_CLASH: _("armed clash"),
    Act.OFFENSIVE: _("offensive"),
    Act.SEIZURE_OF_GROUND: _("seizure of ground"),
    Act.INCURSION: _("incursion"),
    Act.OVERFLIGHT: _("overflight"),
    Act.REINFORCEMENT: _("reinforcement"),
    Act.KILLING: _("killing"),
    Act.ABDUCTION: _("abduction"),
    Act.DETENTION: _("detention"),
    Act.SEXUAL_VIOLENCE: _("sexual violence"),
    Act.LOOTING: _("looting"),
    Act.DESTRUCTION_OF_PROPERTY: _("destruction of property"),
    Act.OBSTRUCTION_OF_AID: _("obstruction of aid"),
    Act.OBSTRUCTION_OF_MONITORS: _("obstruction of monitors"),
    Act.HOSTILE_PROPAGANDA: _("hostile propaganda"),
    Act.OTHER: _("something else"),
}
WEAPONS = {
    Weapon.AIRCRAFT: _("aircraft"),
    Weapon.HELICOPTER: _("helicopter"),
    Weapon.DRONE: _("drone"),
    Weapon.BARREL_BOMB: _("barrel bomb"),
    Weapon.CLUSTER_MUNITION: _("cluster munition"),
    Weapon.INCENDIARY: _("incendiary weapon"),
    Weapon.CHEMICAL: _("chemical weapon"),
    Weapon.MISSILE: _("missile"),
    Weapon.ROCKET: _("rocket"),
    Weapon.ARTILLERY: _("artillery"),
    Weapon.MORTAR: _("mortar"),
    Weapon.TANK: _("tank"),
    Weapon.ANTI_TANK_WEAPON: _("anti-tank weapon"),
    Weapon.HEAVY_MACHINE_GUN: _("heavy machine gun"),
    Weapon.SMALL_ARMS: _("small arms"),
    Weapon.EXPLOSIVE_DEVICE: _("explosive device"),
    Weapon.LANDMINE: _("landmine"),
    Weapon.SHIP: _("ship"),
    Weapon.OTHER: _("something else"),
}
GROUPS = {
    Group.CIVILIANS: _("civilians"),
    Group.COMBATANTS: _("combatants"),
    Group.WOMEN: _("women"),
    Group.MEN: _("men"),
    Group.GIRLS: _("girls"),
    Group.BOYS: _("boys"),
    Group.CHILDREN: _("children"),
    Group.MEDICAL: _("medical staff"),
    Group.HUMANITARIAN: _("aid workers"),
    Group.JOURNALISTS: _("journalists"),
    Group.PEACEKEEPERS: _("peacekeepers"),
    Group.MONITORS: _("monitors"),
    Group.DETAINEES: _("detainees"),
}
EFFECTS = {
    Effect.KILLED: _("killed"),
    Effect.INJURED: _("injured"),
    Effect.KILLED_OR_INJURED: _("killed or injured (not said which)"),
    Effect.MISSING: _("missing"),
    Effect.DETAINED: _("detained"),
    Effect.ABDUCTED: _("abducted"),
    Effect.DISPLACED: _("displaced"),
}
NOT_KNOWN = "not_known"
PRECISIONS = {
    DatePrecision.EXACT: _("to the minute"),
    DatePrecision.HOUR: _("to the hour"),
    DatePrecision.DAY: _("the day"),
    DatePrecision.DAYS: _("between two days"),
    DatePrecision.WEEK: _("within a week"),
    DatePrecision.MONTH: _("the month"),
    DatePrecision.YEAR: _("the year"),
    DatePrecision.UNKNOWN: _("only that it lies between two days"),
}
STANCES = {
    Stance.ASSERTS: _("asserts it"),
    Stance.ADMITS: _("admits it"),
    Stance.CLAIMS_CREDIT: _("claims credit for it"),
    Stance.CORROBORATES: _("corroborates it"),
    Stance.DENIES: _("denies it"),
    Stance.CANNOT_SAY: _("cannot say"),
}
INTENTS = {
    Intent.NOT_STATED: _("not said"),
    Intent.ASSERTED: _("said to be meant"),
    Intent.DENIED: _("said not to be meant"),
}
HARMED = {
    Harmed.CIVILIANS: _("civilians"),
    Harmed.MEDICAL: _("medical staff or places"),
    Harmed.HUMANITARIAN: _("aid workers or aid"),
}
MEANS = {
    Means.SEEN: _("seen"),
    Means.HEARD: _("heard"),
    Means.CAMERA: _("by camera"),
    Means.TOLD: _("told by others"),
}
COUNTING_UNITS = {
    CountingUnit.INCIDENT: _("an incident"),
    CountingUnit.ROUND: _("a round"),
    CountingUnit.EXPLOSION: _("an explosion"),
    CountingUnit.BURST: _("a burst"),
    CountingUnit.SORTIE: _("a sortie"),
}
VISIBILITIES = {
    Visibility.PUBLIC: _("public, once it is screened in"),
    Visibility.PARTNERS: _("partners only"),
    Visibility.RESTRICTED: _("restricted"),
}
CONSENTS = {
    Consent.PUBLIC: _("may be published"),
    Consent.PARTNERS: _("may be shown to partners"),
    Consent.ACCOUNTABILITY: _("may serve accountability only"),
}
PERMITS = {
    Permit.ASKED: _("asked for"),
    Permit.GRANTED: _("granted"),
    Permit.REFUSED: _("refused"),
}
PASSAGES = {
    Passage.OPEN: _("open"),
    Passage.CLOSED: _("closed"),
}
ABOUTS = {
    StatementAbout.TRUCE: _("The truce"),
    StatementAbout.EXTENSION: _("Its extension"),
    StatementAbout.TERM: _("One of its terms"),
    StatementAbout.ACCESS: _("Access for aid"),
    StatementAbout.MILESTONE: _("A milestone"),
    StatementAbout.WITHDRAWAL: _("A withdrawal"),
    StatementAbout.DIPLOMACY: _("Diplomacy"),
}
EXTENSION_STATES = {
    ExtensionState.OFFERED: _("offered"),
    ExtensionState.ANNOUNCED: _("announced"),
    ExtensionState.DECLINED: _("declined"),
    ExtensionState.LAPSED: _("lapsed"),
    ExtensionState.WITHDRAWN: _("withdrawn"),
}
WHERE_PRECISIONS = {
    1: _("1: the exact place"),
    2: _("2: near it, within about 25 km"),
    3: _("3: only the second-level division (district) is known"),
    4: _("4: only the first-level division (governorate) is known"),
    5: _("5: only a part of the country is known"),
    6: _("6: only the country is known"),
    7: _("7: at sea or in the air"),
}
CREDIBILITIES = {
    1: _("1: confirmed by others"),
    2: _("2: probably true"),
    3: _("3: possibly true"),
    4: _("4: doubtful"),
    5: _("5: improbable"),
    6: _("6: cannot be judged"),
}
PLANNED, CLEARED, WAITING = _("Planned"), _("Cleared to leave"), _("Waiting")
REFUSED, DELIVERED, ATTACKED = _("Refused"), _("Delivered"), _("Attacked")
