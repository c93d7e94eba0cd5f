"""Build a snapshot of the change log."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tracker.management.arguments import TeachingCommand
from tracker.services import snapshots


class Command(TeachingCommand):
    help = """Build a snapshot of the public change log now and publish it: where a new client starts, so that
it need not read the whole log. The schedule does so by itself when the log has grown, and after a takedown.

  python manage.py snapshot

Exit codes: 0 published; 1 another process is building one, or a takedown came in between."""

    def handle(self, *args: object, **options: Any) -> None:
        with self.progress_bar("feed") as bar:

            def progress(done: int, of: int) -> None:
                bar.length = of
                bar.update(done - bar.pos)

            snapshot = snapshots.build(progress)
        if snapshot is None:
            raise CommandError(
                _("None was published: another process builds one, or a takedown came in between.")
            )
        self.stdout.write(
            _("%(reference)s: %(entries)d entries at position %(position)d, SHA-256 %(checksum)s")
            % {
                "reference": snapshot.reference,
                "entries": snapshot.entries,
                "position": snapshot.position,
                "checksum": snapshot.sha256,
            }
        )
