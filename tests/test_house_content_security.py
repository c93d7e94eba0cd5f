"""The content security policy that goes out is the one that django-csp itself puts together."""

from __future__ import annotations

import pytest
from csp.constants import HEADER
from csp.decorators import csp_exempt, csp_update
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from ceasefire.content_security import ContentSecurityPolicy


def plain(request):
    return HttpResponse()


def with_a_nonce(request):
    request._csp_nonce = "cmVhZA=="
    return HttpResponse()


def with_another(request):
    response = HttpResponse()
    response[HEADER] = "default-src 'none'"
    return response


VIEWS = (
    plain,
    with_a_nonce,
    with_another,
    csp_update({"style-src": ["'self'", "'unsafe-inline'"]})(plain),
    csp_exempt()(plain),
)


@pytest.mark.parametrize("view", VIEWS)
def test_each_answer_has_the_policy_that_django_csp_gives_it(rf, view):
    # Which directive comes first is left to chance and means nothing.
    ours, theirs = (
        sorted(middleware(view)(rf.get("/")).headers.get(HEADER, "").split("; "))
        for middleware in (ContentSecurityPolicy, CSPMiddleware)
    )
    assert ours == theirs


def test_a_page_and_the_pages_of_the_api_have_their_own(client, db):
    assert "'unsafe-inline'" not in client.get("/healthz").headers[HEADER]
    assert "'unsafe-inline'" in client.get("/api/docs/").headers[HEADER]
