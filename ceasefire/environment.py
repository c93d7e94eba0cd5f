"""Reading the configuration: environment variables, and ``var/instance.env`` for what they leave unset."""

import os
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
INSTANCE_FILE = VAR_DIR / "instance.env"


def read_instance_file(path: Path = INSTANCE_FILE) -> dict[str, str]:
    """The ``NAME=value`` lines of an instance file; empty where there is no such file."""
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def load_instance_file(path: Path = INSTANCE_FILE) -> None:
    """Set what the environment leaves unset from the instance file that ``make up`` wrote.

    The addresses of the database and its owner belong together: a DATABASE_URL from outside never meets
    an owner from the file.
    """
    values = read_instance_file(path)
    if "DATABASE_URL" in os.environ:
        values.pop("DATABASE_OWNER_URL", None)
    for name, value in values.items():
        os.environ.setdefault(name, value)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600, exist_ok=False)
    unfinished.write_text(text)
    unfinished.replace(path)


def required(name: str, what_to_do: str) -> str:
    """The value of a variable without which the service refuses to start."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {what_to_do}")
    return value


def flag(name: str, default: bool = False) -> bool:
    """A yes-or-no variable: 1 or 0, and nothing else."""
    value = os.environ.get(name, "").strip()
    if value not in ("", "0", "1"):
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to 1 or 0")
    return value == "1" if value else default


def whole_number(name: str, default: int) -> int:
    """A variable that holds a whole number."""
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number") from None


def words(name: str) -> list[str]:
    """A variable that holds a comma-separated list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def whole_numbers(name: str, default: list[int]) -> list[int]:
    """A variable that holds a comma-separated list of whole numbers above 0."""
    given = words(name)
    if any(not word.isdecimal() or int(word) < 1 for word in given):
        raise ImproperlyConfigured(
            f"{name} is {','.join(given)!r}: set it to whole numbers, such as 5,60,3600"
        )
    return [int(word) for word in given] or default


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """A variable that holds a comma-separated list of networks, such as 10.0.0.0/8."""
    try:
        return tuple(ip_network(word) for word in words(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}: set it to networks, such as 10.0.0.0/8") from None


def rate(name: str, default: tuple[int, int]) -> tuple[int, int] | None:
    """A variable that holds ``requests/seconds``, such as 600/60; None where it is ``off``."""
    value = os.environ.get(name, "").strip()
    if value == "off":
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,9})/([1-9][0-9]{0,4})", value or "{}/{}".format(*default))
    if not found:
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to requests/seconds, such as 600/60, or off")
    return int(found[1]), int(found[2])


class MailServer(NamedTuple):
    """Where mails are handed in: over TLS from the start, or over TLS that is asked for (STARTTLS)."""

    host: str
    port: int
    user: str
    password: str
    tls_at_once: bool
    asks_for_tls: bool


def mail_server(name: str) -> MailServer | None:
    """A variable that holds ``smtp://user:password@host:port``, or ``smtps://`` for TLS from the start.

    Over ``smtp://`` TLS is asked for unless the host is this machine. None where it is not set.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must read smtp://user:password@host:port or smtps://…")
    at_once = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=parts.port or (465 if at_once else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_at_once=at_once,
        asks_for_tls=not at_once and parts.hostname not in ("localhost", "127.0.0.1", "::1"),
    )


def database(name: str, url: str) -> dict[str, object]:
    """Django's settings for one ``postgresql://user:password@host:port/database?option=value`` address.

    ``name`` is the variable that the address came from, for the error.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must read postgresql://user:password@host:port/database")
    return {
        "ENGINE": "ceasefire.database",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": "5", **dict(parse_qsl(parts.query))},
    }
