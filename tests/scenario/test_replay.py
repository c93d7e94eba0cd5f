"""Replaying the shipped scenario: what comes in, what a second replay does, what the board then says."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.services import cast
from tests.services.cast import SCENARIO
from tracker.intake.scenario import read_scenario_file
from tracker.models import Change, Extension, Incident, LogEntry, Report, Standing, Transition, Truce, View
from tracker.services import clock, recompute, references
from tracker.services.authors import Author
from tracker.services.replay import replay
from tracker.services.status import status as status_of

SCENARIOS = Path(__file__).parent.parent / "scenarios"


@pytest.fixture(scope="session")
def scenario():
    return cast.shipped_scenario()


def read(path, base=None):
    found = read_scenario_file(path, now=clock.now(), base=base)
    assert found.faults == ()
    return found.document


@pytest.fixture
def variant(scenario):
    """``variant(2)``: a supplement of the shipped scenario, for tests only."""
    return lambda number: read(SCENARIOS / f"syria-2016-09-variant-{number}.yaml", base=scenario)


@pytest.fixture
def few_areas(db):
    cast.load_areas(Author.of_worker("a test"))


@pytest.fixture
def replayed(few_areas, scenario):
    """The truce, its scenario replayed whole."""
    return replay(scenario).truce


@pytest.fixture
def board():
    """``board(truce, "2016-09-17T20:00Z")``: the status as known then, or at ``known_at=``."""

    def ask(truce, as_of, known_at=None, view=View.PUBLIC):
        moments = [datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (as_of, known_at or as_of)]
        return status_of(truce, as_of=moments[0], known_at=moments[1], view=view)

    return ask


def term(status, ref):
    return next(one for one in status["terms"] if one["ref"] == ref)


def states(status, ref):
    return {reading: verdict["state"] for reading, verdict in term(status, ref)["readings"].items()}


def elapsed(status):
    readings = term(status, "seven-day-clock")["readings"]
    return {reading: verdict["values"]["elapsed_seconds"] for reading, verdict in readings.items()}


def counts():
    models = (Change, Report, Incident, Standing, Transition, LogEntry)
    return {model.__name__: model.objects.count() for model in models}


def test_every_item_is_there_with_the_time_from_which_it_was_known(replayed, scenario):
    assert Report.objects.count() == len(scenario.reports)
    for item in scenario.reports:
        report = Report.objects.get(source__slug=item.source, external_id=item.external_id)
        assert report.change.known == item.known
        assert report.change.historical
        assert report.change.known_basis == item.known_basis


def test_reports_of_one_label_are_about_one_incident(replayed, scenario):
    homes = {}
    for item in scenario.reports:
        if item.incident:
            report = Report.objects.get(source__slug=item.source, external_id=item.external_id)
            homes.setdefault(item.incident, set()).add(references.incident_of(report).pk)
    assert {label: len(found) for label, found in homes.items()} == {"A": 1, "B": 1, "C": 1}
    assert Incident.objects.count() == 3


def test_a_second_replay_changes_nothing(replayed, scenario):
    before = counts()
    again = replay(scenario)
    assert (again.added, again.unchanged) == (0, len(scenario.reports))
    assert counts() == before


def test_a_replay_up_to_a_moment_goes_on_later_to_the_same_end(few_areas, scenario, board):
    until = next(item.known for item in scenario.reports if item.external_id.endswith("/20"))
    first = replay(scenario, until=until)
    assert first.later > 0
    assert Report.objects.count() == first.added == len(scenario.reports) - first.later
    seen = []
    second = replay(scenario, progress=lambda done, of: seen.append((done, of)))
    assert (second.added, second.unchanged) == (first.later, first.added)
    assert seen[-1] == (len(scenario.reports), len(scenario.reports))
    assert clock.now() > until
    assert board(second.truce, "2016-09-17T20:00:00Z")["compliance"] == "strained"
    assert recompute.differences(second.truce) == []


def test_what_is_stored_after_a_replay_follows_from_the_facts(replayed):
    assert recompute.differences(replayed) == []


def test_the_board_on_the_evening_of_the_strike(replayed, board):
    status = board(replayed, "2016-09-17T20:00:00Z")
    assert (status["standing"], status["compliance"], status["day"]) == ("in_force", "strained", 6)
    assert status["renewal"] == {"state": "lapsed", "ended": "2016-09-16T16:00:00Z"}
    assert [(one["hours"], one["state"]) for one in status["extensions"]] == [
        (48, "announced"),
        (72, "offered"),
    ]
    assert elapsed(status) == {"alleged": 7_200, "corroborated": 7_200, "ruled": 446_400}
    assert set(states(status, "humanitarian-access").values()) == {"not_granted"}
    assert set(states(status, "joint-targeting").values()) == {"locked"}
    counting = Standing.objects.filter(view=View.PUBLIC, counts=True, until=None, superseded=None)
    assert sorted(counting.values_list("reading", flat=True)) == ["alleged", "corroborated"]


def test_the_board_as_known_the_day_before_knows_of_no_strike(replayed, board):
    status = board(replayed, "2016-09-17T20:00:00Z", known_at="2016-09-16T20:00:00Z")
    assert set(elapsed(status).values()) == {446_400}
    assert set(states(status, "humanitarian-access").values()) == {"unknown"}


@pytest.mark.parametrize(
    ("as_of", "seconds"), [("2016-09-12T16:00:00Z", 0), ("2016-09-14T20:00:00Z", 187_200)]
)
def test_the_board_before_the_strike(replayed, board, as_of, seconds):
    status = board(replayed, as_of)
    assert set(elapsed(status).values()) == {seconds}
    assert (status["standing"], status["compliance"]) == ("in_force", "unobserved")


def test_a_ruling_of_no_violation_lets_the_clock_complete(replayed, board, variant):
    replay(variant(1))
    status = board(replayed, "2016-09-19T16:00:00Z")
    assert set(states(status, "seven-day-clock").values()) == {"fulfilled"}
    assert set(states(status, "joint-targeting").values()) == {"locked"}


def test_the_gate_opens_only_on_the_declarers_word(replayed, board, variant):
    for number in (1, 2, 3):
        replay(variant(number))
    assert set(states(board(replayed, "2016-09-19T15:59:59Z"), "joint-targeting").values()) == {"locked"}
    assert set(states(board(replayed, "2016-09-19T16:00:00Z"), "joint-targeting").values()) == {
        "conditions_met"
    }
    assert set(states(board(replayed, "2016-09-19T17:00:00Z"), "joint-targeting").values()) == {"unlocked"}


def test_a_later_ruling_of_violation_supersedes_the_first_and_restarts_the_clock(replayed, board, variant):
    for number in (1, 2, 4):
        replay(variant(number))
    status = board(replayed, "2016-09-20T12:00:00Z")
    assert set(elapsed(status).values()) == {237_600}
    assert status["compliance"] == "violated"
    before = counts()
    for number in (1, 2, 4):
        replay(variant(number))
    assert counts() == before
    assert recompute.differences(Truce.objects.get()) == []


def test_an_offer_and_an_announcement_are_steps_of_different_offers(replayed):
    announced, offered = Extension.objects.order_by("at")
    assert (announced.state, offered.state) == ("announced", "offered")
    assert announced.offer != offered.offer


def test_the_command_replays_and_says_how_much(few_areas, capsys):
    call_command("replay", str(SCENARIO), "--until", "2016-09-14T20:00:00Z")
    assert "3 added" in capsys.readouterr().out


def test_the_commands_list_every_fault_by_its_line_and_load_nothing(db, tmp_path, capsys):
    broken = tmp_path / "broken.yaml"
    broken.write_text(SCENARIO.read_text().replace("zone: Asia/Damascus", "zone: Mars/Olympus"))
    line = broken.read_text().splitlines().index("  zone: Mars/Olympus") + 1
    for command in ("load_charter", "replay"):
        with pytest.raises(CommandError, match="Nothing was loaded"):
            call_command(command, str(broken))
        assert f"{broken}:{line}: charter.zone:" in capsys.readouterr().err
    assert not Truce.objects.exists()


def test_assess_from_nothing_ends_well_where_nothing_differs(replayed, capsys):
    call_command("assess", replayed.slug, "--from-nothing")
    assert replayed.slug in capsys.readouterr().out


def test_assess_of_an_unknown_truce_lists_those_that_there_are(replayed):
    with pytest.raises(CommandError, match="syria-2016-09"):
        call_command("assess", "nowhere")
