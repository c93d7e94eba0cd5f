"""The fixtures of the API's tests. Models are there only once Django is set up, hence the late imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.cast import Api, Cast


@pytest.fixture
def cast(db: None) -> Cast:
    from tests.api.cast import make_cast

    return make_cast()


@pytest.fixture
def api(cast: Cast) -> Api:
    from tests.api.cast import Api

    return Api(cast.secrets)
