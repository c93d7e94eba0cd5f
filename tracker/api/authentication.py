"""Who asks: an API key in ``Authorization: Bearer …``, or a person's session; and what they may see."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication

from tracker.api.problems import Problem
from tracker.models import ApiKey, Role, Scope, Truce, View
from tracker.services import keys

SCHEME = "Bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """``request.auth`` is the ``ApiKey``. Its owner lends it nothing: its scopes are all it has."""

    def authenticate(self, request: Any) -> tuple[AnonymousUser, ApiKey] | None:
        key = key_of(request.META.get("HTTP_AUTHORIZATION", ""))
        return None if key is None else (AnonymousUser(), key)

    def authenticate_header(self, request: Any) -> str:
        return f'{SCHEME} realm="api"'


def key_of(authorization: str) -> ApiKey | None:
    """The key that an ``Authorization`` header names; None where it names none.

    Raises ``AuthenticationFailed`` (401) for one that is unknown, expired or revoked.
    """
    scheme, _space, secret = authorization.partition(" ")
    if scheme.lower() != SCHEME.lower():
        return None
    key = keys.authenticate(secret.strip())
    if key is None:
        raise exceptions.AuthenticationFailed(_("This key is unknown, expired or revoked."))
    return key


def view_for(asked: str, *, key: ApiKey | None, person: Any, truce: Truce | None) -> View:
    """The view that an answer is computed in.

    Everybody sees the public one. The full one is for a key with ``restricted:read`` and for a person who
    is analyst or higher in the truce (with none named: in every truce). 401 or 403 for anybody else.
    """
    if asked != View.FULL:
        return View.PUBLIC
    if key is not None:
        cleared = Scope.RESTRICTED_READ in key.scopes
    elif person is not None and person.is_authenticated:
        cleared = person.may(Role.ANALYST, truce)
    else:
        raise exceptions.NotAuthenticated(_("The full view needs a key or a person that is cleared for it."))
    if not cleared:
        raise Problem(
            403, _("The full view needs a key with restricted:read, or a person cleared for the truce.")
        )
    return View.FULL
