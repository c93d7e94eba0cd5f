#!/usr/bin/env python
"""The command line of the service: ``python manage.py help`` lists what it can do.

With nothing configured a command joins a running ``make up``, or starts the embedded servers for its own
duration.
"""

import contextlib
import os
import sys

from ceasefire import environment

# These change the database's structure or carry all of it, so they act as its owner.
AS_OWNER = {"migrate", "showmigrations", "backup", "restore"}
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "diffsettings",
    "help",
    "makemigrations",
    "spectacular",
    "version",
}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    needs_database = command not in WITHOUT_DATABASE and not {"--help", "-h", "--version"} & set(sys.argv)
    own_servers = "DATABASE_URL" not in os.environ
    environment.load_instance_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ceasefire.settings")
    if command in AS_OWNER:
        os.environ["AS_DATABASE_OWNER"] = "1"
    with contextlib.ExitStack() as stack:
        if own_servers:
            # Only here is anything imported that a deployment on real servers does not use.
            from ceasefire import instance

            if needs_database:
                stack.enter_context(instance.servers_for_a_command())
            elif not environment.INSTANCE_FILE.exists():
                with instance.lock():
                    instance.ready_servers()
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
