"""Make an API key."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tracker.management.arguments import TeachingCommand, moment
from tracker.models import Person, Scope
from tracker.services import keys, references
from tracker.services.refusals import Refused


class Command(TeachingCommand):
    help = """Make a key for an API client and print its secret, once: it is not stored.

  python manage.py create_api_key "Field office" --scope reports:write --source own-field-staff
  python manage.py create_api_key "Partner" --scope violations:read --expires 2027-01-01T00:00:00Z

Scopes: violations:read, reports:write (for the sources named), reports:publish (its reports are screened in
on receipt), restricted:read (the full view), webhooks:manage (webhooks of its own). Public data needs no key.

Exit codes: 0 made; 1 refused, with what to correct."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="whose key it is and what for")
        parser.add_argument(
            "--scope", action="append", default=[], metavar="CODE", help=f"one of {', '.join(Scope.values)}"
        )
        parser.add_argument(
            "--source", action="append", default=[], metavar="SLUG", help="a source that it may write for"
        )
        parser.add_argument("--owner", metavar="EMAIL", help="the person who answers for it")
        parser.add_argument("--expires", type=moment, metavar="T", help="when it ends; without it: never")

    def handle(self, *args: object, **options: Any) -> None:
        owner = None
        if options["owner"]:
            owner = Person.objects.filter(email__iexact=options["owner"]).first()
            if owner is None:
                raise CommandError(_("There is no person “%(given)s”.") % {"given": options["owner"]})
        try:
            sources = [references.source(slug) for slug in options["source"]]
            key, secret = keys.create_key(
                options["name"], options["scope"], sources, owner, options["expires"]
            )
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(secret)
        self.stderr.write(
            _("%(reference)s: keep the secret, it is not shown again.") % {"reference": key.reference}
        )
