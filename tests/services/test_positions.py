"""Positions: in the order in which things were said, whoever began first."""

from tracker.models import EntryType, LogEntry, View
from tracker.services import positions
from tracker.services.writing import writing


def test_who_began_first_and_waited_for_another_is_told_of_after_it(truce, author):
    with writing(author) as waits:
        with writing(author) as decides:
            decides.say(EntryType.INCIDENT_OPENED, "inc_decided", truce=None, payload={"said": "before"})
        waits.say(EntryType.INCIDENT_UPDATED, "inc_decided", truce=None, payload={"said": "after"})
    assert waits.change.pk < decides.change.pk
    positions.place()
    told = LogEntry.objects.filter(subject="inc_decided", view=View.PUBLIC).order_by("position")
    assert list(told.values_list("type", flat=True)) == ["incident.opened", "incident.updated"]
    assert len(set(told.values_list("known", flat=True))) == 1, "both were placed in one batch"


def test_what_says_nothing_is_placed_with_the_others(truce, author):
    with writing(author) as silent:
        pass
    positions.place()
    silent.change.refresh_from_db()
    assert silent.change.known is not None
