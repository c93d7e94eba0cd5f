"""Fixtures of the feed's tests: a web process, and no worker, with the API's small cast in its database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.conftest import worker_number

if TYPE_CHECKING:
    from tests.feed.service import Client


@pytest.fixture(scope="module")
def served(
    databases: servers.Databases,
    django_db_setup: None,
    django_db_blocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    """A client of a web process on a database of the module's own; what one test sends the next ones find."""
    from tests.api.cast import make_cast
    from tests.feed.service import Client

    name = f"{databases.prefix}_{worker_number()}_feed"
    databases.recreate(name)
    service = servers.Service(name, 2 * worker_number() + 1, tmp_path_factory.mktemp("feed"))
    try:
        with django_db_blocker.unblock(), service.orm():
            secrets = make_cast().secrets
        service.start_web()
        client = Client(service, secrets)
        yield client
        client.close()
    finally:
        service.stop()
        databases.drop(name)
