"""Positions: in the order in which things were said, whoever began first."""

import orjson
import pytest
from django.db import IntegrityError, transaction

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


def test_an_entry_holds_the_text_that_is_sent_of_it_whatever_is_in_its_names(truce, author):
    with writing(author) as write:
        write.say(EntryType.REPORT_RECEIVED, 'rep_"é\\', truce=truce, payload={"said": 1})
        write.say(EntryType.REPORT_RECEIVED, "rep_2", truce=None, payload={"said": 2})
    positions.place()
    told = LogEntry.objects.filter(change_id=write.change.pk, view=View.PUBLIC).order_by("position")
    assert [orjson.loads(one.envelope + "1}") for one in told] == [
        {
            "position": one.position,
            "type": "report.received",
            "truce": slug,
            "subject": subject,
            "known": one.known.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "payload_version": 1,
        }
        for one, slug, subject in zip(told, [truce.slug, None], ['rep_"é\\', "rep_2"], strict=True)
    ]


def test_an_entry_with_the_text_of_another_is_refused(truce, author):
    with writing(author) as write:
        write.say(EntryType.REPORT_RECEIVED, "rep_1", truce=truce, payload={"said": 1})
    positions.place()
    entry = LogEntry.objects.filter(change_id=write.change.pk, view=View.PUBLIC).get()
    entry.position += 1
    with pytest.raises(IntegrityError, match="log_entry_envelope_names_its_position"), transaction.atomic():
        entry.save(force_insert=True)
