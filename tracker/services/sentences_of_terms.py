"""What each kind of term says, and what would change it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

SENTENCES_OF_TERMS = {
    "term.ended": _("The truce has ended, and this term with it."),
    "term.cannot_be_judged": _(
        "This kind of term cannot be judged here: the file that holds its rule is gone."
    ),
    "prohibition.not_started": _("It binds from %(starts)s."),
    "prohibition.unobserved": _("Nothing counts against it, and nobody was recorded as observing."),
    "prohibition.holding": ngettext_lazy(
        "Nothing counts against it; %(days)s day of the last seven was observed.",
        "Nothing counts against it; observers watched on %(days)s days.",
        "days",
    ),
    "prohibition.strained": ngettext_lazy(
        "%(count)s incident counts against it; none is ruled or accepted a violation.",
        "%(count)s incidents count against it; none is ruled or accepted a violation.",
        "count",
    ),
    "prohibition.ruled": _("A violation is ruled."),
    "prohibition.accepted": _("Those responsible accept that they broke it."),
    "prohibition.passed_count": ngettext_lazy(
        "%(count)s incident counts: the number at which the charter calls it breached.",
        "%(count)s incidents count: the number at which the charter calls it breached.",
        "count",
    ),
    "clock.not_started": _("It starts on %(starts)s."),
    "clock.running": _("It runs; nothing that counts here stops it."),
    "clock.restarted": _("It starts again from %(at)s: a breach that is ruled or accepted."),
    "clock.restarted_by_declarers": _("Those who declare for the truce started it again on %(at)s."),
    "clock.in_question": _("If what is said to have happened by %(at)s counts, it starts again from there."),
    "clock.paused": _("It stands still since %(at)s."),
    "clock.paused_by_suspension": _("It stands still while the truce is suspended."),
    "clock.fulfilled": _("The count is complete."),
    "clock.completed_by_declarers": _("Those who declare for the truce declared it complete."),
    "clock.may_be_breached": _("Unknown: something that counts may fall inside the count."),
    "clock.unplaced": _(
        "Unknown: something whose time is not known closely enough may fall inside the count."
    ),
    "clock.not_observed": ngettext_lazy(
        "Unknown: %(days)s day of the count was observed by nobody.",
        "Unknown: %(days)s days of the count were observed by nobody.",
        "days",
    ),
    "access.not_started": _("It is owed from the start of the truce."),
    "access.fulfilled": _("Delivered as the term asks."),
    "access.partial": _("%(delivered)s of %(target)s %(unit)s delivered."),
    "access.not_granted": _("None is delivered, say those who measure it."),
    "access.denied": _("%(says)s says that %(by)s refused it."),
    "access.unknown": _("Nobody who counts here has said what was delivered."),
    "joint_targeting.locked": _(
        "Its conditions do not all hold in every reading. An unknown never meets one."
    ),
    "joint_targeting.conditions_met": _(
        "By this count its conditions hold; %(declarers)s have not declared it."
    ),
    "joint_targeting.unlocked": _("Declared by %(declarers)s, with its conditions holding."),
    "joint_targeting.unlocked_by_word_alone": _(
        "Declared by %(declarers)s; by this count its conditions do not hold."
    ),
    "milestone.not_started": _("It is owed from the start of the truce."),
    "milestone.pending": _("Due by %(due)s; nobody who counts here has said that it was reached."),
    "milestone.no_date": _(
        "No date is known for it, and nobody who counts here has said that it was reached."
    ),
    "milestone.overdue": _("It was due by %(due)s, and nobody who counts here has said that it was reached."),
    "milestone.fulfilled": _("Reached."),
    "milestone.declared": _("Declared reached by those who declare for the truce."),
    "withdrawal.not_started": _("It is owed from the start of the truce."),
    "withdrawal.not_reported": _(
        "Nobody who counts here has said how far the equipment stands from the line."
    ),
    "withdrawal.too_close": _("Some equipment is said to stand closer to the line than agreed."),
    "withdrawal.overdue": _("It was due by %(due)s, and some equipment is said to stand too close."),
    "withdrawal.overdue_unknown": _(
        "It was due by %(due)s, and nobody who counts here has said how far things stand."
    ),
    "withdrawal.fulfilled": _("Withdrawn as agreed."),
    "term.kind_is_gone": _("This kind of term cannot be judged here: the file that holds its rule is gone."),
    "term.parameters_faulty": _("It cannot be judged: something is wrong with how its charter describes it."),
    "term.requires_itself": _("It cannot be judged: by its charter it waits for itself."),
    "change.delivered": _("A delivery that those who measure it confirm."),
    "change.declared": _("A declaration by %(by)s."),
    "change.declared_locked": _("A declaration by %(by)s that it no longer holds."),
    "change.term_met": _("“%(term)s” being met."),
    "change.reported_reached": _("Word, from those who count here, that it was reached."),
    "change.reported_withdrawn": _("Word, from those who count here, that the equipment is back far enough."),
    "change.ruled": _("A ruling on the incident."),
    "change.ruled_violation": _("A ruling that the incident was a violation."),
    "change.ruled_no_violation": _("A ruling that the incident was no violation."),
    "change.completes": _("Nothing further that counts until %(at)s: then it is complete."),
    "change.another_breach": _("Another incident that counts."),
    "change.quiet_until": _("Nothing further that counts until %(at)s."),
    "change.observation": _("Observers on the ground."),
}
