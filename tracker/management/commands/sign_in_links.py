"""Print sign-in links."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tracker.management.arguments import TeachingCommand
from tracker.models import Person
from tracker.services import people
from tracker.services.authors import Author
from tracker.services.refusals import Refused


class Command(TeachingCommand):
    help = """Print links that sign somebody in once, within 24 hours, one line each: the role or the address,
then the link.

  python manage.py sign_in_links --base http://localhost:8000
  python manage.py sign_in_links --person coordinator@example.org --base https://tracker.example.org

Without --person: one for each role, for made-up people of a demonstration. That is refused where the service
answers to anything but this machine's own loopback.

Exit codes: 0 printed; 1 refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--base", default="", metavar="URL", help="where the service is, such as http://localhost:8000"
        )
        parser.add_argument("--person", metavar="EMAIL", help="only for this person")

    def handle(self, *args: object, **options: Any) -> None:
        base = options["base"].rstrip("/")
        for name, person in self._people(options["person"]):
            try:
                self.stdout.write(f"{name:<14} {base}{people.sign_in_link(person)}")
            except Refused as refused:
                raise CommandError(str(refused)) from None

    def _people(self, email: str | None) -> list[tuple[str, Person]]:
        if email:
            person = Person.objects.filter(email__iexact=email).first()
            if person is None:
                raise CommandError(_("There is no person “%(given)s”.") % {"given": email})
            return [(person.email, person)]
        try:
            made = people.demonstration_people(Author.of_worker("sign_in_links"))
        except Refused as refused:
            raise CommandError(str(refused)) from None
        return [(role.value, person) for role, person in made]
