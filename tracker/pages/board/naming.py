"""Who a report is from, as far as the reader may know it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracker.models import Report
from tracker.services import formats


def source_name(report: Report) -> str:
    """The name of a counted report's source in the reader's language, or that it is not named."""
    if report.unnamed:  # type: ignore[attr-defined]
        return _("a source that is not named")
    return formats.name_of(report.source.name, report.source.slug)


def said_by(report: Report) -> str:
    """The person or office that the source says it is by; nothing where the source is not named."""
    return "" if report.unnamed else report.body.get("said_by") or ""  # type: ignore[attr-defined]
