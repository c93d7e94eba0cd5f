"""A scenario file is read whole or refused whole, with every fault, its line and its path, at once."""

import copy
import datetime
import json
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.scenarios import INVENTED, SHIPPED, VARIANTS, vague_scenario
from tracker.compliance.charter import Charter, charter_faults
from tracker.intake.scenario import charter_of, read_scenario, read_scenario_file
from tracker.intake.scenario_document import ScenarioDocument

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def four(text: str) -> dict[str, str]:
    return {language: f"{text} {language}" for language in ("en", "fr", "ar", "ru")}


SMALL: dict[str, Any] = {
    "historical": True,
    "charter": {
        "slug": "small",
        "title": four("Small truce"),
        "zone": "Asia/Kathmandu",
        "zone_name": four("Kathmandu"),
        "area": ["NPL"],
        "area_name": four("All of it"),
        "class": "preliminary",
        "in_force_from": "2020-01-01T00:00:00Z",
        "declarers": ["east"],
        "leading_body": "tracker",
        "headline_reading": "alleged",
        "parties": [
            {
                "actor": "east",
                "role": "guarantor",
                "coverage": "bound",
                "source": "text",
                "basis": "agreement",
            },
            {"actor": "west", "role": "party", "coverage": "bound", "source": "text", "basis": "agreement"},
        ],
        "terms": [
            {
                "ref": "quiet",
                "kind": "prohibition",
                "title": four("Quiet"),
                "basis": "agreement",
                "source": "text",
            }
        ],
    },
    "actors": [
        {"slug": "east", "kind": "state", "name": four("East")},
        {"slug": "west", "kind": "armed_group", "name": four("West")},
    ],
    "sources": [{"slug": "monitor", "kind": "monitor", "name": four("Monitor")}],
    "reports": [
        {
            "external_id": "1",
            "kind": "incident",
            "source": "monitor",
            "truce": "small",
            "incident": "A",
            "known": "2020-01-02T00:00:00Z",
            "claim": {"act": "shelling", "by": "west", "against": "east"},
        }
    ],
    "rulings": [
        {
            "incident": "A",
            "term": "quiet",
            "outcome": "violation",
            "reason": "Seen.",
            "assessed_by": "one",
            "reviewed_by": "two",
            "known": "2020-01-03T00:00:00Z",
        }
    ],
}


def put(scenario: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with a value put in at ``charter/terms/0/kind``; ``...`` removes it."""
    changed = copy.deepcopy(scenario)
    *way, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    holder: Any = changed
    for step in way:
        holder = holder[step]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return changed


def faults(scenario: Any, base: ScenarioDocument | None = None) -> list[tuple[str, str]]:
    content = scenario if isinstance(scenario, bytes) else json.dumps(scenario).encode()
    read = read_scenario(content, now=NOW, base=base)
    assert (read.document is None) == bool(read.faults)
    return [(fault.path, fault.code) for fault in read.faults]


def document(content: bytes, base: ScenarioDocument | None = None) -> ScenarioDocument:
    read = read_scenario(content, now=NOW, base=base)
    assert read.faults == ()
    assert read.document is not None
    return read.document


@pytest.fixture(scope="module")
def shipped() -> ScenarioDocument:
    return document(SHIPPED.read_bytes())


def test_the_small_scenario_of_these_tests_is_sound() -> None:
    assert faults(SMALL) == []


# --- the shipped scenario ----------------------------------------------------------------------------


def test_the_shipped_scenario_has_no_fault_and_all_its_rows(shipped: ScenarioDocument) -> None:
    numbered = [f"syria-2016-09/{number}" for number in range(1, 24)]
    assert [report.external_id for report in shipped.reports] == [*numbered, "syria-2016-09/48-hours"]
    assert shipped.historical
    assert charter_faults(charter_of(shipped)) == []


def test_every_numbered_row_reached_us_through_the_article(shipped: ScenarioDocument) -> None:
    for report in shipped.reports[:23]:
        assert report.relayed_by[-2:] == ("middle-east-eye", "mondialisation")
    assert shipped.reports[1].relayed_by[0] == "washington-post"
    assert shipped.reports[7].relayed_by[0] == "sana"
    assert shipped.reports[22].relayed_by[0] == "bbc"


def test_every_known_time_of_the_shipped_scenario_says_that_it_is_set_for_the_replay(
    shipped: ScenarioDocument,
) -> None:
    assert {report.known_basis for report in shipped.reports} == {"set for replay"}
    assert all(report.known is not None for report in shipped.reports)


def test_the_figures_of_the_strike_are_kept_as_each_source_gave_them(shipped: ScenarioDocument) -> None:
    figures = {
        (report.source, str(figure.effect)): (figure.min, figure.max)
        for report in shipped.reports
        if report.claim and report.incident == "A"
        for figure in report.claim.casualties
    }
    assert figures == {
        ("russian-military", "killed"): (62, 62),
        ("russian-military", "injured"): (100, 100),
        ("sana", "killed_or_injured"): (None, None),
        ("syrian-observatory", "killed"): (80, None),
        ("journalist", "killed"): (30, 62),
        ("journalist", "injured"): (100, 100),
    }


def test_whoever_admits_in_the_shipped_scenario_speaks_for_whom_it_names(shipped: ScenarioDocument) -> None:
    speaks_for = {source.slug: source.speaks_for for source in shipped.sources}
    for report in shipped.reports:
        if report.claim and report.claim.stance.actor in ("admits", "claims_credit"):
            assert report.claim.by in speaks_for[report.source]


def test_two_extensions_are_told_and_only_one_is_announced(shipped: ScenarioDocument) -> None:
    told = [report.statement.extension for report in shipped.reports if report.statement]
    assert [(word.hours, word.state, word.by) for word in told if word] == [
        (72, "offered", ("russia",)),
        (48, "announced", ("united-states", "russia")),
    ]


def test_the_charter_of_the_shipped_scenario_is_what_its_file_says(shipped: ScenarioDocument) -> None:
    charter = charter_of(shipped)
    assert isinstance(charter, Charter)
    assert charter.in_force_from == datetime.datetime(2016, 9, 12, 16, tzinfo=datetime.UTC)
    assert charter.record_ends == datetime.datetime(2016, 9, 17, 21, tzinfo=datetime.UTC)
    assert charter.renewal is not None
    assert charter.renewal.step == datetime.timedelta(hours=48)
    assert not charter.renewal.ends_truce
    assert charter.declarers == ("united-states", "russia")
    assert [term.ref for term in charter.terms] == [
        "cessation", "seven-day-clock", "humanitarian-access", "joint-targeting", "separation",
    ]  # fmt: skip
    coverage = {party.actor: party.coverage for party in charter.parties}
    assert coverage["us-led-coalition"] == "assumed"
    assert coverage["islamic-state"] == coverage["fateh-al-sham-front"] == "excluded"
    assert "جبهة النصرة" in {alias.name for alias in charter.actors["fateh-al-sham-front"].aliases}


def test_the_tracker_s_own_words_are_there_in_all_four_languages_and_differ_in_script() -> None:
    scenario = YAML(typ="safe", pure=True).load(SHIPPED.read_text())
    texts = [scenario["charter"]["title"], scenario["charter"]["zone_name"]]
    texts += [policy["text"] for policy in scenario["charter"]["policies"]]
    texts += [words for term in scenario["charter"]["terms"] for words in (term["title"], term["wording"])]
    texts += [actor["name"] for actor in scenario["actors"]]
    for text in texts:
        assert set(text) == {"en", "fr", "ar", "ru"}
        assert any("\u0600" <= letter <= "\u06ff" for letter in text["ar"])
        assert any("\u0400" <= letter <= "\u04ff" for letter in text["ru"])


# --- the files of the tests --------------------------------------------------------------------------


@pytest.mark.parametrize("number", list(VARIANTS))
def test_each_variant_is_sound_on_top_of_the_shipped_scenario(number: int, shipped: ScenarioDocument) -> None:
    for path in VARIANTS[number]:
        added = document(path.read_bytes(), base=shipped)
        assert added.truce == shipped.truce == "syria-2016-09"


def test_the_fifth_variant_holds_one_vague_report_of_the_strike(shipped: ScenarioDocument) -> None:
    vague = document(vague_scenario())
    assert [report.external_id for report in vague.reports if report.incident == "A"] == [
        "syria-2016-09/variant-5"
    ]
    assert len(vague.reports) == len(shipped.reports) - 7
    assert charter_of(vague) == charter_of(shipped)


def test_the_invented_scenario_is_sound_and_shares_no_policy_with_the_shipped_one(
    shipped: ScenarioDocument,
) -> None:
    invented = document(INVENTED.read_bytes())
    one, other = charter_of(shipped), charter_of(invented)
    assert charter_faults(other) == []
    for policy in (
        "zone", "area", "truce_class", "renewal", "declarers", "leading_body", "headline_reading",
        "breached_at", "quiet_for", "observation_required", "one_party_ends", "ends",
    ):  # fmt: skip
        assert getattr(one, policy) != getattr(other, policy), policy
    assert {term.kind for term in other.terms} == {
        "prohibition", "clock", "humanitarian_access", "joint_targeting", "withdrawal", "milestone",
    }  # fmt: skip


# --- faults ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("colour", "red", ("colour", "unknown_field")),
        ("charter/colour", "red", ("charter.colour", "unknown_field")),
        ("charter", ..., ("charter", "charter_missing")),
        ("charter/slug", "Small Truce", ("charter.slug", "malformed")),
        ("charter/title/ar", ..., ("charter.title.ar", "required")),
        ("charter/title/de", "x", ("charter.title.de", "unknown_field")),
        ("charter/zone", "Asia/Atlantis", ("charter.zone", "unknown_zone")),
        ("charter/area", [], ("charter.area", "too_short")),
        ("charter/area", ["ZZZ"], ("charter.area", "unknown_country")),
        ("charter/class", "pause", ("charter.class", "unknown_code")),
        ("charter/in_force_from", "2020-01-01", ("charter.in_force_from", "not_a_moment")),
        ("charter/in_force_from", "1812-01-01T00:00:00Z", ("charter.in_force_from", "before_1900")),
        ("charter/ends", "2019-01-01T00:00:00Z", ("charter.ends", "interval_reversed")),
        ("charter/quiet_for", "P1M", ("charter.quiet_for", "not_a_duration")),
        ("charter/quiet_for", 7, ("charter.quiet_for", "not_a_duration")),
        ("charter/breached_at", 0, ("charter.breached_at", "too_small")),
        ("charter/declarers", ["north"], ("charter.declarers[0]", "unknown_actor")),
        ("charter/declarers", ["east", "east"], ("charter.declarers", "repeated")),
        ("charter/parties/1/actor", "north", ("charter.parties[1].actor", "unknown_actor")),
        ("charter/parties/1/coverage", "friendly", ("charter.parties[1].coverage", "unknown_code")),
        ("charter/parties/1/basis", ..., ("charter.parties[1].basis", "required")),
        ("charter/terms/0/breaches_of", ["noise"], ("charter.terms[0].breaches_of[0]", "unknown_term")),
        ("charter/terms/0/requires", {"any": ["noise"]}, ("charter.terms[0].requires", "unknown_term")),
        ("actors/0/kind", "club", ("actors[0].kind", "unknown_code")),
        ("actors/0/parents", [{"actor": "north"}], ("actors[0].parents[0].actor", "unknown_actor")),
        ("actors/1/slug", "east", ("actors[1].slug", "repeated")),
        ("sources/0/reliability", "G", ("sources[0].reliability", "unknown_code")),
        ("sources/0/affiliation", "north", ("sources[0].affiliation", "unknown_actor")),
        ("reports/0/source", "rumour", ("reports[0].source", "unknown_source")),
        ("reports/0/truce", "other", ("reports[0].truce", "unknown_truce")),
        ("reports/0/claim/by", "north", ("reports[0].claim.by", "unknown_actor")),
        ("reports/0/claim/quotes", ["rumour"], ("reports[0].claim.quotes[0]", "unknown_quoted")),
        ("reports/0/supersedes", "report:monitor/2", ("reports[0].supersedes", "unknown_report")),
        ("reports/0/external_id", ..., ("reports[0].external_id", "required")),
        ("reports/0/known", ..., ("reports[0].known", "known_missing")),
        ("reports/0/known", "2026-02-01T00:00:00Z", ("reports[0].known", "after_tomorrow")),
        ("reports/0/claim", None, ("reports[0].claim", "part_missing")),
        ("rulings/0/incident", "Z", ("rulings[0].incident", "unknown_incident")),
        ("rulings/0/incident", "report:monitor/9", ("rulings[0].incident", "unknown_incident")),
        ("rulings/0/term", "noise", ("rulings[0].term", "unknown_term")),
        ("rulings/0/outcome", "guilty", ("rulings[0].outcome", "unknown_code")),
        ("rulings/0/reviewed_by", "ONE", ("rulings[0].reviewed_by", "same_person")),
        ("rulings/0/responsible", "north", ("rulings[0].responsible", "unknown_actor")),
        ("reports", {"0": 1}, ("reports", "wrong_type")),
    ],
)
def test_each_fault_is_named_at_its_place(path: str, value: Any, expected: tuple[str, str]) -> None:
    found = faults(put(SMALL, path, value))
    assert expected in found
    own_consequences = {("charter", "charter_missing"), ("reports", "wrong_type")}
    if expected not in own_consequences and not path.endswith(("/actor", "/slug", "external_id")):
        assert found == [expected]


def test_faults_of_every_section_are_told_at_once_with_their_lines_in_order() -> None:
    text = """\
charter:
  slug: small
  title: {en: "a", fr: "a", ar: "a"}
  zone: Asia/Kathmandu
  zone: Asia/Kathmandu
actors:
  - {slug: east, kind: state, name: {en: "E", fr: "E", ar: "E", ru: "E"}}
  - slug: west
    kind: club
    name: {en: "W", fr: "W", ar: "W", ru: "W"}
sources:
  - {slug: monitor, kind: monitor, name: {en: "M", fr: "M", ar: "M", ru: "M"}}
reports:
  - external_id: "1"
    kind: incident
    source: monitor
    published: 2016-09-17T18:00:00Z
    claim:
      by: north
      casualties:
        - effect: killed
          min: 9
          max: 3
"""
    read = read_scenario(text.encode(), now=NOW)
    found = [(fault.line, fault.path, fault.code) for fault in read.faults if fault.code != "required"]
    assert found == [
        (5, "charter.zone", "duplicate_key"),
        (9, "actors[1].kind", "unknown_code"),
        (17, "reports[0].published", "moment_not_quoted"),
        (19, "reports[0].claim.by", "unknown_actor"),
        (22, "reports[0].claim.casualties[0].min", "min_above_max"),
    ]
    missing = {(fault.line, fault.path) for fault in read.faults if fault.code == "required"}
    assert (3, "charter.title.ru") in missing
    assert (1, "charter.terms") in missing
    with translation.override("en"):
        assert all(fault.message for fault in read.faults)


def test_what_the_rules_find_wrong_comes_with_its_line_beside_other_faults() -> None:
    text = YAML(typ="safe", pure=True).load(SHIPPED.read_text())
    text["charter"]["terms"][1]["kind"] = "sundial"
    text["charter"]["terms"][2]["requires"] = ["joint-targeting"]
    text["reports"][0]["claim"]["credibility"] = 9
    content = json.dumps(text, ensure_ascii=False, indent=1).encode()
    read = read_scenario(content, now=NOW)
    lines = content.decode().splitlines()
    places = {fault.path: fault for fault in read.faults}
    assert places["reports[0].claim.credibility"].code == "too_large"
    unknown_kind = places["charter.terms[1].kind"]
    assert unknown_kind.line is not None
    assert "sundial" in lines[unknown_kind.line - 1]
    assert any(path.startswith("charter.terms[") and "requires" in path for path in places)


def test_the_rules_still_judge_the_terms_where_the_charter_s_own_fields_are_at_fault() -> None:
    scenario = put(SMALL, "charter/terms/0/kind", "sundial")
    scenario = put(scenario, "charter/title/ru", ...)
    scenario = put(scenario, "charter/in_force_from", "soon")
    assert set(faults(scenario)) == {
        ("charter.terms[0].kind", "charter.unknown_kind"),
        ("charter.title.ru", "required"),
        ("charter.in_force_from", "not_a_moment"),
    }


def test_a_broken_entry_does_not_make_what_it_names_unknown_elsewhere() -> None:
    assert faults(put(SMALL, "actors/1/kind", "club")) == [("actors[1].kind", "unknown_code")]


def test_a_moment_without_quotation_marks_is_told_so() -> None:
    text = SHIPPED.read_text().replace('agreed: "2016-09-08T21:00:00Z"', "agreed: 2016-09-08T21:00:00Z")
    assert faults(text.encode()) == [("charter.agreed", "moment_not_quoted")]


def test_a_supplement_names_its_truce_and_has_no_charter() -> None:
    assert faults({"adds_to": "small", "charter": SMALL["charter"]})[0] == ("charter", "charter_and_adds_to")
    supplement = document(b"adds_to: small\nreports: []\n")
    assert supplement.truce == "small"
    with pytest.raises(ValueError, match="no charter"):
        charter_of(supplement)


def test_a_supplement_is_checked_against_the_scenario_that_it_adds_to(shipped: ScenarioDocument) -> None:
    supplement = {"adds_to": "small", "rulings": SMALL["rulings"], "reports": [SMALL["reports"][0]]}
    found = faults(supplement, base=shipped)
    assert ("adds_to", "unknown_truce") in found
    assert ("rulings[0].term", "unknown_term") in found
    assert ("reports[0].source", "unknown_source") in found


def test_a_supplement_without_its_scenario_leaves_references_to_whoever_loads_it() -> None:
    assert faults({"adds_to": "small", "rulings": SMALL["rulings"]}) == []


def test_a_report_that_stands_in_the_scenario_may_not_come_again_in_a_supplement(
    shipped: ScenarioDocument,
) -> None:
    again = shipped.reports[0].model_dump(mode="json")
    assert faults({"adds_to": "syria-2016-09", "reports": [again]}, base=shipped) == [
        ("reports[0].external_id", "repeated")
    ]
    again["supersedes"] = "report:russian-military/syria-2016-09/1"
    assert faults({"adds_to": "syria-2016-09", "reports": [again]}, base=shipped) == []


@pytest.mark.parametrize("content", [b"5", b"[1]", b"text", b"null"])
def test_a_file_that_holds_no_map_is_refused(content: bytes) -> None:
    assert len(faults(content)) == 1


def test_a_file_that_is_not_there_is_the_callers_to_tell() -> None:
    with pytest.raises(OSError, match="no-such-file"):
        read_scenario_file(SHIPPED.with_name("no-such-file.yaml"), now=NOW)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=6)
    | st.sampled_from(["east", "P7D", "A"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=5,
)


def _places(value: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([way] if way else []), *(place for key, item in inner for place in _places(item, (*way, key)))]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_scenario_spoiled_anywhere_by_anything_is_read_or_told_and_never_raises(
    data: st.DataObject,
) -> None:
    scenario = copy.deepcopy(SMALL)
    *way, last = data.draw(st.sampled_from(_places(scenario)))
    holder: Any = scenario
    for step in way:
        holder = holder[step]
    holder[last] = data.draw(ANYTHING)
    read = read_scenario(json.dumps(scenario).encode(), now=NOW)
    assert (read.document is None) == bool(read.faults)
    assert all(fault.line is not None and fault.message for fault in read.faults)
