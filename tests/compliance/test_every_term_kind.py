"""One contract for every kind of term, and the registry that finds them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.compliance.cast import ACCESS, CEASEFIRE, CLOCK, GATE, SEPARATION, TRUCE, Story, at
from tracker.compliance import terms
from tracker.compliance.assess import assess
from tracker.compliance.charter import READINGS, Charter, Term, charter_faults
from tracker.compliance.facts import TruceFacts
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.registry import kind_names, kind_of
from tracker.compliance.term_kind import TermKind
from tracker.compliance.verdicts import as_json

EXAMPLES = {
    "prohibition": CEASEFIRE,
    "clock": CLOCK,
    "humanitarian_access": ACCESS,
    "joint_targeting": GATE,
    "milestone": SEPARATION,
    "withdrawal": Term(
        "road",
        "withdrawal",
        owed_by=("east",),
        parameters={"distances": [{"equipment": "heavy", "metres": 3500}], "within": "P5D"},
    ),
}
MOMENTS = ("12 Sep 15:59", "12 Sep 16:00", "15 Sep 00:00", "19 Sep 16:00", "30 Dec 00:00")
EVENTFUL = """
    13 Sep 12:00  un says 12 delivered
    14 Sep 10:00  monitor says east-army shelled west-army at 14 Sep 09:00 (A)
    15 Sep 10:00  press says east-army shelled west-army in Sep (B)
    16 Sep 10:00  tracker rules A violation
    17 Sep 10:00  un reports separation reached
"""


def with_example(kind: str) -> Charter:
    others = tuple(term for term in TRUCE.terms if term.ref != EXAMPLES[kind].ref)
    return replace(TRUCE, terms=(*others, EXAMPLES[kind]))


def test_registry_and_files_agree() -> None:
    files = {path.stem for path in Path(terms.__path__[0]).glob("*.py") if not path.stem.startswith("_")}
    assert set(kind_names()) == files == set(EXAMPLES)


@pytest.fixture(params=sorted(EXAMPLES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_cites_the_agreement_that_it_is_modelled_on(kind: str) -> None:
    found = sys.modules[type(kind_of(kind)).__module__].__doc__
    assert found is not None
    assert "Modelled on" in found


def test_it_finds_no_fault_in_a_sound_term_and_names_unknown_parameters_by_path(kind: str) -> None:
    assert charter_faults(with_example(kind)) == []
    term = replace(EXAMPLES[kind], parameters={**EXAMPLES[kind].parameters, "colour": "blue"})
    judge = kind_of(kind)
    assert judge is not None
    assert [(one.path, one.code) for one in judge.faults(term, TRUCE, "terms[9]")] == [
        ("terms[9].parameters.colour", "parameter.unknown")
    ]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("told", ["", EVENTFUL])
def test_every_verdict_is_a_state_of_its_kind_with_a_reason(kind: str, moment: str, told: str) -> None:
    judge = kind_of(kind)
    assert judge is not None
    term = Story(told, with_example(kind)).status(moment).term(EXAMPLES[kind].ref)
    assert set(term.readings) == set(READINGS)
    for verdict in term.readings.values():
        assert verdict.state in judge.states
        assert verdict.message.code.split(".")[0].isidentifier()
        assert verdict.since is None or verdict.since <= at(moment)
        assert verdict.next_moment is None or verdict.next_moment > at(moment)
        assert all(isinstance(ref, str) for ref in verdict.evidence)
        json.dumps(as_json(verdict))


def test_it_says_ended_once_the_truce_is(kind: str) -> None:
    truce = replace(with_example(kind), ends=at("20 Sep 12:00"))
    term = Story(EVENTFUL, truce).status("21 Sep 00:00").term(EXAMPLES[kind].ref)
    assert {verdict.state for verdict in term.readings.values()} == {"ended"}
    assert all("last_state" in verdict.values for verdict in term.readings.values())


def test_parameters_that_are_no_mapping_are_a_fault_and_leave_it_unjudged(kind: str) -> None:
    judge = kind_of(kind)
    assert judge is not None
    term = replace(EXAMPLES[kind], parameters=["nonsense"])  # type: ignore[arg-type]
    assert "terms[0].parameters" in [fault.path for fault in judge.faults(term, TRUCE, "terms[0]")]
    others = tuple(one for one in TRUCE.terms if one.ref != term.ref)
    told = Story(EVENTFUL, replace(TRUCE, terms=(*others, term))).status("19 Sep 16:00").term(term.ref)
    assert {verdict.state for verdict in told.readings.values()} == {"cannot_be_judged"}


# --- A kind is one file -------------------------------------------------------------------------------

PRISONERS = '''
"""An exchange of prisoners, all for all. Modelled on the Stockholm Agreement of 2018 (Yemen)."""

from tracker.compliance.term_kind import TermKind
from tracker.compliance.verdicts import Message, Verdict


class PrisonerExchange(TermKind):
    states = ("pending", "fulfilled")

    def read(self, given, term, charter):
        return given.number("prisoners", required=True)

    def judge(self, term, parameters, reading, situation):
        return Verdict("pending", situation.start, Message("prisoners.pending", {"of": parameters}))


KIND = PrisonerExchange()
'''


@pytest.fixture
def prisoners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "prisoner_exchange.py").write_text(PRISONERS)
    (tmp_path / "_shared.py").write_text("")
    monkeypatch.setattr(terms, "__path__", [*terms.__path__, str(tmp_path)])
    yield
    sys.modules.pop("tracker.compliance.terms.prisoner_exchange", None)


EXCHANGE = Term("exchange", "prisoner_exchange", parameters={"prisoners": 300})


@pytest.mark.usefixtures("prisoners")
def test_a_kind_is_added_as_one_file() -> None:
    assert "prisoner_exchange" in kind_names()
    assert "_shared" not in kind_names()
    truce = replace(TRUCE, terms=(*TRUCE.terms, EXCHANGE))
    assert charter_faults(truce) == []
    verdict = Story("", truce).says("exchange", "ruled", "13 Sep 00:00")
    assert (verdict.state, verdict.message.values["of"]) == ("pending", 300)


def test_a_kind_whose_file_is_gone_cannot_be_judged_and_spoils_no_other() -> None:
    truce = replace(TRUCE, terms=(*TRUCE.terms, EXCHANGE, replace(GATE, ref="late", requires=("exchange",))))
    status = Story("", truce).status("13 Sep 00:00")
    assert {one.state for one in status.term("exchange").readings.values()} == {"cannot_be_judged"}
    assert status.term("clock").readings["ruled"].state == "running"
    late = status.term("late").readings["ruled"]
    assert (late.state, late.values["unknown"]) == ("locked", ("exchange",))
    assert [one.path for one in charter_faults(truce)] == ["terms[5].kind"]


def test_a_term_that_requires_itself_cannot_be_judged_and_spoils_no_other() -> None:
    loop = (replace(GATE, ref="one", requires=("two",)), replace(GATE, ref="two", requires=("one",)))
    status = Story("", replace(TRUCE, terms=(*TRUCE.terms, *loop))).status("13 Sep 00:00")
    assert status.term("one").readings["ruled"].message.code == "term.requires_itself"
    assert status.term("clock").readings["ruled"].state == "running"


def test_faulty_parameters_leave_a_term_unjudged() -> None:
    truce = replace(TRUCE, terms=(CEASEFIRE, replace(CLOCK, parameters={"length": "soon"})))
    verdict = Story("", truce).says("clock", "ruled", "13 Sep 00:00")
    assert (verdict.state, verdict.message.values) == ("cannot_be_judged", {"paths": ("parameters.length",)})


# --- The rules stand alone ----------------------------------------------------------------------------


def test_the_rules_need_nothing_of_the_rest_of_the_house() -> None:
    code = (
        "import sys, pkgutil, importlib, tracker.compliance as rules\n"
        "for one in pkgutil.walk_packages(rules.__path__, 'tracker.compliance.'):\n"
        "    importlib.import_module(one.name)\n"
        "outside = {name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)\n"
        "print(sorted(name for name in outside if not name.startswith('_')))\n"
        "print(sorted(name for name in sys.modules if name.startswith('tracker.') "
        "and not name.startswith('tracker.compliance')))\n"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=root, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert told == ["['tracker']", "[]"]


def test_the_rules_never_ask_the_time() -> None:
    for path in Path(terms.__path__[0]).parent.rglob("*.py"):
        text = path.read_text()
        assert not any(word in text for word in (".now(", ".utcnow(", ".today(", "time.time(")), path


def test_an_empty_truce_is_judged() -> None:
    empty: Any = Charter("empty", {}, "UTC", (), "preliminary", None)
    status = assess(empty, HeldStandings((), at("13 Sep 00:00")), TruceFacts(), at("13 Sep 00:00"))
    assert (status.standing, status.compliance, status.terms) == ("announced", "unobserved", ())


def test_every_kind_is_a_term_kind() -> None:
    assert all(isinstance(kind_of(name), TermKind) for name in kind_names())
    assert kind_of("no_such_kind") is kind_of("../secrets") is kind_of("__init__") is None
