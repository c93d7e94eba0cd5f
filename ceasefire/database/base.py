"""Django's engine for PostgreSQL, which asks the database whether a connection stands only where it may not.

Django asks at the beginning of each request, and waits for the answer: one statement more for each of them.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is believed to stand while its line is silent.

    A server that ends, or ends the connection, says so on the line or closes it.
    """

    def is_usable(self) -> bool:
        """Whether the connection may be used for the next request."""
        if (
            self.connection is not None
            and not self.connection.closed
            and _is_silent(self.connection.fileno())
        ):
            return True
        return bool(super().is_usable())


def _is_silent(line: int) -> bool:
    # Not select(): it knows no more than 1,024 open files, and each live stream is one.
    poll = select.poll()
    poll.register(line, select.POLLIN)
    return not poll.poll(0)
