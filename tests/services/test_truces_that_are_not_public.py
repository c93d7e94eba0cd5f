"""A truce that is not public: the public log says nothing of it, whatever public reports concern it."""

from __future__ import annotations

import pytest

from tests.services.cast import received
from tracker.models import LogEntry, Standing, Transition, Truce, View
from tracker.services import assessment, positions


@pytest.fixture
def hidden(truce):
    Truce.objects.filter(pk=truce.pk).update(visibility="restricted")
    truce.refresh_from_db()
    return truce


def test_neither_allegations_nor_what_its_board_says_are_told(hidden, author):
    received(author)
    positions.place()
    assessment.sweep()
    positions.place()
    told = LogEntry.objects.filter(truce=hidden)
    assert not told.filter(view=View.PUBLIC).exists()
    types = set(told.filter(view=View.FULL).values_list("type", flat=True))
    assert {"allegation.opened", "term.changed", "truce.changed"} <= types
    # What it comes to say is kept: who opens the truce to the public finds its history.
    assert Standing.objects.filter(truce=hidden, view=View.PUBLIC).exists()
    assert Transition.objects.filter(truce=hidden, view=View.PUBLIC).exists()
