"""The sentences for what the rules find wrong in a charter, by the rules' own codes."""

from __future__ import annotations

from django.utils.translation import gettext_noop

RULE_MESSAGES: dict[str, str] = {
    "charter.missing": gettext_noop("The charter cannot do without this. Give it."),
    "charter.unknown_zone": gettext_noop("“%(zone)s” is not a time zone name such as Asia/Damascus."),
    "charter.moment_without_offset": gettext_noop("Write the moment with Z or an offset from UTC."),
    "charter.ends_before_start": gettext_noop("This ends before it starts. Correct one of the two moments."),
    "charter.length_not_positive": gettext_noop("A length of time must be more than nothing."),
    "charter.not_a_count": gettext_noop("This must be a whole number of at least 1."),
    "charter.unknown_reading": gettext_noop("“%(reading)s” is not one of the three readings."),
    "charter.replaces_itself": gettext_noop("A truce cannot replace itself. Name another truce."),
    "charter.not_a_party": gettext_noop("“%(actor)s” is no party to this truce. Add it to the parties."),
    "charter.name_of_another": gettext_noop("This name is already that of the actor “%(actor)s”."),
    "charter.unknown_actor": gettext_noop("There is no actor “%(actor)s”. Correct the reference or add it."),
    "charter.belongs_to_itself": gettext_noop(
        "By its parents “%(actor)s” belongs to itself."
    ),
    "charter.unknown_role": gettext_noop("“%(role)s” is not a role."),
    "charter.unknown_coverage": gettext_noop("“%(coverage)s” is not a kind of coverage."),
    "charter.not_a_guarantor": gettext_noop(
        "“%(actor)s” is no guarantor of this truce."
    ),
    "charter.overlapping_membership": gettext_noop("“%(actor)s” is already a party over part of this time."),
    "charter.same_reference": gettext_noop("Another term has the reference “%(ref)s” already."),
    "charter.unknown_kind": gettext_noop("There is no kind of term “%(kind)s”. Use one of: %(kinds)s."),
    "charter.unknown_term": gettext_noop(
        "There is no term “%(term)s” in this charter."
    ),
    "charter.circular_requirement": gettext_noop("“%(term)s” requires itself by way of others."),
    "charter.not_a_prohibition": gettext_noop("“%(term)s” is not a prohibition, so it has no breaches."),
    "clock.stopped_by_nothing": gettext_noop(
        "Name in breaches_of the prohibitions that stop it."
    ),
    "condition.not_a_condition": gettext_noop(
        "Write a term’s reference, a list, or all, any or not."
    ),
    "condition.not_a_list": gettext_noop("This needs a list of at least one condition."),
    "condition.not_one_of_all_any_not": gettext_noop("A condition has exactly one of: all, any, not."),
    "joint_targeting.no_declarers": gettext_noop("Say who declares it, here or in the charter’s declarers."),
    "joint_targeting.requires_nothing": gettext_noop("Name in requires the terms on which it depends."),
    "access.one_of_convoy_threshold_siege": gettext_noop("Give one of: convoy, threshold, siege."),
    "access.window_not_whole_days": gettext_noop("The window must be a number of whole days."),
    "prohibition.act_not_among_acts": gettext_noop("“%(act)s” is not among the acts that the term forbids."),
    "withdrawal.owed_by_nobody": gettext_noop("Say who owes it: in owed_by, or here in by."),
    "parameter.missing": gettext_noop("The parameter “%(name)s” is required."),
    "parameter.unknown": gettext_noop("This kind of term has no parameter “%(name)s”. Remove it."),
    "parameter.not_a_mapping": gettext_noop("This must be an object with named fields."),
    "parameter.not_a_length": gettext_noop("“%(value)s” is not a length of time. Write it as P7D or PT48H."),
    "parameter.not_positive": gettext_noop("A length of time must be more than nothing."),
    "parameter.not_a_moment": gettext_noop("“%(value)s” is not a moment with Z or an offset from UTC."),
    "parameter.not_a_number": gettext_noop("“%(value)s” is not a number."),
    "parameter.too_small": gettext_noop("This must be at least %(least)s."),
    "parameter.not_a_flag": gettext_noop("“%(value)s” is neither true nor false."),
    "parameter.not_a_text": gettext_noop("“%(value)s” is not text."),
    "parameter.not_a_choice": gettext_noop("“%(value)s” is not a known code. Use one of: %(choices)s."),
    "parameter.not_a_list": gettext_noop("This must be a list."),
    "parameter.not_after": gettext_noop("This must be after “%(other)s”."),
    "parameter.one_of_two": gettext_noop("Give either this or “%(other)s”, not both."),
}
