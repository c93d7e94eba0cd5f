"""Steps of an extension, for everybody: an offer is named by the first step that the public may know of."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from tests.services.cast import received
from tracker.feed import projection
from tracker.models import EntryType, LogDraft, View
from tracker.services import assessment, status


@pytest.fixture
def step(truce, author):
    """Makes one step in the life of an extension of four days."""

    def make(state, **changes):
        word = {"hours": 96, "by": ["russia"], "state": state}
        statement = {"about": "extension", "extension": word}
        report = received(author, kind="statement", external_id=state, statement=statement, **changes)
        return report.extensions.get()

    return make


def told_of_offer(step):
    drafts = LogDraft.objects.filter(view=View.PUBLIC, type=EntryType(f"extension.{step.state}"))
    return orjson.loads(drafts.get(subject=step.reference).payload)["offer"]


def test_an_offer_that_only_a_restricted_report_made_is_not_named(step):
    offered, announced = step("offered", visibility="restricted"), step("announced")
    assert announced.offer == offered.reference
    assert told_of_offer(announced) == announced.reference
    assert projection.extension(announced, View.PUBLIC)["offer"] == announced.reference
    assert projection.extension(announced, View.FULL)["offer"] == offered.reference


def test_an_offer_that_is_public_is_named_in_every_step(step):
    offered, announced = step("offered"), step("announced")
    assert told_of_offer(offered) == told_of_offer(announced) == offered.reference


def test_the_status_names_it_as_the_log_does(truce, step):
    offered, announced = step("offered", visibility="restricted"), step("announced")
    assessment.sweep()
    as_of = announced.at + timedelta(hours=1)

    def named(view):
        found = status.status(truce, as_of=as_of, view=view)["extensions"]
        return [one["ref"] for one in found if one["hours"] == 96]

    assert named(View.PUBLIC) == [announced.reference]
    assert named(View.FULL) == [offered.reference]
