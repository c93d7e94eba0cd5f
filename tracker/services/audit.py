"""The audit's hash chain, gone over from its beginning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from tracker.models import AuditEntry, AuditLink
from tracker.services.positions import chain_digest

AT_ONCE = 2_000
MISSING_LINK = "missing_link"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold. ``what``: missing_entry, missing_link or altered."""

    position: int
    what: str


def verify(progress: Callable[[int, int], None] | None = None) -> list[Break]:
    """Every break of the chain, in order: an entry altered or gone, or a link gone. Empty where it holds.

    After an altered entry the chain is followed by its stored digest, so that one break is told once.
    """
    total = AuditLink.objects.count()
    breaks: list[Break] = []
    expected, previous, done = 1, "", 0
    while True:
        links = list(AuditLink.objects.filter(position__gte=expected).order_by("position")[:AT_ONCE])
        if not links:
            return breaks + _unlinked(expected, already=sum(found.what == MISSING_LINK for found in breaks))
        entries = AuditEntry.objects.in_bulk([link.entry_id for link in links])
        for link in links:
            breaks += [Break(position, MISSING_LINK) for position in range(expected, link.position)]
            entry = entries.get(link.entry_id)
            if entry is None:
                breaks.append(Break(link.position, "missing_entry"))
            elif link.position == expected and chain_digest(previous, link.position, entry) != link.digest:
                breaks.append(Break(link.position, "altered"))
            previous, expected = link.digest, link.position + 1
        done += len(links)
        if progress:
            progress(done, total)


def _unlinked(position: int, already: int) -> list[Break]:
    """Entries of placed changes that no link names, beyond those already found: the chain's end is gone."""
    linked = AuditLink.objects.filter(entry_id=OuterRef("id"))
    unlinked = AuditEntry.objects.filter(~Exists(linked), change__known__isnull=False).count()
    return [Break(position + number, MISSING_LINK) for number in range(unlinked - already)]
