"""The form keeps up with the document: no field and no code of a report is left out of it."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from tracker.intake import codes
from tracker.intake.fields import Document
from tracker.intake.report_document import ReportDocument
from tracker.pages.desk import words
from tracker.pages.desk.forms.claim import CasualtyRow, ClaimPart
from tracker.pages.desk.forms.other_parts import (
    AccessPart,
    CountRow,
    ExtensionPart,
    MilestonePart,
    StatementPart,
    TallyPart,
    WithdrawalPart,
)
from tracker.pages.desk.forms.report import ReportPart

FORMS = [
    ReportPart,
    ClaimPart,
    AccessPart,
    TallyPart,
    StatementPart,
    ExtensionPart,
    MilestonePart,
    WithdrawalPart,
]
# Said by the form's address, or filled in by the parts from several fields.
BY_OTHER_MEANS = {"/kind", "/statement/about", "/relayed_by", "/visibility", "/published"}
TABLES = {
    codes.ReportKind: words.KINDS,
    codes.Act: words.ACTS,
    codes.Weapon: words.WEAPONS,
    codes.Group: words.GROUPS,
    codes.Effect: words.EFFECTS,
    codes.DatePrecision: words.PRECISIONS,
    codes.Stance: words.STANCES,
    codes.Intent: words.INTENTS,
    codes.Harmed: words.HARMED,
    codes.Means: words.MEANS,
    codes.CountingUnit: words.COUNTING_UNITS,
    codes.Visibility: words.VISIBILITIES,
    codes.Consent: words.CONSENTS,
    codes.Permit: words.PERMITS,
    codes.Passage: words.PASSAGES,
    codes.StatementAbout: words.ABOUTS,
    codes.ExtensionState: words.EXTENSION_STATES,
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_code_has_its_word_at_the_desk(table: Any) -> None:
    assert set(TABLES[table]) == set(table)


def test_every_place_and_credibility_code_has_its_word() -> None:
    assert list(words.WHERE_PRECISIONS) == [1, 2, 3, 4, 5, 6, 7]
    assert list(words.CREDIBILITIES) == [1, 2, 3, 4, 5, 6]


def test_the_form_asks_for_every_field_of_a_report() -> None:
    asked = set(BY_OTHER_MEANS)
    for form in FORMS:
        asked |= {*form.paths.values(), *form.claims}
        for span in (getattr(form, "when", None), getattr(form, "span", None)):
            if span:
                asked |= {f"{span}/from", f"{span}/to", f"{span}/precision"}
    for row in (CasualtyRow, CountRow):
        asked |= {row.list_path + place for place in row.claims}
    asked.add("/tally/counts/spans")
    assert set(leaves(ReportDocument)) - asked == set()


def leaves(document: type[Document], at: str = "") -> list[str]:
    """The JSON pointers of every field that holds no further document; a list's without its indexes."""
    found = []
    for name, field in document.model_fields.items():
        pointer = f"{at}/{field.alias or name}"
        inner = document_in(field.annotation)
        found += leaves(inner, pointer) if inner else [pointer]
    return found


def document_in(annotation: Any) -> type[Document] | None:
    if isinstance(annotation, type) and issubclass(annotation, Document):
        return annotation
    return next((inner for part in typing.get_args(annotation) if (inner := document_in(part))), None)
