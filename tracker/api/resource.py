"""What every address of the API has in common: its parameters, its view, caching, compression and CORS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tracker.api import cross_origin, limits, parameters
from tracker.api.authentication import view_for
from tracker.api.bodies import JSONAnswer, JSONBody
from tracker.api.compression import compressed
from tracker.api.conditional import conditional
from tracker.api.limits import Allowance
from tracker.api.parameters import Parameter
from tracker.api.problems import CONTENT_TYPE, not_found
from tracker.api.schema import ResourceSchema
from tracker.feed import shown
from tracker.models import ApiKey, Role, Scope, Truce, View, Visibility

Row = TypeVar("Row", bound=Model)

VIEW = parameters.choice(
    "view", "Computed from public facts, or from all of them (needs clearance).", View.values, View.PUBLIC
)
LIMIT = parameters.whole("limit", "How many at most.", least=1, most=1_000, default=100)
CURSOR = parameters.pattern(
    "cursor", "Where the page before ended, as its `next` says.", r"[\x21-\x7e]{1,400}", "a cursor"
)

READ_HEADERS, PREFLIGHT_HEADERS = cross_origin.READ_HEADERS, cross_origin.PREFLIGHT_HEADERS


@method_decorator(compressed, name="dispatch")
@method_decorator(conditional, name="dispatch")
class Resource(APIView):
    """An address. ``query`` is the table of its parameters for reading; writing takes none.

    What was asked is in ``self.asked``, by parameter name, once the request has been let in.
    """

    query: ClassVar[tuple[Parameter, ...]] = ()
    parser_classes: Sequence[type[BaseParser]] = (JSONBody,)
    renderer_classes = (JSONAnswer,)
    schema = ResourceSchema()
    asked: Mapping[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        try:
            super().initial(request, *args, **kwargs)
        except AuthenticationFailed:
            # Whoever tries one key after another is counted by address.
            self.allowance = limits.count_address(request.META)
            limits.enforce(self.allowance)
            raise
        if request.method != "OPTIONS":
            self.allowance = limits.count(request.META, key=self.key, person=request.user)
            limits.enforce(self.allowance)
        if any("\x00" in value for value in kwargs.values()):
            raise Http404  # the database knows no such text
        table = self.query if request.method in ("GET", "HEAD") else ()
        self.asked = parameters.read_query(request.query_params, table)

    def options(self, request: HttpRequest | Request, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204, headers=PREFLIGHT_HEADERS)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        told = {} if self.allowance is None else self.allowance.headers
        for name, value in {**READ_HEADERS, **told}.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type") != CONTENT_TYPE and getattr(response, "exception", False):
            response.headers["Content-Type"] = CONTENT_TYPE
        patch_vary_headers(
            response, ("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie")
        )
        response.headers.setdefault("Cache-Control", self._cache_control(request, response))
        return response

    def _cache_control(self, request: Request, response: Any) -> str:
        """Anybody may keep a public answer, asking whether it still holds.

        Whoever asked with a key or as a person may keep the public view alone, for itself. The rest is
        nobody's to keep.
        """
        is_refused = request.method not in ("GET", "HEAD") or response.status_code >= 400
        if is_refused or self.cleared:
            return "private, no-store"
        if self.key is None and not request.user.is_authenticated:
            return "public, no-cache"
        return "private, no-store" if self.view is None else "private, no-cache"

    cleared = False
    """Whether the answer is for the cleared, or for whoever asks alone."""
    view: View | None = None
    """What the answer is computed in; None where it is no view's, and may be for whoever asks alone."""
    allowance: Allowance | None = None

    @property
    def key(self) -> ApiKey | None:
        """The key that the request was made with."""
        auth = getattr(self.request, "_auth", None)
        return auth if isinstance(auth, ApiKey) else None

    def page_of(self, rows: QuerySet[Row]) -> tuple[list[Row], bool]:
        """As many rows as were asked for, and whether more follow."""
        found = list(rows[: self.asked["limit"] + 1])
        return found[: self.asked["limit"]], len(found) > self.asked["limit"]

    def view_asked(self, truce: Truce | None = None) -> View:
        """The view that the answer is for; 401 or 403 where it may not be."""
        view = view_for(self.asked["view"], key=self.key, person=self.request.user, truce=truce)
        self.is_of(view)
        return view

    def is_of(self, view: View) -> None:
        """Take down which view the answer is computed in."""
        self.view, self.cleared = view, view == View.FULL

    def truce_and_view_asked(self) -> tuple[Truce | None, View]:
        """The truce that the parameter names, None where it names none, and the view that the answer is for.

        401 or 403 where the view may not be; 400 where it shows no such truce.
        """
        view = self.view_asked_in(self.asked["truce"])
        return truce_asked(self.asked["truce"], view), view

    def view_asked_in(self, slug: str | None) -> View:
        """The view that the answer about a truce is for; 401 or 403 where it may not be."""
        # Whose truce it is matters for the full view alone: everybody sees the public one.
        is_full = slug is not None and self.asked["view"] == View.FULL
        return self.view_asked(Truce.objects.filter(slug=slug).first() if is_full else None)


def truces_shown(resource: Resource) -> QuerySet[Truce]:
    """The truces that whoever asks may see: the public ones, and for the cleared all others too."""
    if resource.key is not None:
        cleared = Scope.RESTRICTED_READ in resource.key.scopes
    else:
        person = resource.request.user
        cleared = bool(person and person.is_authenticated and person.may(Role.ANALYST, None))
    resource.is_of(View.FULL if cleared else View.PUBLIC)
    return Truce.objects.all() if cleared else Truce.objects.filter(visibility=Visibility.PUBLIC)


def truce_at(slug: str, resource: Resource) -> Truce:
    """The truce at an address; 404 that names the path, also where it may not be seen."""
    truce = truces_shown(resource).filter(slug=slug).first()
    if truce is None:
        raise not_found("truce", slug, resource.request.path)
    return truce


def truce_asked(slug: str | None, view: View = View.PUBLIC) -> Truce | None:
    """The truce that a parameter names, None where it names none; 400 where the view shows no such truce."""
    if slug is None:
        return None
    truce = Truce.objects.filter(slug=slug).first()
    if truce is None or not shown.shows_truce(truce, view):
        sentence = _("There is no truce “%(given)s”.")
        raise parameters.refuse("truce", "unknown_truce", sentence % {"given": slug})
    return truce


def address_of(request: HttpRequest | Request, **changes: Any) -> str:
    """The absolute address of a request with some of its parameters changed; None takes one out."""
    django_request = getattr(request, "_request", request)
    query = django_request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    text = query.urlencode()
    return django_request.build_absolute_uri(django_request.path + (f"?{text}" if text else ""))
