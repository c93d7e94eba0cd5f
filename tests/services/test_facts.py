"""What the rules are told in each view."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.services.cast import received
from tracker.models import Source, View
from tracker.services import positions, references
from tracker.services.facts import incident_facts

EXACT = {"from": "2016-09-17T10:20:00Z", "to": "2016-09-17T10:40:00Z", "precision": "exact"}


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2016, 9, 17, hour, minute, tzinfo=UTC)


def test_in_public_the_rules_are_told_no_minute_of_what_a_protected_source_saw(truce, author):
    Source.objects.filter(slug="syrian-observatory").update(
        protected=True, visibility="restricted", trusted=True
    )
    report = received(author, consent="public", published="2016-09-17T11:11:00Z", claim={"occurred": EXACT})
    positions.place()
    incident = references.incident_of(report)
    told = incident_facts([incident.pk], truce)
    (full,), (public,) = (told[view][incident.pk].claims for view in (View.FULL, View.PUBLIC))
    assert (full.occurred.start, full.occurred.end, full.reported) == (at(10, 20), at(10, 40), at(11, 11))
    assert (public.occurred.start, public.occurred.end, public.reported) == (at(10), at(11), at(12))
    assert public.occurred.precision == "hour"


def test_what_a_source_published_itself_is_told_as_it_is_in_both_views(truce, author):
    report = received(author, published="2016-09-17T11:11:00Z", claim={"occurred": EXACT})
    positions.place()
    incident = references.incident_of(report)
    told = incident_facts([incident.pk], truce)
    assert told[View.PUBLIC] == told[View.FULL]
    assert told[View.FULL][incident.pk].claims[0].occurred.start == at(10, 20)


def test_in_public_the_rules_are_told_only_the_area_of_what_befell_civilians(truce, author):
    report = received(author, claim={"harmed": "civilians", "against": None})
    positions.place()
    incident = references.incident_of(report)
    told = incident_facts([incident.pk], truce)
    (full,), (public,) = (told[view][incident.pk].claims for view in (View.FULL, View.PUBLIC))
    shown, hidden = full.place_shown.place, public.place_shown.place
    assert (shown["name"], shown["lat"], shown["precision"]) == ("near Deir ez-Zor airport", 35.28, 2)
    assert (hidden["name"], hidden["lat"], hidden["precision"]) == (None, None, 3)
    assert shown["country"] == hidden["country"] == "SYR"
    assert public.place == full.place, "what is covered is decided by where it was"
    assert public.place_shown.vagueness == full.place_shown.vagueness
