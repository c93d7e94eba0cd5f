"""The reader's language: a link that remembers it, so that the switch works without JavaScript."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe


@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Remember one of the four languages in a cookie and return to ``next``, an address of this host."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    address = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        address = "/"
    response = HttpResponseRedirect(address)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
