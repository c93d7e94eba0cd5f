"""Who may open which page of the desk, and what each person is shown there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails

from tracker.models import Person, Report, ReportTruce, Role, Screening, Truce

View = Callable[..., HttpResponse]


class DeskRequest(HttpRequest):
    """The request of a page of the desk: somebody is signed in."""

    user: Person
    htmx: HtmxDetails


def desk_page(role: Role) -> Callable[[View], View]:
    """A page for people who hold ``role`` or a higher one in at least one truce.

    Others get the sign-in page, or a page of status 403 that says what is needed. No answer is stored by
    browsers or proxies on the way.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                response: HttpResponse = redirect_to_login(request.get_full_path())
            elif not request.user.may_anywhere(role):
                response = refused(request, role)
            else:
                response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return page

    return decorate


def refused(request: HttpRequest, role: Role, truce: Truce | None = None) -> HttpResponse:
    """The page of status 403: which role the page needs, and in which truce where it is one truce's."""
    return render(request, "desk/refused.html", {"role": role.label, "truce": truce}, status=403)


def truces_of(person: Person, role: Role) -> QuerySet[Truce]:
    """The truces in which a person holds ``role`` or a higher one."""
    held = [m for m in person.memberships.all() if Role(m.role).at_least(role)] if person.is_active else []
    if any(membership.truce_id is None for membership in held):
        return Truce.objects.order_by("slug")
    return Truce.objects.filter(pk__in=[membership.truce_id for membership in held]).order_by("slug")


def reports_to_screen(person: Person) -> QuerySet[Report]:
    """The reports that this person may screen: those of truces in which they are an analyst or higher.

    A report that concerns no truce is for those who are analysts everywhere.
    """
    if person.may(Role.ANALYST):
        return Report.objects.all()
    # One that concerns a truce which is not theirs too would be weighed there: it is for somebody else.
    return Report.objects.filter(ReportTruce.only_of(truces_of(person, Role.ANALYST)))


def truces_to_take_down_in(person: Person) -> QuerySet[Truce] | None:
    """The truces of which this person may take down what concerns no other; None: they may take down all."""
    return None if person.may(Role.COORDINATOR) else truces_of(person, Role.COORDINATOR)


def waiting(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Those of the reports that nobody has screened."""
    return reports.filter(~Exists(Screening.objects.filter(report=OuterRef("pk"))))


def reports_shown_to(person: Person) -> QuerySet[Report]:
    """The reports that this person may read at the desk: their own, and those that they may screen."""
    return Report.objects.filter(Q(change__person=person) | Q(pk__in=reports_to_screen(person).values("pk")))
