"""Write an export to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tracker.api.exports import FILTERS
from tracker.api.parameters import Refused as BadValue
from tracker.api.violations import CHOICES
from tracker.feed import exports as files
from tracker.management.arguments import TeachingCommand, truce
from tracker.models import ExportFormat, ExportSubject, View
from tracker.services import exports


class Command(TeachingCommand):
    help = """Write what counts, or the whole change log, as known now, to a file, and print its rows and
checksum. The file is written aside and takes its name when it is whole.

  python manage.py export violations --format csv --output violations.csv
  python manage.py export violations --format parquet --output alleged.parquet \\
      --filter truce=two-rivers-2031 --filter reading=alleged
  python manage.py export feed --output log.ndjson

Formats: ndjson, csv (with HXL tags), geojson and parquet for violations; ndjson and parquet for the feed.
Filters: those of the list in the API, with the same values.
--view full writes what is not public as well: keep such a file as you keep the database.

Exit codes: 0 written; 1 refused, with what to correct; 2 the arguments are wrong."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=ExportSubject.values, help="what to write")
        parser.add_argument("--format", choices=ExportFormat.values, default=ExportFormat.NDJSON)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="where to write it")
        parser.add_argument(
            "--filter", action="append", default=[], metavar="NAME=VALUE", help="only what this chooses"
        )
        parser.add_argument("--view", choices=View.values, default=View.PUBLIC)
        parser.add_argument(
            "--address",
            default="http://localhost:8000",
            metavar="URL",
            help="of the service, for the links in the file",
        )

    def handle(self, *args: object, **options: Any) -> None:
        subject, written_as = ExportSubject(options["what"]), ExportFormat(options["format"])
        if written_as not in files.OFFERED[subject]:
            raise CommandError(
                _("“%(given)s” is not a known code. Use one of: %(expected)s.")
                % {"given": written_as, "expected": ", ".join(files.OFFERED[subject])}
            )
        filters = _filters(subject, options["filter"])
        output: Path = options["output"]
        if not output.parent.is_dir():
            raise CommandError(_("There is no folder %(path)s.") % {"path": output.parent})
        with self.progress_bar(subject.value) as bar:
            rows, checksum = exports.write_now(
                subject,
                written_as,
                View(options["view"]),
                filters,
                options["address"].rstrip("/"),
                output,
                lambda done: bar.update(done - bar.pos),
            )
        self.stdout.write(
            _("%(path)s: %(rows)d rows, SHA-256 %(checksum)s")
            % {"path": output, "rows": rows, "checksum": checksum}
        )


def _filters(subject: ExportSubject, given: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for text in given:
        name, _equals, value = text.partition("=")
        known = FILTERS[subject].get(name)
        if known is None:
            raise CommandError(
                _("There is no parameter “%(given)s” here. Use one of: %(expected)s.")
                % {"given": name, "expected": ", ".join(FILTERS[subject])}
            )
        try:
            values[name] = known.read(value)
        except BadValue as refused:
            raise CommandError(f"{name}: {refused}") from None
    if values.get("truce"):
        truce(values["truce"])
    return files.filters_of(values, CHOICES)
