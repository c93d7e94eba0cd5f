"""Keyset cursors: where a page ended, as an opaque text that only this service can have written.

A cursor holds the public reference of the last row of its page and never a row's number, which would tell
how many others there are. It is signed, so that a damaged or invented one is refused rather than guessed at.
"""

from __future__ import annotations

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from tracker.api import parameters
from tracker.api.problems import Problem

VERSION = 1
LONGEST = 400


def write(of: str, *keys: str) -> str:
    """The cursor of a page of ``of`` (the name of the list) that ended at the row with these keys."""
    return _signer(of).sign_object([VERSION, *keys])


def read(of: str, text: str) -> list[str]:
    """The keys that ``write`` was given; a 400 ``Problem`` for anything else."""
    try:
        if len(text) > LONGEST:
            raise ValueError
        version, *given = _signer(of).unsign_object(text)
        keys = [key for key in given if isinstance(key, str)]
        if version != VERSION or not keys or len(keys) != len(given):
            raise ValueError
    except (BadSignature, ValueError, TypeError):
        raise refused() from None
    return keys


def refused() -> Problem:
    """400 for a cursor that does not lead anywhere."""
    detail = _("This cursor is not one that this list gave. Begin again without a cursor.")
    return parameters.refuse("cursor", "bad_cursor", detail)


def _signer(of: str) -> Signer:
    return Signer(salt=f"tracker.api.cursor.{of}")
