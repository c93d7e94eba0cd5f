"""The desk's first page: what waits for me, and what I logged lately."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracker.models import Person, Report, Role

from .permission import DeskRequest, desk_page, reports_to_screen, waiting
from .short import shown

LISTED = 5


@require_safe
@desk_page(Role.REPORTER)
def home(request: DeskRequest) -> HttpResponse:
    """Counts and lists of what waits for this person, and the reports that they logged last."""
    context = {
        "mine": shown(_logged_by(request.user)[:LISTED]),
        "may_screen": False,
        "may_coordinate": request.user.may_anywhere(Role.COORDINATOR),
    }
    if request.user.may_anywhere(Role.ANALYST):
        to_screen = waiting(reports_to_screen(request.user))
        context |= {
            "may_screen": True,
            "waiting_count": to_screen.count(),
            "waiting": shown(to_screen.select_related("source").order_by("id")[:LISTED]),
        }
    return render(request, "desk/home.html", context)


def _logged_by(person: Person) -> QuerySet[Report]:
    return Report.objects.filter(change__person=person).select_related("source").order_by("-id")
