"""Refusals: what a service says when it will not do what it was asked, naming the field and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MESSAGES: dict[str, str] = {
    "required": gettext_noop("This field is required. Give a value."),
    "too_long": gettext_noop("This may have at most %(limit)s characters."),
    "unknown_source": gettext_noop(
        "There is no source “%(given)s”. Correct the reference or add the source."
    ),
    "unknown_actor": gettext_noop("There is no actor “%(given)s”. Correct the reference or add the actor."),
    "unknown_truce": gettext_noop(
        "There is no truce “%(given)s”. Correct the reference or load its charter."
    ),
    "unknown_term": gettext_noop("There is no term “%(given)s” in the truce. Correct the reference."),
    "unknown_convoy": gettext_noop(
        "There is no convoy “%(given)s”. Correct the reference or add the convoy."
    ),
    "unknown_incident": gettext_noop("There is no incident “%(given)s”. Correct the reference."),
    "unknown_report": gettext_noop("There is no report “%(given)s”. Correct the reference."),
    "unknown_ruling": gettext_noop("There is no ruling “%(given)s”. Correct the reference."),
    "unknown_scope": gettext_noop("“%(given)s” is not a scope. Use some of: %(expected)s."),
    "unknown_code": gettext_noop("“%(given)s” is not a known code. Use one of: %(expected)s."),
    "needs_truce": gettext_noop("Name the truce: this cannot be told from the rest."),
    "other_content": gettext_noop(
        "The source has already said something else under this identifier, in the report %(existing)s. "
        "Name that report in “supersedes” to correct it."
    ),
    "already_superseded": gettext_noop(
        "The report %(given)s is superseded by %(existing)s. Supersede that one."
    ),
    "another_source": gettext_noop("Only the source of the report %(given)s can correct or retract it."),
    "another_kind": gettext_noop(
        "The report %(given)s is of the kind “%(expected)s”; a correction keeps the kind."
    ),
    "historical_only_in_a_load": gettext_noop("A known time can be given only in a load marked historical."),
    "not_a_prohibition": gettext_noop("Rulings exist for prohibitions only; “%(given)s” is none."),
    "incident_elsewhere": gettext_noop("No report of the incident concerns the truce of this term."),
    "same_person": gettext_noop("A ruling counts from its second review, by another person. Ask another."),
    "already_reviewed": gettext_noop("The ruling has already had its second review."),
    "ruling_superseded": gettext_noop("The ruling is superseded by %(existing)s. Look at that one."),
    "ruling_stands": gettext_noop("The ruling %(existing)s stands for this incident and term. Supersede it."),
    "other_ruling": gettext_noop("The ruling %(given)s is about another incident or term."),
    "reason_missing": gettext_noop("Give the reason."),
    "already_so": gettext_noop("It is so already. Nothing was changed."),
    "not_an_incident_report": gettext_noop("Only a report of an incident can be linked to one."),
    "merged_into_itself": gettext_noop("An incident cannot be merged into itself."),
    "not_screened_in": gettext_noop("Only a report that is screened in can become public."),
    "never_public": gettext_noop("This report is restricted: no consent to publish it is recorded."),
    "loopback_only": gettext_noop(
        "Demonstration people exist only on a service that listens on loopback alone."
    ),
    "not_active": gettext_noop("This person's account is not active."),
    "interval_reversed": gettext_noop("The end is not after the start. Exchange them."),
    "length_not_positive": gettext_noop("A length of time must be positive."),
    "term_in_use": gettext_noop(
        "The term “%(given)s” has rulings or standings and cannot leave the charter. Keep it and let it end."
    ),
    "tally_counts_twice": gettext_noop("The tally counts “%(given)s” more than once. Keep one of them."),
    "webhook_url_malformed": gettext_noop(
        "This is not an address that a webhook can be sent to. Give one such as https://example.org/hook, in "
        "ASCII, without a user name, a password or a fragment."
    ),
    "webhook_url_not_https": gettext_noop(
        "A webhook is sent over TLS alone. Begin the address with https://."
    ),
    "webhook_address_refused": gettext_noop(
        "Nothing is sent to private or loopback addresses. Give an address that is reached from everywhere."
    ),
    "beyond_the_log": gettext_noop("The log ends at position %(last)s. Begin there or before."),
    "no_longer_kept": gettext_noop(
        "Entries up to position %(kept)s are no longer kept. Start from the snapshot, and give its position."
    ),
    "too_many_webhooks": gettext_noop("There are %(limit)s webhooks of this owner already. Remove one."),
    "not_cleared": gettext_noop("The full view is for those who are cleared for it."),
    "url_of_another": gettext_noop(
        "Only its owner, or somebody who coordinates all truces, may change where a webhook is sent to."
    ),
    "truce_of_another": gettext_noop("Name a truce that you coordinate: the webhook is somebody else's."),
    "already_rotating": gettext_noop(
        "The secret before this one signs until %(until)s. Wait until then, or give an overlap of 0 hours to "
        "end both at once."
    ),
    "unknown_message": gettext_noop("There is no message “%(given)s” of this webhook."),
    "webhook_disabled": gettext_noop("The webhook is disabled. Enable it first."),
    "out_of_range": gettext_noop("Give a number from %(least)s to %(most)s."),
    "one_of_two": gettext_noop("Give either this or “%(other)s”, and not both."),
    "scope_not_yours": gettext_noop(
        "You may not give the scope %(given)s. Ask somebody who coordinates all."
    ),
    "source_needed": gettext_noop("Name the sources that the key may write for."),
    "not_in_the_future": gettext_noop("This moment has passed. Give a later one."),
    "too_many_exports": gettext_noop(
        "%(most)s exports of yours wait already. Ask again when one of them is finished."
    ),
    "charter_fault": gettext_noop("The charter cannot be used: %(fault)s"),
}


class Refused(Exception):
    """A request that a service will not carry out; nothing was changed.

    field: the name of what is wrong (``claim.by``), ``""`` for the whole. code: stable, a key of
    ``MESSAGES``. values: what the sentence names.
    """

    def __init__(self, field: str, code: str, **values: Any):
        super().__init__(field, code)
        self.field = field
        self.code = code
        self.values: Mapping[str, Any] = values

    @property
    def message(self) -> str:
        """The sentence, in the language that is active now."""
        return _(MESSAGES[self.code]) % self.values

    @property
    def pointer(self) -> str:
        """The JSON pointer (RFC 6901) to what is wrong."""
        return "".join("/" + part for part in self.field.split(".") if part)

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message


class ManyRefused(Exception):
    """Several refusals of one request, told at once."""

    def __init__(self, refusals: list[Refused]):
        super().__init__(*refusals)
        self.refusals = refusals

    def __str__(self) -> str:
        return "\n".join(str(refusal) for refusal in self.refusals)
