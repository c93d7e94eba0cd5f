"""What a truce as a whole says."""

from django.utils.translation import gettext_lazy as _

SENTENCES_OF_TRUCES = {
    "truce.announced": _("Announced; it comes into force on %(starts)s."),
    "truce.in_force": _("In force; no end has been declared."),
    "truce.suspended": _("Suspended by those who declare for it."),
    "truce.ended_by_its_term": _("It ended by its own term."),
    "truce.ended_by_renewal_lapsed": _("It ended when its last renewal ran out, as its text says."),
    "truce.replaced": _("Another truce has taken its place."),
    "truce.ended_by_one_party": _("%(by)s declared it over; its text lets one party do so."),
    "truce.ended_by_declarers": _("Declared over by %(by)s."),
    "truce.prohibits_nothing": _("It has no term that forbids anything, so nothing can count against it."),
    # The sentence on top. What stands in [[ ]] is the state, which the board colours.
    "sentence.announced": _("The truce is [[announced]]; it comes into force on %(starts)s."),
    "sentence.suspended": _("The truce is [[suspended]] since %(since)s."),
    "sentence.ended": _("The truce [[ended]] on %(since)s."),
    "sentence.not_started": _("The truce is [[not in force yet]]."),
    "sentence.unobserved": _(
        "The truce is in force and [[nobody was recorded as observing it]]: no report that counts is not calm."
    ),
    "sentence.holding": _(
        "The truce is [[holding]]: observers were watching, and nothing counts against it."
    ),
    "sentence.strained": _(
        "The truce is [[strained]]: something counts against it, and nothing is ruled or accepted a violation."
    ),
    "sentence.violated": _(
        "The truce is [[violated]]: a breach is ruled, accepted, or over the number that its charter names."
    ),
    "sentence.in_question.unobserved": _(
        "The truce is in force, and [[whether its count of %(headline.length_seconds)s still runs is disputed]]."
    ),
    "sentence.in_question.holding": _(
        "The truce is [[holding]], and whether its count of %(headline.length_seconds)s still runs is disputed."
    ),
    "sentence.in_question.strained": _(
        "The truce is [[strained]], and whether its count of %(headline.length_seconds)s still runs is disputed."
    ),
    "sentence.in_question.violated": _(
        "The truce is [[violated]], and whether its count of %(headline.length_seconds)s still runs is disputed."
    ),
    "sentence.restarted.strained": _(
        "The truce is [[strained]]; its count of %(headline.length_seconds)s was restarted."
    ),
    "sentence.restarted.violated": _(
        "The truce is [[violated]]; its count of %(headline.length_seconds)s was restarted."
    ),
    "sentence.restarted.unobserved": _(
        "The truce is in force; its count of %(headline.length_seconds)s was [[restarted]]."
    ),
    "sentence.restarted.holding": _(
        "The truce is [[holding]]; its count of %(headline.length_seconds)s was restarted."
    ),
    "sentence.clock_fulfilled.unobserved": _(
        "The truce is in force and its count of %(headline.length_seconds)s is [[complete]], counted for want of reports."
    ),
    "sentence.clock_fulfilled.holding": _(
        "The truce is [[holding]] and its count of %(headline.length_seconds)s is complete."
    ),
    "sentence.clock_fulfilled.strained": _(
        "The truce is [[strained]]; its count of %(headline.length_seconds)s is complete."
    ),
    "sentence.clock_fulfilled.violated": _(
        "The truce is [[violated]]; its count of %(headline.length_seconds)s is complete."
    ),
}
