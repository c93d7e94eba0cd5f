"""The fixtures of the pages' tests: the shipped week replayed once a module, and a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ceasefire.environment import BASE_DIR
from tests.week.conftest import replaying

WEEK = BASE_DIR / "tracker" / "scenarios" / "syria-2016-09.yaml"
BOARD = "/truces/syria-2016-09/"
Reader = Callable[..., Any]


@pytest.fixture(scope="module")
def week(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The shipped week, in a database that the tests of a module share."""
    for load in replaying(django_db_blocker):
        load(WEEK)
        yield


@pytest.fixture(scope="module")
def read(week: None) -> Reader:
    """Read a page: ``read(address, language)`` gives the response, its text in ``.text``."""
    from django.test import Client

    client = Client()

    def get(address: str, language: str = "en") -> Any:
        client.cookies.clear()
        response = client.get(address, headers={"accept-language": language})
        response.text = response.content.decode()
        return response

    return get
