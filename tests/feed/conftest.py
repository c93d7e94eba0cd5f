"""Fixtures of the feed's tests: a web process, and no worker, with the API's small cast in its database."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.conftest import worker_number

if TYPE_CHECKING:
    from tests.api.cast import Cast
    from tests.feed.service import Client
    from tracker.models import ApiKey


@pytest.fixture
def cast(db: None) -> Cast:
    from tests.api.cast import make_cast

    return make_cast()


@pytest.fixture
def to_this_machine(settings) -> None:
    """Webhooks may be sent to receivers on loopback, over plain HTTP."""
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_ADDRESSES = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
def key(cast: Cast, to_this_machine: None) -> ApiKey:
    """A key that may have webhooks."""
    from tests.feed.hooks import owner

    return owner(cast)


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
