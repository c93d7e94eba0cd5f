"""Take something that was published in error out of public view."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tracker.management.arguments import TeachingCommand
from tracker.services import takedown
from tracker.services.authors import Author
from tracker.services.refusals import Refused


class Command(TeachingCommand):
    help = """Take a report, every public report of an incident, or a ruling out of public view, at once and
everywhere: the lists, the board, the change log, its snapshots and the exports. Subscribers are told to
delete it. It stays stored for those who are cleared. A report can be published again; what was right in a
ruling is said by another one that supersedes it.

  python manage.py take_down rep_7k3m9q2x4d --reason "The address of a witness" --by "A. Coordinator"
  python manage.py take_down inc_4t8w2z6c0b --reason "Positions of a hospital" --by "A. Coordinator"
  python manage.py take_down rul_9d5h1n7v3s --reason "It names a witness" --by "A. Coordinator"

The reason is kept in the audit and goes out nowhere: do not repeat in it what must not be known.

Exit codes: 0 taken down; 1 refused: there is no such thing, or it is not public."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="rep_…, inc_… or rul_…")
        parser.add_argument("--reason", required=True, help="why, for the audit")
        parser.add_argument("--by", required=True, metavar="NAME", help="who decided it, for the audit")

    def handle(self, *args: object, **options: Any) -> None:
        author = Author(name=options["by"], worker="take_down")
        try:
            taken = takedown.take_down(options["reference"], options["reason"], author)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        for reference in taken:
            self.stdout.write(_("%(reference)s is taken down.") % {"reference": reference})
