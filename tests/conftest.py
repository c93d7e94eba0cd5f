"""The fixtures of every test: servers of the run's own, databases per worker, real processes, a browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import servers

WITHOUT_BROWSER = "no Chromium on this machine: apt-get install chromium"
BROWSER_FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if not is_worker:
        config.stash[RUN] = servers.Run.begin()
        (servers.VAR_DIR / "static").mkdir(exist_ok=True)
        os.environ.setdefault("SECRET_KEY", "a secret for tests alone, never for a service that anybody uses")
        os.environ.setdefault("ALLOWED_HOSTS", servers.TEST_HOSTS)
        os.environ.setdefault("HTTPS", "0")
        # Counted as in earnest, and out of the way of tests that ask often.
        for name in ("RATE_LIMIT_KEY", "RATE_LIMIT_ANONYMOUS"):
            os.environ.setdefault(name, "1000000000/60")
    os.environ["REDIS_URL"] = servers.at_database(os.environ["REDIS_URL"], str(2 * worker_number()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "ceasefire.settings"
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if getattr(config.option, "numprocesses", None) and not is_worker:
        # Workers choose their own Valkey number before they read the settings.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    if run := config.stash.get(RUN, None):
        run.end()


RUN = pytest.StashKey[servers.Run]()


def worker_number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Each test begins in English, whatever language the one before it was left in."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def databases() -> servers.Databases:
    """The run's databases, the template migrated."""
    made = servers.Databases()
    made.make_template()
    return made


@pytest.fixture(scope="session")
def django_db_setup(databases: servers.Databases, django_db_blocker: Any) -> Iterator[None]:
    """A database of this worker's own, made as the owner and used as the application's role.

    A test that commits leaves a used database behind, which is made anew from the template: the
    application's role may not empty the tables that only grow.
    """
    from django.db import connections
    from django.test import TransactionTestCase

    name = f"{databases.prefix}_{worker_number()}"
    databases.recreate(name)
    connections["default"].close()
    connections["default"].settings_dict["NAME"] = name

    def make_anew(self: object) -> None:
        connections.close_all()
        databases.recreate(name)

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(TransactionTestCase, "_fixture_teardown", make_anew)
        yield
        connections.close_all()
    databases.drop(name)


@pytest.fixture
def owner_connection(databases: servers.Databases, django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection of the database's owner to the test's database; it sees what is committed."""
    from django.db import connection

    with databases.connection(str(connection.settings_dict["NAME"])) as as_owner:
        yield as_owner


@pytest.fixture(scope="module")
def running_service(
    databases: servers.Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[servers.Service]:
    """One web process and one worker on a database of the module's own, which starts empty."""
    name = f"{databases.prefix}_{worker_number()}_service"
    databases.recreate(name)
    service = servers.Service(name, 2 * worker_number() + 1, tmp_path_factory.mktemp("service"))
    try:
        service.start_web()
        service.start_worker()
        yield service
    finally:
        service.stop()
        databases.drop(name)


@pytest.fixture
def new_service(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., servers.Service]]:
    """Make a service on the test's own database, nothing started yet; all of it ends with the test.

    Takes environment variables for its processes: ``new_service(CLOCK_OFFSET="60")``.
    """
    from django.db import connection

    made: list[servers.Service] = []

    def make(**environment: str) -> servers.Service:
        folder = tmp_path / f"service-{len(made)}"
        made.append(
            servers.Service(str(connection.settings_dict["NAME"]), 2 * worker_number(), folder, **environment)
        )
        return made[-1]

    yield make
    for service in made:
        service.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium, for as long as this worker tests."""
    binary = servers.browser_binary()
    if binary is None:
        if os.environ.get("CEASEFIRE_REQUIRE_BROWSER") == "1":
            pytest.fail(WITHOUT_BROWSER)
        pytest.skip(WITHOUT_BROWSER)
    from playwright.sync_api import sync_playwright

    # Playwright's own event loop in this thread is no reason to refuse database work here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*BROWSER_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """A fresh browser context: ``browser.new_page()`` opens a page; nothing is shared between tests."""
    context = chromium.new_context()
    yield context
    context.close()
