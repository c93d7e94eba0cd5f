"""Webhooks: where the change log is sent to, how that goes, and what to do where it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.feed import webhooks_addresses, webhooks_words
from tracker.models import Role, Truce, Visibility, WebhookDelivery, WebhookEndpoint, WebhookState
from tracker.services import formats, heartbeats
from tracker.services import webhooks as service
from tracker.services.authors import Author
from tracker.services.refusals import ManyRefused, Refused

from .forms.fields import Choice, Figures, Line, Whole
from .forms.offered import named
from .permission import DeskRequest, desk_page

LATEST = 50
SILENT_AFTER = timedelta(minutes=2)


class WebhookForm(forms.Form):
    """An endpoint to make; it belongs to the person and has the public view."""

    url = Figures(label=gettext_lazy("Web address"), help_text=gettext_lazy("Begins with https://"))
    name = Line(label=gettext_lazy("Name"), help_text=gettext_lazy("Whose it is and what for."))
    truce = Choice(label=gettext_lazy("Truce"), blank=gettext_lazy("every truce"))
    after = Whole(
        label=gettext_lazy("Begin after position"),
        help_text=gettext_lazy("0: from the beginning. Empty: with what happens next."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.truces = {truce.slug: truce for truce in Truce.objects.filter(visibility=Visibility.PUBLIC)}
        self.fields["truce"].offer(named(self.truces.values(), "title"))  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        return self.cleaned_data["url"] or ""

    def clean_name(self) -> str:
        return self.cleaned_data["name"] or ""

    def clean_truce(self) -> Truce | None:
        slug = self.cleaned_data["truce"]
        if slug and slug not in self.truces:
            raise forms.ValidationError(Refused("truce", "unknown_truce", given=slug).message)
        return self.truces[slug] if slug else None

    def clean_after(self) -> int | None:
        after = self.cleaned_data["after"]
        if after is not None and (not isinstance(after, int) or after < 0):
            raise forms.ValidationError(_("Give a whole number from 0."))
        return after


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint as pages show it."""

    endpoint: Any
    host: str
    owner: str
    truce: str
    is_active: bool
    state: str
    last_delivered: str
    rests_until: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """An attempt as the page shows it."""

    delivery: WebhookDelivery
    tried: str
    took: str
    outcome: str


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Role.COORDINATOR)
def page(request: DeskRequest) -> HttpResponse:
    """The endpoints that this person manages, and a form for another."""
    form = WebhookForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if form.is_valid():
        try:
            made, secret = service.create(
                Author.of_person(request.user),
                origin=request.build_absolute_uri("/").rstrip("/"),
                person=request.user,
                **form.cleaned_data,
            )
        except ManyRefused as many:
            for refused in many.refusals:
                form.add_error(refused.field or None, refused.message)
        else:
            return _page(request, WebhookForm(), made=made, secret=secret)
    return _page(request, form, status=422)


@require_safe
@desk_page(Role.COORDINATOR)
def detail(request: DeskRequest, reference: str) -> HttpResponse:
    """One endpoint with its latest attempts."""
    return _detail(request, reference)


@require_POST
@desk_page(Role.COORDINATOR)
def act(request: DeskRequest, reference: str, action: str) -> HttpResponse:
    """Do one thing with an endpoint: give it a new secret (``rotate``), or one of ``ACTIONS``."""
    endpoint = _endpoint(request, reference)
    author = Author.of_person(request.user)
    try:
        if action == "rotate":
            return _detail(request, reference, secret=service.rotate(endpoint, author))
        said = ACTIONS[action](request, endpoint, author)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return redirect("desk_webhooks") if action == "remove" else redirect("desk_webhook", reference)


def _disable(_request: DeskRequest, endpoint: WebhookEndpoint, author: Author) -> str:
    service.disable(endpoint, author)
    return _("Nothing more is sent until it is enabled.")


def _enable(_request: DeskRequest, endpoint: WebhookEndpoint, author: Author) -> str:
    service.enable(endpoint, author)
    return _("It goes on where it was left.")


def _test(_request: DeskRequest, endpoint: WebhookEndpoint, _author: Author) -> str:
    service.send_test(endpoint)
    return _("A test message is on its way. What became of it will be listed below.")


def _replay(request: DeskRequest, endpoint: WebhookEndpoint, author: Author) -> str:
    message, after = request.POST.get("message", ""), request.POST.get("after", "").strip()
    if message:
        service.replay_message(endpoint, author, message)
        return _("The message is sent again.")
    if not (after.isascii() and after.isdigit() and len(after) <= 18):
        raise Refused("after", "out_of_range", least=0, most=endpoint.position)
    service.replay_after(endpoint, author, int(after))
    return _("Everything after position %(position)s is sent again.") % {"position": int(after)}


def _remove(_request: DeskRequest, endpoint: WebhookEndpoint, author: Author) -> str:
    service.remove(endpoint, author)
    return _("The webhook is removed.")


ACTIONS: dict[str, Callable[[DeskRequest, WebhookEndpoint, Author], str]] = {
    "disable": _disable,
    "enable": _enable,
    "test": _test,
    "replay": _replay,
    "remove": _remove,
}
ACTION_PATTERN = "|".join([*ACTIONS, "rotate"])


def _endpoint(request: DeskRequest, reference: str) -> WebhookEndpoint:
    endpoint: WebhookEndpoint = get_object_or_404(_endpoints(request), reference=reference)
    return endpoint


def _endpoints(request: DeskRequest) -> Any:
    waits, given_up = Q(messages__given_up__isnull=True), Q(messages__given_up__isnull=False)
    return (
        service.managed_by(request.user)
        .select_related("key__owner", "person", "truce")
        .annotate(owed=Count("messages", filter=waits), given_up=Count("messages", filter=given_up))
        .order_by("-id")
    )


def _page(
    request: DeskRequest,
    form: WebhookForm,
    *,
    status: int = 200,
    made: WebhookEndpoint | None = None,
    secret: str = "",
) -> HttpResponse:
    rows = [_row(endpoint) for endpoint in _endpoints(request)]
    context = {"form": form, "rows": rows, "made": made, "secret": secret, "is_silent": _is_silent(rows)}
    return render(request, "desk/webhooks.html", context, status=status)


def _is_silent(rows: list[EndpointRow]) -> bool:
    """Whether something is to be sent and the process that sends has given no sign of life for a while."""
    age = heartbeats.age(heartbeats.OUTGOING)
    return any(row.is_active for row in rows) and (age is None or age > SILENT_AFTER)


def _detail(request: DeskRequest, reference: str, *, secret: str = "") -> HttpResponse:
    endpoint = _endpoint(request, reference)
    latest = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")[:LATEST]
    context = {
        "row": _row(endpoint),
        "deliveries": [_delivery(one) for one in latest],
        "secret": secret,
        "previous_until": _moment(endpoint.previous_until),
    }
    return render(request, "desk/webhook.html", context)


def _row(endpoint: Any) -> EndpointRow:
    is_active = endpoint.state == WebhookState.ACTIVE
    if not is_active:
        state = webhooks_words.because(endpoint.because)
    elif endpoint.failing_since:
        values = {"moment": _moment(endpoint.failing_since)}
        state = _("Every attempt has failed since %(moment)s.") % values
    else:
        state = _("It works.") if endpoint.last_delivered else _("Nothing has been sent yet.")
    return EndpointRow(
        endpoint=endpoint,
        host=webhooks_addresses.host_of(endpoint.url),
        owner=str(endpoint.person or endpoint.key),
        truce=formats.name_of(endpoint.truce.title, endpoint.truce.slug) if endpoint.truce else "",
        is_active=is_active,
        state=state,
        last_delivered=_moment(endpoint.last_delivered),
        rests_until=_moment(endpoint.rests_until),
    )


def _delivery(one: WebhookDelivery) -> DeliveryRow:
    return DeliveryRow(
        delivery=one,
        tried=formats.format_moment(one.tried, "UTC"),
        took=formats.format_number(one.milliseconds),
        outcome=webhooks_words.problem(one) or _("Delivered."),
    )


def _moment(given: datetime | None) -> str:
    return f"{formats.format_moment(given, 'UTC')} UTC" if given else ""
