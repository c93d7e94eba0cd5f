"""Assessing a truce: at once while it is quiet, with pauses while reports come thick and fast."""

from __future__ import annotations

from tests.services.cast import received
from tracker.models import Truce
from tracker.services import assessment, positions


def test_what_comes_while_a_truce_is_assessed_is_assessed_after_a_pause(truce, author, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(assessment.time, "sleep", pauses.append)
    weigh_and_assess = assessment._weigh_and_assess
    coming = ["two", "three"]

    def while_more_comes(truce_id, until):
        more = weigh_and_assess(truce_id, until)
        if coming:
            received(author, external_id=coming.pop())
        return more

    monkeypatch.setattr(assessment, "_weigh_and_assess", while_more_comes)
    received(author)
    positions.place()
    assert assessment.assess_truce(truce.pk)
    assert pauses == [assessment.PAUSE] * 2, "and none before the first"
    assert truce.pk not in assessment.due_truces()
    assert Truce.objects.get(pk=truce.pk).claimed_until is None
