"""The container files say what the service needs: read, for no container engine runs here."""

import re

import pytest
from ruamel.yaml import YAML

from ceasefire import supervisor
from ceasefire.environment import BASE_DIR

COMPOSE = YAML(typ="safe").load(BASE_DIR / "docker-compose.yml")
DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()


def test_only_the_web_port_leaves_and_only_to_loopback():
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert list(ports) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])


def test_every_process_of_make_up_is_there():
    servers = {"postgres", "valkey", "migrate"}
    assert set(COMPOSE["services"]) == {*servers, "web", "worker", "outgoing", "scheduler"}
    assert COMPOSE["services"]["postgres"]["image"].split(":") == ["postgres", "18"]
    assert COMPOSE["services"]["valkey"]["image"].startswith("valkey/valkey:")


def test_the_web_keeps_memory_as_under_make_up():
    command = DOCKERFILE[DOCKERFILE.rindex("CMD [") :]
    assert re.findall(r'"(MALLOC_[^"]+)"', command) == list(supervisor.KEPT_MEMORY)


def test_no_secret_has_a_default():
    text = (BASE_DIR / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "VALKEY_PASSWORD"):
        uses = re.findall(rf"\$\{{{name}(.)", text)
        assert uses, f"{name} is not used"
        assert set(uses) == {":"}, f"{name} must be required: ${{{name}:?…}}"
        assert f"${{{name}:-" not in text


@pytest.mark.parametrize("name", ["web", "worker", "outgoing", "scheduler"])
def test_what_serves_never_knows_the_owner_of_the_database(name: str):
    environment = COMPOSE["services"][name]["environment"]
    assert "DATABASE_OWNER_URL" not in environment
    assert "ceasefire_app" in environment["DATABASE_URL"]
    assert COMPOSE["services"][name]["cap_drop"] == ["ALL"]


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_in_particular():
    assert "--require-hashes" in DOCKERFILE
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.M)
    assert users
    assert users[-1] not in ("root", "0")
