"""The instance that this checkout runs by itself: its file of secrets and addresses, and its two servers.

One lock, ``var/run/servers.lock``, is held for as long as the servers run, by ``make up`` or by the one
command that started them for its own duration. The operating system frees it when its holder dies.
"""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator

from filelock import FileLock, Timeout

from ceasefire import embedded, environment, processes

LOCK_FILE = environment.VAR_DIR / "run" / "servers.lock"
HOLDER_FILE = environment.VAR_DIR / "run" / "holder"
LOGS = environment.VAR_DIR / "log"
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
LOOPBACK_HOSTS = "localhost,127.0.0.1,[::1]"
HEADER = (
    "# Written once by this checkout's first run. Secret: it holds the keys and passwords of the instance.\n"
)


def lock() -> FileLock:
    """The lock over this checkout's servers, not yet taken."""
    LOCK_FILE.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(LOCK_FILE)


def brings_its_own_servers() -> bool:
    """Whether the environment names no database, so that the service runs on servers of its own."""
    return "DATABASE_URL" not in os.environ


def ready_servers() -> embedded.Servers:
    """This checkout's servers, to be started by the holder of the lock.

    Writes the instance file where there is none, and moves the addresses in it where another program has
    taken a port meanwhile. Sets the environment to match.
    """
    values = environment.read_instance_file()
    try:
        access = embedded.Access.from_addresses(values).on_free_ports()
    except (KeyError, ValueError):
        access = embedded.Access.new()
    wanted = {
        "SECRET_KEY": values.get("SECRET_KEY") or secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": values.get("ALLOWED_HOSTS") or LOOPBACK_HOSTS,
        **values,
        **access.addresses(),
    }
    if wanted != values:
        lines = [f"{name}={value}\n" for name, value in wanted.items()]
        environment.write_private(environment.INSTANCE_FILE, HEADER + "".join(lines))
    environment.load_instance_file()
    return embedded.Servers(embedded.instance_folder(environment.BASE_DIR), access)


@contextlib.contextmanager
def servers_for_a_command() -> Iterator[None]:
    """Join a running ``make up``, or run the servers for the duration of the block."""
    held = lock()
    if not _take_or_join(held):
        environment.load_instance_file()
        yield
        return
    with held:
        HOLDER_FILE.write_text("command\n")
        processes.end_leftovers()
        servers = ready_servers()
        with servers.running(LOGS):
            yield


def _take_or_join(held: FileLock) -> bool:
    """True with the lock taken, to start the servers; False where a running ``make up`` is to be joined."""
    told = False
    while True:
        with contextlib.suppress(Timeout):
            held.acquire(timeout=0.2)
            return True
        if HOLDER_FILE.exists() and HOLDER_FILE.read_text().strip() == "up":
            return False
        if not told:
            print(
                "Waiting for another command, which has started the embedded servers, to end.",
                file=sys.stderr,
            )
            told = True
