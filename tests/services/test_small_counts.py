"""A small count by sex or age that only our own people give shows in public in no way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.services.cast import received
from tracker.models import Source, View
from tracker.services import assessment, publication, references
from tracker.services.facts import incident_facts

KILLED = {"effect": "killed"}
TWO_WOMEN = {**KILLED, "group": "women", "min": 2, "max": 2}
SIX_SOLDIERS = {**KILLED, "group": "combatants", "min": 6, "max": 6}
EIGHT = {**KILLED, "group": None, "min": 8, "max": 8}


@pytest.fixture
def ours(truce, author, settings):
    """Takes in what our own people tell of casualties, of an incident or a new one, and publishes it."""
    Source.objects.create(
        slug="our-desk", kind="own_field_staff", name={"en": "Our desk"}, reliability="A", trusted=True
    )

    def receive(figures, incident=None):
        report = received(
            author,
            source="our-desk",
            consent="public",
            incident=incident,
            claim={"casualties": figures},
        )
        assessment.sweep()
        settings.CLOCK_OFFSET = timedelta(hours=13).total_seconds()
        publication.publish_due()
        assessment.sweep()
        return references.incident_of(report)

    return receive


def shown() -> dict:
    (entry,) = Client().get("/api/v1/violations", {"reading": "alleged"}).json()["results"]
    return entry["casualties"]


def test_it_is_no_end_of_a_range_that_somebody_else_gives(ours, author):
    seven = {**KILLED, "group": "women", "min": 7, "max": 7}
    public = received(author, external_id="theirs", source="sana", claim={"casualties": [seven]})
    assessment.sweep()
    before = shown()
    ours([TWO_WOMEN], references.incident_of(public).reference)
    assert before["by_group"]["women"]["killed"]["min"] == 7
    assert shown() == before


def test_no_sum_and_no_other_group_tells_it(ours):
    ours([TWO_WOMEN, SIX_SOLDIERS])
    assert shown() == {"killed": None, "injured": None, "by_group": {}}


def test_the_figure_for_everyone_shows_without_its_groups(truce, ours):
    incident = ours([EIGHT, TWO_WOMEN, SIX_SOLDIERS])
    figures = shown()
    assert (figures["killed"]["min"], figures["killed"]["max"], figures["by_group"]) == (8, 8, {})
    pages = f"/incidents/{incident.reference}/", f"/truces/{truce.slug}/incidents/?as_of=2016-09-18T00:00:00Z"
    for page in pages:
        text = Client().get(page).content.decode()
        assert incident.reference in text
        assert "ombatants" not in text
        assert "omen" not in text.replace("moment", "").replace("Moment", "")


def test_a_report_lists_no_group_beside_the_figure_for_everyone_that_would_tell_it(ours):
    ours([TWO_WOMEN, SIX_SOLDIERS, EIGHT])
    (report,) = Client().get("/api/v1/reports").json()["results"]
    assert [(one["group"], one["min"]) for one in report["claim"]["casualties"]] == [(None, 8)]


def test_figures_of_another_effect_show_with_their_groups(ours):
    injured = {**SIX_SOLDIERS, "effect": "injured"}
    ours([TWO_WOMEN, injured])
    figures = shown()
    assert (figures["killed"], figures["injured"]["max"]) == (None, 6)
    assert set(figures["by_group"]) == {"combatants"}


def test_whom_it_befell_is_known_and_the_cleared_are_told_how_many(truce, ours):
    civilians = {**KILLED, "group": "civilians", "min": 3, "max": 3}
    incident = ours([TWO_WOMEN, civilians])
    told = incident_facts([incident.pk], truce)
    (public,), (full,) = (told[view][incident.pk].claims for view in (View.PUBLIC, View.FULL))
    assert {(one.group, one.min, one.max) for one in public.casualties} == {
        ("women", None, None),
        ("civilians", None, None),
    }
    assert {(one.group, one.max) for one in full.casualties} == {("women", 2), ("civilians", 3)}
