"""Whom a page names: a protected source never in public, whatever it is that it says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ceasefire.environment import BASE_DIR

NAME = "Reed Station"


@pytest.fixture
def truce(db: None) -> Any:
    """A truce with one public report of a protected source, which consented to being published."""
    from tests.api.cast import Api, make_cast, report_of
    from tracker.services import assessment

    cast = make_cast()
    source = cast.sources["river-monitor"]
    source.name, source.protected, source.visibility = {"en": NAME}, True, "restricted"
    source.save()
    body = report_of(visibility="public", consent="public", said_by=NAME)
    assert Api(cast.secrets).send(body).status_code == 201
    assessment.assess_truce(cast.truce.pk)
    return cast.truce


def test_a_protected_source_is_named_on_no_public_page(truce: Any, client: Any) -> None:
    board = client.get(f"/truces/{truce.slug}/", {"as_of": "2026-03-05T00:00:00Z"}).content.decode()
    address = re.search(r"/incidents/inc_\w+/", board)
    assert address is not None
    incident = client.get(address[0]).content.decode()
    listed = client.get(f"/truces/{truce.slug}/incidents/").content.decode()
    for page in (board, incident, listed):
        assert "Shelling" in page
        assert NAME not in page
    assert "a source that is not named" in board
    assert "a source that is not named" in incident.lower()


def test_the_live_page_listens_to_every_type_of_entry() -> None:
    from tracker.models import EntryType

    script = (BASE_DIR / "tracker" / "static" / "tracker" / "live.js").read_text()
    listed = re.search(r"const kinds = \[(.*?)\]", script, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r'"([a-z.]+)"', listed[1])) == set(EntryType.values)
