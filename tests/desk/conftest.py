"""The desk's tests: a truce, its sources and a person of each role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk.cast import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    # Imported here: when pytest reads this file, the settings are not there yet.
    from tests.desk.cast import make_cast

    return make_cast()
