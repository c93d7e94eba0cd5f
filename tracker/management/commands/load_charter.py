"""Load the charter of a scenario file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tracker.management.arguments import TeachingCommand, scenario
from tracker.services import charters
from tracker.services.authors import Author
from tracker.services.refusals import ManyRefused, Refused


class Command(TeachingCommand):
    help = """Load the charter of a scenario file: the truce with its parties and terms, its actors, sources
and convoys. Its reports are left; `replay` loads those too.

The same charter again changes nothing. Another one under the same slug becomes the next version of the
charter, and every incident of the truce is weighed again.

  python manage.py load_charter tracker/scenarios/NAME.yaml

Exit codes: 0 loaded, or already as it is; 1 the file has faults, each listed with its line."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a scenario: one YAML file with a charter")

    def handle(self, *args: object, **options: Any) -> None:
        document = scenario(self, options["file"])
        try:
            truce = charters.load_charter(document, Author.of_worker("load_charter"))
        except (Refused, ManyRefused) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(
            _("%(truce)s: version %(version)d of its charter stands.")
            % {"truce": truce.slug, "version": truce.charter_version}
        )
