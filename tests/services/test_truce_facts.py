"""What the rules are told of a truce beside its incidents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.scenarios import INVENTED
from tests.services.cast import received
from tracker.compliance import facts
from tracker.intake.scenario import read_scenario_file
from tracker.models import Change, ObservationWindow, Source, Truce, View
from tracker.services import clock, positions, publication
from tracker.services.charters import load_charter
from tracker.services.replay import replay
from tracker.services.truce_facts import truce_facts_in_views

PARTIES = ("east-council", "west-assembly", "mediation-office")


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2023, 4, day, hour, minute, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_all_that_a_file_says_beside_incidents_is_told():
    replay(read_scenario_file(INVENTED, now=clock.now()).document)
    told = truce_facts_in_views(Truce.objects.get())
    full = told[View.FULL]
    boats = facts.Source("relief-boats", "un", "mediation-office", (), "A")
    patrols = facts.Source("mission-patrols", "monitor", "island-mission", ("island-mission",), "A")
    assert full.sources == {"relief-boats": boats, "mission-patrols": patrols}
    assert full.access == (
        facts.AccessReport(
            report=full.access[0].report,
            source=boats,
            known=at(6, 6),
            credibility=2,
            convoy="first-boats",
            occurred=facts.Occurred(at(6, 1), at(6, 5)),
            planned=5,
            waiting=2,
            delivered=3,
            place="west pier",
            withheld_by="west-assembly",
            reported=at(6, 6),
            unit="boats",
        ),
    )
    assert full.milestones == (
        facts.MilestoneReport(
            report=full.milestones[0].report,
            source=patrols,
            term="prisoner-lists",
            reached=True,
            known=at(6, 8),
            credibility=2,
            occurred=facts.Occurred(at(5, 13, 30), at(6, 8), "day"),
            reported=at(6, 8),
        ),
    )
    assert full.withdrawals == (
        facts.WithdrawalReport(
            report=full.withdrawals[0].report,
            source=patrols,
            term="pull-back",
            by="east-guard",
            equipment="heavy",
            known=at(6, 9),
            distance_min=1600.0,
            credibility=2,
            reported=at(6, 9),
        ),
    )
    (offer,) = full.extensions
    assert (offer.by, offer.state, offer.length) == (("west-assembly",), "offered", timedelta(hours=240))
    assert (offer.at, offer.known, offer.expires) == (at(7), at(7), at(7, 9))
    said = [(one.about, one.by, one.at, one.known, one.term) for one in full.declarations]
    assert said == [
        ("suspended", PARTIES, at(8), at(8), None),
        ("resumed", PARTIES, at(8, 12), at(8, 12), None),
        ("over", ("west-assembly",), at(20), at(20), None),
    ]
    assert len({one.report for one in (*full.access, *full.milestones, *full.withdrawals)}) == 3
    assert told[View.PUBLIC] == full


def test_a_report_that_is_withheld_or_superseded_is_told_of_until_then(truce, author):
    sent = {
        "kind": "access",
        "source": "un-ocha",
        "access": {"convoy": truce.convoys.first().slug, "planned": 40, "delivered": 3},
    }
    first = received(author, **sent)
    positions.place()
    corrected = {**sent, "access": {**sent["access"], "delivered": 4}}
    second = received(author, **corrected, supersedes=first.reference)
    positions.place()
    publication.withhold(second, "Published in error.", author)
    positions.place()
    told = truce_facts_in_views(truce)
    first.change.refresh_from_db()
    second.change.refresh_from_db()
    assert [(one.delivered, one.known, one.until) for one in told[View.FULL].access] == [
        (3, first.change.known, second.change.known),
        (4, second.change.known, None),
    ]
    (of_first, of_second) = told[View.PUBLIC].access
    assert (of_first.delivered, of_first.until) == (3, second.change.known)
    assert of_second.until is not None


def test_the_public_is_told_who_watched_from_when_it_may_know(db, author):
    document = read_scenario_file(INVENTED, now=clock.now()).document
    truce = load_charter(document, author)
    positions.place()
    change = Change.objects.create(made=at(1), known=at(3))
    unplaced = Change.objects.create(made=at(1))
    common = {"truce": truce, "source": Source.objects.first(), "start": at(1), "until": at(2)}
    for area, visibility, public_from, made in (
        ("hidden", "restricted", None, change),
        ("at-once", "public", None, change),
        ("later", "public", at(5), change),
        ("earlier", "public", at(1), change),
        ("not-yet", "public", None, unplaced),
    ):
        ObservationWindow.objects.create(
            **common, area=area, visibility=visibility, public_from=public_from, change=made
        )
    told = truce_facts_in_views(truce)
    known = {
        view: {one.area: one.known for one in found.windows if one.start == at(1)}
        for view, found in told.items()
    }
    assert known[View.FULL] == dict.fromkeys(("hidden", "at-once", "later", "earlier"), at(3))
    assert known[View.PUBLIC] == {"at-once": at(3), "later": at(5), "earlier": at(3)}
