"""The way of a program's request past the middleware that is there for people at a browser.

In the list of middleware ``ShortcutEnd`` stands after the last of those, ``Shortcut`` before the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

PATH = "/api/v1/"


def is_of_a_program(request: HttpRequest) -> bool:
    """Whether a request asks the API and comes without a cookie: nothing of a person is in it."""
    return request.path_info.startswith(PATH) and not request.META.get("HTTP_COOKIE")


class ShortcutEnd:
    """Where the shortcut comes out. It is no middleware itself: what it stands before is remembered."""

    beyond: ClassVar[GetResponse]

    def __init__(self, get_response: GetResponse) -> None:
        ShortcutEnd.beyond = staticmethod(get_response)
        raise MiddlewareNotUsed


class Shortcut:
    """Middleware: a program's request goes on behind ``ShortcutEnd``, any other through all that is between.

    Of what is passed by only what looks at each view is still asked, such as the guard against forged forms.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        # Django makes the innermost first.
        self.beyond: GetResponse = ShortcutEnd.beyond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.beyond(request) if is_of_a_program(request) else self.get_response(request)
