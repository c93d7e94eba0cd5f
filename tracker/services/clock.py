"""The one place that asks what time it is.

Everything else takes a moment as an argument or calls ``clock.now()``, so that a verdict can be asked
for any moment and a test can move the clock of a whole running service with ``CLOCK_OFFSET``.
"""

import datetime

from django.conf import settings


def now() -> datetime.datetime:
    """The present moment, aware, in UTC, moved by the setting ``CLOCK_OFFSET`` (seconds; tests only)."""
    return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=settings.CLOCK_OFFSET)
