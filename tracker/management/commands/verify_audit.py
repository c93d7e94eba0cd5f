"""Go over the audit's hash chain."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.management.arguments import TeachingCommand
from tracker.models import AuditLink
from tracker.services import audit


class Command(TeachingCommand):
    help = """Go over the whole audit: each entry's digest is computed anew from the one before it. An entry
that was altered or removed, or a link that is gone, is listed by its position.

  python manage.py verify_audit

Exit codes: 0 the chain holds; 1 it is broken."""

    def handle(self, *args: object, **options: Any) -> None:
        with self.progress_bar("audit", AuditLink.objects.count()) as bar:
            breaks = audit.verify(lambda done, _of: bar.update(done - bar.pos))
        words = {
            "altered": _("position %(position)d: the entry is not what it was"),
            "missing_entry": _("position %(position)d: the entry is gone"),
            "missing_link": _("position %(position)d: the link is gone"),
        }
        for found in breaks:
            self.stdout.write(words[found.what] % {"position": found.position})
        if breaks:
            count = len(breaks)
            raise CommandError(
                ngettext(
                    "The audit is broken in %(count)d place.",
                    "The audit is broken in %(count)d places.",
                    count,
                )
                % {"count": count}
            )
        self.stdout.write(_("The audit holds: %(count)d entries.") % {"count": AuditLink.objects.count()})
