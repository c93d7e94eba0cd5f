"""Answers asked for under a condition (RFC 9110, 13): 304 while nothing has changed, 412 as a problem."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext as _

from tracker.api.problems import refusal

OF_THE_BODY = ("content-disposition", "content-encoding", "content-length", "content-type", "etag")


def conditional(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view whose whole answers to GET and HEAD have an ETag, and follow what the request asks of it.

    An answer that nobody may store has one too: the client that asked may keep what it stands for.
    """

    @wraps(view)
    def answer(request: Any, *arguments: Any, **options: Any) -> Any:
        response = view(request, *arguments, **options)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.add_post_render_callback(lambda rendered: _conditional(request, rendered))
            return response
        return _conditional(request, response)

    return answer


def _conditional(request: Any, response: Any) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        found: HttpResponseBase = response
        return found
    if not response.has_header("ETag"):
        set_response_etag(response)
    tag = response.headers.get("ETag")
    decided: Any = response if tag is None else get_conditional_response(request, etag=tag, response=response)
    if decided.status_code == 412:
        sentence = _("The answer is not as If-Match or If-Unmodified-Since asks for it.")
        decided = refusal(request, 412, sentence)
    return decided if decided is response else _with_the_headers_of(response, decided)


def _with_the_headers_of(response: HttpResponseBase, decided: HttpResponse) -> HttpResponse:
    """What is answered instead, with whatever the answer says that is not of its body."""
    for name, value in response.items():
        if name.lower() not in OF_THE_BODY:
            decided.headers.setdefault(name, value)
    return decided
