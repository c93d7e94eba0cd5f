"""Everything that is wrong with a charter is told at once, by path."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.compliance.cast import ACCESS, ACTORS, CEASEFIRE, CLOCK, GATE, PARTIES, TRUCE, at
from tracker.compliance.charter import Charter, Parent, Party, Renewal, charter_faults
from tracker.compliance.parameters import duration, moment


def told(charter: Charter) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in charter_faults(charter)]


def test_a_sound_charter_has_none() -> None:
    assert told(TRUCE) == []


def test_all_faults_are_told_at_once() -> None:
    charter = replace(
        TRUCE,
        zone="Asia/Atlantis",
        ends=at("01 Sep 00:00"),
        renewal=Renewal(timedelta(hours=-1)),
        headline_reading="rumoured",
        declarers=("east", "moon"),
        parties=(*PARTIES, Party("hill-tribe", "chief", "sworn", answers_to="raiders")),
        terms=(
            replace(CEASEFIRE, kind="wish"),
            replace(CLOCK, parameters={"length": "-1", "policy": "whim"}, breaches_of=("access",)),
            replace(ACCESS, parameters={}, requires=("gate",)),
            replace(GATE, requires=("gate", "nothing")),
        ),
    )
    assert told(charter) == [
        ("zone", "charter.unknown_zone"),
        ("ends", "charter.ends_before_start"),
        ("renewal.step", "charter.length_not_positive"),
        ("headline_reading", "charter.unknown_reading"),
        ("declarers[1]", "charter.not_a_party"),
        ("parties[7].role", "charter.unknown_role"),
        ("parties[7].coverage", "charter.unknown_coverage"),
        ("parties[7].answers_to", "charter.not_a_guarantor"),
        ("parties[7]", "charter.overlapping_membership"),
        ("terms[0].kind", "charter.unknown_kind"),
        ("terms[1].breaches_of[0]", "charter.not_a_prohibition"),
        ("terms[1].parameters.length", "parameter.not_a_length"),
        ("terms[1].parameters.policy", "parameter.not_a_choice"),
        ("terms[2].parameters.convoy", "access.one_of_convoy_threshold_siege"),
        ("terms[2].parameters.target", "parameter.missing"),
        ("terms[3].requires", "charter.unknown_term"),
        ("terms[3].requires", "charter.circular_requirement"),
    ]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"slug": ""}, ("slug", "charter.missing")),
        ({"breached_at": 0}, ("breached_at", "charter.not_a_count")),
        ({"quiet_for": timedelta()}, ("quiet_for", "charter.length_not_positive")),
        (
            {"in_force_from": at("12 Sep 16:00").replace(tzinfo=None)},
            ("in_force_from", "charter.moment_without_offset"),
        ),
        ({"replaces": "valley"}, ("replaces", "charter.replaces_itself")),
        ({"record_ends": at("01 Sep 00:00")}, ("record_ends", "charter.ends_before_start")),
        (
            {"parties": (*PARTIES, Party("ghosts", "party", "bound"))},
            ("parties[7].actor", "charter.unknown_actor"),
        ),
        (
            {"actors": {**ACTORS, "east": replace(ACTORS["east"], parents=(Parent("east-army"),))}},
            ("actors.east.parents[0]", "charter.belongs_to_itself"),
        ),
        ({"terms": (CEASEFIRE, CEASEFIRE)}, ("terms[1].ref", "charter.same_reference")),
        (
            {"terms": (CEASEFIRE, replace(CLOCK, breaches_of=()))},
            ("terms[1].breaches_of", "clock.stopped_by_nothing"),
        ),
        (
            {"terms": (replace(CEASEFIRE, owed_by=("moon",)),)},
            ("terms[0].owed_by[0]", "charter.unknown_actor"),
        ),
        (
            {"terms": (CEASEFIRE, replace(CLOCK, parameters={"length": "P7D", "policy": "pause"}))},
            ("terms[1].parameters.pause_for", "parameter.missing"),
        ),
        (
            {
                "terms": (
                    CEASEFIRE,
                    replace(CLOCK, parameters={"length": "P7D", "policy": "tolerate", "tolerate": {}}),
                )
            },
            ("terms[1].parameters.tolerate.count", "parameter.missing"),
        ),
        (
            {"declarers": (), "terms": (CEASEFIRE, CLOCK, ACCESS, GATE)},
            ("terms[3].parameters.declarers", "joint_targeting.no_declarers"),
        ),
        (
            {"terms": (CEASEFIRE, CLOCK, ACCESS, replace(GATE, requires={"both": ["clock"]}))},
            ("terms[3].requires", "condition.not_one_of_all_any_not"),
        ),
    ],
)
def test_each_fault_is_named_by_its_path(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in told(replace(TRUCE, **changes))


def test_memberships_that_follow_each_other_do_not_overlap() -> None:
    split = (
        Party("north-land", "party", "bound", None, at("15 Sep 12:00")),
        Party("north-land", "party", "excluded", at("15 Sep 12:00"), None),
    )
    assert told(replace(TRUCE, parties=(*PARTIES, *split))) == []


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P7D", timedelta(days=7)),
        ("PT48H", timedelta(hours=48)),
        ("P1DT12H30M", timedelta(days=1, hours=12, minutes=30)),
        ("7 days", timedelta(days=7)),
        ("48 hours", timedelta(hours=48)),
        (3600, timedelta(hours=1)),
        (timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_lengths_are_read_as_people_write_them(text: Any, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "seven days", "7", None, True, 1.5])
def test_what_is_no_length_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="not a length"):
        duration(text)


def test_a_moment_names_its_offset() -> None:
    assert moment("2016-09-12T19:00:00+03:00") == at("12 Sep 16:00")
    with pytest.raises(ValueError, match="offset"):
        moment("2016-09-12T19:00:00")
