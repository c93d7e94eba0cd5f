from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Load = Callable[..., None]


def replaying(django_db_blocker) -> Iterator[Load]:
    """Replay scenario files into the worker's database, one after the other; it is made anew afterwards."""
    from django.test import TransactionTestCase

    from tracker.intake.scenario import read_scenario_file
    from tracker.services.clock import now
    from tracker.services.replay import replay

    def replay_files(*files: Path) -> None:
        for file in files:
            read = read_scenario_file(file, now=now())
            assert not read.faults
            replay(read.document)

    with django_db_blocker.unblock():
        yield replay_files
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def load(django_db_setup: None, django_db_blocker) -> Iterator[Load]:
    """Replays files into a database that the tests of a module share."""
    yield from replaying(django_db_blocker)


@pytest.fixture(scope="class")
def load_for_class(django_db_setup: None, django_db_blocker) -> Iterator[Load]:
    """Replays files into a database that the tests of a class share."""
    yield from replaying(django_db_blocker)
