"""Say what a truce's terms say at any pair of moments, or prove that what is stored follows from facts."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.management.arguments import TeachingCommand, moment, truce
from tracker.models import Truce, View
from tracker.services import assessment, recompute
from tracker.services.status import status


class Command(TeachingCommand):
    help = """Print the status of a truce as JSON: what each of its terms says in the three readings, and why.
What is due is assessed first.

  python manage.py assess two-rivers-2031 --as-of 2031-09-17T20:00:00Z
  python manage.py assess two-rivers-2031 --as-of 2031-09-17T20:00:00Z --known-at 2031-09-16T20:00:00Z
  python manage.py assess two-rivers-2031 --from-nothing

--as-of   the moment that is asked about (without it: now, or the end of the truce's record)
--known-at  the moment whose knowledge is used (without it: now)
--from-nothing  compute every standing and the whole history anew from the facts, write nothing, and list
          what differs from what is stored

Exit codes: 0; 1 with --from-nothing where something differs; 2 the arguments are wrong."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the truce, such as two-rivers-2031")
        parser.add_argument("--as-of", type=moment, metavar="T", help="the moment that is asked about")
        parser.add_argument("--known-at", type=moment, metavar="T", help="the moment whose knowledge is used")
        parser.add_argument(
            "--view", choices=View.values, default=View.PUBLIC, help="for everybody, or for the cleared"
        )
        parser.add_argument(
            "--from-nothing", action="store_true", help="compare what is stored with a recompute"
        )

    def handle(self, *args: object, **options: Any) -> None:
        asked = truce(options["slug"])
        if options["from_nothing"]:
            self._compare(asked)
            return
        assessment.assess_truce(asked.pk)
        asked.refresh_from_db()
        answer = status(
            asked, as_of=options["as_of"], known_at=options["known_at"], view=View(options["view"])
        )
        self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))

    def _compare(self, asked: Truce) -> None:
        differences = recompute.differences(asked)
        for difference in differences:
            self.stdout.write(difference)
        if differences:
            count = len(differences)
            raise CommandError(
                ngettext("%(count)d difference.", "%(count)d differences.", count) % {"count": count}
            )
        self.stdout.write(_("%(truce)s: all that is stored follows from the facts.") % {"truce": asked.slug})
