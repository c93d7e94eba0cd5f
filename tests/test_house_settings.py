"""The configuration: environment only, and a refusal to start rather than a guess."""

import os
import stat
import subprocess
import sys

import pytest

from ceasefire import environment, instance
from ceasefire.environment import BASE_DIR

COMPLETE = {
    "SECRET_KEY": "long enough to be a secret",
    "ALLOWED_HOSTS": "localhost",
    "DATABASE_URL": "postgresql://app:word@127.0.0.1:5432/ceasefire",
    "REDIS_URL": "redis://:word@127.0.0.1:6379/0",
}


def start(*expressions: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, with these variables changed, and print the expressions."""
    wanted = {**COMPLETE, **variables}
    printing = "".join(f"\nprint({expression})" for expression in expressions)
    return subprocess.run(
        [sys.executable, "-c", f"from ceasefire import settings{printing}"],
        env={
            "PATH": os.environ["PATH"],
            **{name: value for name, value in wanted.items() if value is not None},
        },
        capture_output=True,
        text=True,
        cwd=BASE_DIR,
    )


def test_a_complete_environment_starts():
    assert start().returncode == 0


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_missing_variable_is_a_refusal_to_start_that_names_it(name: str):
    done = start(**{name: None})
    assert done.returncode != 0
    assert f"{name} is not set" in done.stderr


@pytest.mark.parametrize("hosts", ["*", "example.org,*", "*.example.org"])
def test_a_wildcard_host_is_a_refusal_to_start_unless_debugging(hosts: str):
    done = start(ALLOWED_HOSTS=hosts)
    assert done.returncode != 0
    assert "wildcard" in done.stderr
    assert start(ALLOWED_HOSTS=hosts, DEBUG="1").returncode == 0


def test_debugging_is_only_ever_asked_for_by_a_one():
    assert start("settings.DEBUG").stdout.strip() == "False"
    assert start("settings.DEBUG", DEBUG="1").stdout.strip() == "True"
    done = start(DEBUG="true")
    assert done.returncode != 0
    assert "set it to 1 or 0" in done.stderr


def test_beyond_loopback_everything_asks_for_tls_by_default():
    asked = (
        "settings.SECURE_SSL_REDIRECT",
        "settings.SESSION_COOKIE_SECURE",
        "settings.SECURE_HSTS_SECONDS > 0",
    )
    assert start(*asked, ALLOWED_HOSTS="tracker.example").stdout.split() == ["True"] * 3
    assert start(*asked, ALLOWED_HOSTS="localhost,127.0.0.1,[::1]").stdout.split() == ["False"] * 3


def test_an_address_keeps_the_odd_letters_of_its_password():
    settings = environment.database(
        "DATABASE_URL", "postgresql://me:p%40ss%2Fword@db.example:5433/main?sslmode=require"
    )
    assert settings["PASSWORD"] == "p@ss/word"
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "main")
    assert settings["OPTIONS"]["sslmode"] == "require"


def test_the_application_signs_in_as_the_owner_only_when_told_to():
    owner = "postgresql://owner:word@127.0.0.1:5432/ceasefire"
    user = "settings.DATABASES['default']['USER']"
    assert start(user, DATABASE_OWNER_URL=owner).stdout.strip() == "app"
    assert start(user, DATABASE_OWNER_URL=owner, AS_DATABASE_OWNER="1").stdout.strip() == "owner"


def test_a_private_file_is_readable_by_its_owner_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        environment.write_private(tmp_path / "instance.env", "SECRET_KEY=x\n")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "instance.env").stat().st_mode) == 0o600


def test_the_instance_file_fills_only_what_the_environment_leaves_unset(tmp_path, monkeypatch):
    file = tmp_path / "instance.env"
    file.write_text("# a comment\nSECRET_KEY=from=the file\nREDIS_URL=from the file\n")
    monkeypatch.setenv("REDIS_URL", "from outside")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    environment.load_instance_file(file)
    assert os.environ["SECRET_KEY"] == "from=the file"
    assert os.environ["REDIS_URL"] == "from outside"


def test_a_database_from_outside_never_meets_an_owner_from_the_file(tmp_path, monkeypatch):
    file = tmp_path / "instance.env"
    file.write_text("DATABASE_URL=inside\nDATABASE_OWNER_URL=inside\n")
    monkeypatch.setenv("DATABASE_URL", "outside")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    environment.load_instance_file(file)
    assert "DATABASE_OWNER_URL" not in os.environ


def test_the_first_run_writes_secrets_once_and_the_next_keeps_them(tmp_path, monkeypatch):
    file = tmp_path / "var" / "instance.env"
    monkeypatch.setattr(environment, "INSTANCE_FILE", file)
    monkeypatch.setattr(environment, "load_instance_file", lambda: None)
    monkeypatch.setattr(environment.read_instance_file, "__defaults__", (file,))
    instance.ready_servers()
    first = file.read_text()
    instance.ready_servers()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == first
    values = environment.read_instance_file(file)
    assert set(values) == {"SECRET_KEY", "ALLOWED_HOSTS", *instance.ADDRESSES}
    assert values["ALLOWED_HOSTS"] == "localhost,127.0.0.1,[::1]"
    assert len(values["SECRET_KEY"]) >= 50


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATE_LIMIT_KEY", "many"),
        ("RATE_LIMIT_ANONYMOUS", "0/60"),
        ("WEBHOOK_ALLOWED_ADDRESSES", "10.0.0.1/8"),
        ("WEBHOOK_PAUSES", "5,soon"),
        ("WEBHOOK_ALLOW_HTTP", "yes"),
        ("EMAIL_URL", "mail.example"),
    ],
)
def test_a_value_that_cannot_be_read_is_a_refusal_to_start_that_names_it(name: str, value: str):
    done = start(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr


def test_limits_networks_and_the_mail_server_are_read():
    done = start(
        "settings.RATE_LIMIT_KEY",
        "settings.RATE_LIMIT_ANONYMOUS",
        "settings.WEBHOOK_ALLOWED_ADDRESSES[1]",
        "settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS",
        RATE_LIMIT_KEY="50/10",
        RATE_LIMIT_ANONYMOUS="off",
        WEBHOOK_ALLOWED_ADDRESSES="10.0.0.0/8, fd00::/8",
        EMAIL_URL="smtp://me:p%40ss@mail.example",
    )
    assert done.stdout.splitlines() == [
        "(50, 10)",
        "None",
        "fd00::/8",
        "mail.example 587 p@ss True",
    ]
