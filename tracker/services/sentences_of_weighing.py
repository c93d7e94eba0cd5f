"""Why an incident counts against a prohibition or does not, and why it is covered or not."""

from django.utils.translation import gettext_lazy as _

SENTENCES_OF_WEIGHING = {
    "weigh.alleged": _("A standing claim alleges it."),
    "weigh.corroborated": _(
        "Every element stands, by two independent sources or by the accused side's own statement."
    ),
    "weigh.not_corroborated": _("Not corroborated: %(missing)s."),
    "weigh.not_ruled": _("No ruling has been made on it."),
    "weigh.nothing_alleged": _("No standing claim alleges it."),
    "weigh.not_settled": _("Whether the truce covers it is not settled: it counts as alleged only."),
    "weigh.outside": _("It lies outside the truce: kept and shown, counted nowhere."),
    "weigh.ruled_violation": _("Ruled a violation."),
    "weigh.ruled_no_violation": _("Ruled not a violation."),
    "weigh.ruled_outside_truce": _("Ruled to lie outside the truce."),
    "weigh.ruled_insufficient_evidence": _("Ruled: the evidence is insufficient. It stays an allegation."),
    "weigh.ruled_suspended": _("The assessment is suspended; nothing changes until it goes on."),
    "weigh.ruled_under_inquiry": _("Under inquiry; nothing changes until there is a ruling."),
    "coverage.assumed": _("A party counts as bound by assumption: the text is not known to name it."),
    "coverage.perpetrator_unknown": _("No source says who did it."),
    "coverage.perpetrator_disputed": _("Sources differ on who did it."),
    "coverage.perpetrator_owes_nothing": _("The actor named does not owe this term."),
    "coverage.perpetrator_excluded": _("The actor named is not covered by the truce."),
    "coverage.perpetrator_not_accepted": _("The actor named has not accepted the truce."),
    "coverage.perpetrator_not_a_party": _("The actor named is no party to the truce."),
    "coverage.perpetrator_not_a_party_then": _("The actor named was no party to the truce at that time."),
    "coverage.perpetrator_straddles_membership": _(
        "The actor named may not have been a party yet, or any more."
    ),
    "coverage.perpetrator_partly_inside": _("Only a part of those named is covered by the truce."),
    "coverage.victim_unknown": _("No source says who was hit."),
    "coverage.victim_disputed": _("Sources differ on who was hit."),
    "coverage.victim_excluded": _("Those hit are not covered by the truce."),
    "coverage.victim_not_accepted": _("Those hit have not accepted the truce."),
    "coverage.victim_not_a_party": _("Those hit are no party to the truce."),
    "coverage.victim_not_a_party_then": _("Those hit were no party to the truce at that time."),
    "coverage.victim_straddles_membership": _("Those hit may not have been a party yet, or any more."),
    "coverage.victim_partly_inside": _("Only a part of those hit is covered by the truce."),
    "coverage.act_unknown": _("No source says what was done."),
    "coverage.act_not_prohibited": _("The term does not forbid what was done."),
    "coverage.act_disputed": _("Sources differ on what was done."),
    "coverage.weapon_unknown": _("No source says with what weapon."),
    "coverage.weapon_not_prohibited": _("The term does not forbid the weapon."),
    "coverage.weapon_disputed": _("Sources differ on the weapon."),
    "coverage.place_unknown": _("No source says where."),
    "coverage.place_disputed": _("Sources differ on where it was."),
    "coverage.place_uncertain": _(
        "The place is not known closely enough to say whether the truce covers it."
    ),
    "coverage.outside_area": _("It lies outside the truce's area."),
    "coverage.before_start": _("It lies before the truce was in force."),
    "coverage.after_end": _("It lies after the truce ended."),
    "coverage.time_unknown": _("No source says when."),
    "coverage.time_straddles": _("It may have happened before the truce was in force."),
}
