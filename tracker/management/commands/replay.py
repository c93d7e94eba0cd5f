"""Replay a scenario file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tracker.management.arguments import TeachingCommand, moment, scenario
from tracker.services.refusals import ManyRefused, Refused
from tracker.services.replay import replay


class Command(TeachingCommand):
    help = """Replay a scenario file: load what is missing of its charter, actors and sources, then each
report, ruling and declaration in the order in which it was known, assessing the truce after each
known moment.
In a file marked historical each counts from the known time that it gives.

A second replay changes nothing; a later --until goes on where the last one stopped.

  python manage.py replay tracker/scenarios/NAME.yaml
  python manage.py replay tracker/scenarios/NAME.yaml --until 2031-09-16T20:00:00Z

Exit codes: 0 replayed; 1 the file has faults, each listed with its line, or an item was refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a scenario: one YAML file")
        parser.add_argument(
            "--until",
            type=moment,
            metavar="T",
            help="replay only what was known at or before this moment, such as 2031-09-16T20:00:00Z",
        )

    def handle(self, *args: object, **options: Any) -> None:
        document = scenario(self, options["file"])
        with self.progress_bar(document.truce) as bar:

            def progress(done: int, of: int) -> None:
                bar.length = of
                bar.update(done - bar.pos)

            try:
                replayed = replay(document, options["until"], progress)
            except (Refused, ManyRefused) as refused:
                raise CommandError(str(refused)) from None
        self.stdout.write(
            _("%(truce)s: %(added)d added, %(unchanged)d already here, %(later)d known later.")
            % {
                "truce": replayed.truce.slug,
                "added": replayed.added,
                "unchanged": replayed.unchanged,
                "later": replayed.later,
            }
        )
