"""The codes that come in are the codes that are stored and that the rules know."""

import re
from enum import StrEnum
from pathlib import Path

import pytest
from django.db.models import TextChoices

from tracker.compliance import charter, facts
from tracker.intake import codes
from tracker.intake.fault import MESSAGES
from tracker.intake.rule_messages import RULE_MESSAGES
from tracker.models.actor import ActorKind
from tracker.models.claim import Intent, Precision, Stance
from tracker.models.columns import Basis, Visibility
from tracker.models.report import Consent, ReportKind
from tracker.models.ruling import Outcome, PartyAnswer
from tracker.models.source import Reliability, SourceKind
from tracker.models.statement import ExtensionState
from tracker.models.truce import Coverage, PartyRole, Reading, TruceClass

COMPLIANCE = Path(charter.__file__).parent


@pytest.mark.parametrize(
    ("taken", "stored"),
    [
        (codes.ActorKind, ActorKind),
        (codes.Answer, PartyAnswer),
        (codes.Basis, Basis),
        (codes.Consent, Consent),
        (codes.Coverage, Coverage),
        (codes.DatePrecision, Precision),
        (codes.ExtensionState, ExtensionState),
        (codes.Intent, Intent),
        (codes.Outcome, Outcome),
        (codes.Reading, Reading),
        (codes.Reliability, Reliability),
        (codes.ReportKind, ReportKind),
        (codes.Role, PartyRole),
        (codes.SourceKind, SourceKind),
        (codes.Stance, Stance),
        (codes.TruceClass, TruceClass),
        (codes.Visibility, Visibility),
    ],
)
def test_what_may_come_in_is_what_can_be_stored(taken: type[StrEnum], stored: type[TextChoices]) -> None:
    assert {code.value for code in taken} == set(stored.values)


@pytest.mark.parametrize(
    ("taken", "known"),
    [
        (codes.Coverage, charter.COVERAGES),
        (codes.DeclarationAbout, facts.DECLARATIONS),
        (codes.Outcome, facts.OUTCOMES),
        (codes.Reading, charter.READINGS),
        (codes.Role, charter.ROLES),
    ],
)
def test_what_may_come_in_is_what_the_rules_know(taken: type[StrEnum], known: tuple[str, ...]) -> None:
    assert {code.value for code in taken} == set(known)


def test_every_fault_that_the_rules_find_has_a_sentence() -> None:
    prefixes = {code.split(".")[0] for code in RULE_MESSAGES}
    source = "\n".join(path.read_text() for path in COMPLIANCE.rglob("*.py"))
    raised = re.findall(r"[Ff]ault\(\s*(?:f?\"[^\"]*\"|\w+),\s*\"([a-z_]+\.[a-z_]+)\"", source)
    assert {code.split(".")[0] for code in raised} <= prefixes
    assert set(raised) <= set(RULE_MESSAGES)


def test_every_sentence_of_a_fault_ends_as_one_and_names_its_values_by_name() -> None:
    for code, sentence in MESSAGES.items():
        assert sentence.endswith("."), code
        assert not re.search(r"%(?!\()", sentence), code
