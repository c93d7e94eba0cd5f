"""What is copied into the tables is what the services would have written."""

import os

import pytest

from bench.filling import fill_truce
from tests.servers import at_database
from tracker.models import LogEntry, LogHead, LogPayload, Report, Standing, Truce, View
from tracker.services import clock, positions, recompute, status


@pytest.fixture
def filled(transactional_db, monkeypatch):
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(variable, at_database(os.environ[variable], name))
    until = clock.now().replace(minute=0, second=0, microsecond=0)
    return fill_truce(os.environ["DATABASE_OWNER_URL"], 200, until, whole_history=True)


@pytest.mark.timeout(300)
def test_a_filled_truce_is_what_the_services_would_have_written(filled):
    truce = Truce.objects.get(pk=filled.truce_id)
    assert recompute.differences(truce) == []
    assert Report.objects.filter(truce=truce, kind="incident").count() > 200
    assert {row.view for row in Standing.objects.filter(truce=truce)} == {View.PUBLIC, View.FULL}
    _the_log_is_dense()
    assert not positions.unplaced()
    assert status.status(truce)["standing"] == "in_force"


def _the_log_is_dense():
    entries = list(
        LogEntry.objects.filter(view=View.PUBLIC).order_by("position").values_list("position", flat=True)
    )
    assert entries == list(range(1, len(entries) + 1))
    assert LogHead.objects.get(view=View.PUBLIC).position == len(entries)
    assert LogPayload.objects.filter(view=View.PUBLIC).count() > 200
