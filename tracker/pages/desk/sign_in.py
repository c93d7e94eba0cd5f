"""Signing in by a link that works once: opened to see whom it is for, confirmed to be used."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tracker.services import people
from tracker.services.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation (so that what merely looks at links uses none up), then sign in."""
    if request.method != "POST":
        return render(request, "account/link.html")
    try:
        person = people.sign_in(token)
    except Refused:
        person = None
    if person is None:
        return render(request, "account/link.html", {"spent": True}, status=410)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(settings.LOGIN_REDIRECT_URL)
