"""Arguments that several commands take, and how they tell of faults."""

from __future__ import annotations

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.intake.scenario import read_scenario_file
from tracker.intake.scenario_document import ScenarioDocument
from tracker.models import Truce
from tracker.services import clock

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


class TeachingCommand(BaseCommand):
    """A command whose ``--help`` keeps the lines of its text as they are written."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name,
            subcommand,
            formatter_class=RawDescriptionHelpFormatter,
            **kwargs,
        )

    def progress_bar(self, label: str, length: int = 0) -> ProgressBar[int]:
        """A bar on the error stream, drawn only where that is a terminal. length: its steps, where known."""
        return click.progressbar(length=length, label=label, file=cast(TextIO, self.stderr))


def moment(text: str) -> datetime:
    """A moment with its offset from UTC, for ``argparse``."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ArgumentTypeError(
            _("“%(given)s” is not a moment. Write it as 2016-09-17T20:00:00Z, with Z or an offset from UTC.")
            % {"given": text}
        )
    return found.astimezone(UTC)


def scenario(command: BaseCommand, path: Path) -> ScenarioDocument:
    """The scenario in a file; every fault is listed by its line, and the command ends with exit code 1."""
    try:
        read = read_scenario_file(path, now=clock.now())
    except OSError as error:
        raise CommandError(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from None
    if read.document is None:
        for fault in read.faults:
            command.stderr.write(f"{path}:{fault.line or 1}: {fault.path}: {fault.message}")
        count = len(read.faults)
        raise CommandError(
            ngettext("%(count)d fault. Nothing was loaded.", "%(count)d faults. Nothing was loaded.", count)
            % {"count": count}
        )
    return read.document


def truce(slug: str) -> Truce:
    """The truce of a slug, or a refusal that lists those that there are."""
    try:
        return Truce.objects.get(slug=slug)
    except Truce.DoesNotExist:
        known = ", ".join(Truce.objects.order_by("slug").values_list("slug", flat=True)) or "–"
        raise CommandError(
            _("There is no truce “%(given)s”. There are: %(known)s.") % {"given": slug, "known": known}
        ) from None
