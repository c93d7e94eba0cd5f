"""Webhooks: the endpoints of whoever asks, their secrets, tests, replays and delivery logs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import Field, ValidationError
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api import cursors, examples, parameters, shapes
from tracker.api.problems import Problem, not_found, of_faults
from tracker.api.resource import CURSOR, LIMIT, Resource, address_of
from tracker.feed import webhooks_words
from tracker.intake.fault import faults_of
from tracker.intake.fields import PRINTABLE, Document
from tracker.models import (
    EntryType,
    Person,
    Role,
    Scope,
    Truce,
    View,
    Visibility,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from tracker.services import webhooks as service
from tracker.services.authors import Author
from tracker.services.refusals import ManyRefused, Refused

D = TypeVar("D", bound=Document)
Text = Annotated[str, PRINTABLE]
LIST, LOG = "webhooks", "webhook deliveries"
OUTCOMES = ("delivered", "failed")
TYPE_CODES = ", ".join(EntryType.values)


class NewWebhook(Document):
    """An endpoint to make."""

    url: Text = Field(
        description="Where it is sent to: https, a public address.", examples=["https://example.org/hook"]
    )
    name: Text = Field("", max_length=service.LONGEST_NAME)
    view: Literal["public", "full"] = "public"
    truce: Text | None = Field(None, max_length=80, description="Only entries of this truce.")
    types: list[str] = Field(
        default=[], max_length=50, description=f"Only these types, of: {TYPE_CODES}. Empty: all of them."
    )
    after: int | None = Field(
        None,
        ge=0,
        le=10**18 - 1,
        description="Begin after this position; without it, with what happens next.",
    )


class ChangedWebhook(Document):
    """What to change; what is not given stays."""

    url: Text = ""
    name: Text = Field("", max_length=service.LONGEST_NAME)
    truce: Text | None = Field(None, max_length=80)
    types: list[str] = Field(default=[], max_length=50)
    state: Literal["active", "disabled"] = "active"


class Rotation(Document):
    """How long the old secret signs besides."""

    overlap_hours: int = Field(24, ge=0, le=168)


class Replay(Document):
    """What to send again: everything after a position, or one message. Exactly one of the two."""

    after: int | None = Field(None, ge=0, le=10**18 - 1)
    message: str | None = Field(None, max_length=80)


class Managing(Resource):
    """An address for whoever manages webhooks: a key with ``webhooks:manage``, or a coordinator signed in."""

    # What is answered here is for whoever asked alone.
    cleared = True

    def endpoints(self) -> QuerySet[WebhookEndpoint]:
        """The endpoints of whoever asks; 401 and 403 for those who have none."""
        if self.key is not None:
            if Scope.WEBHOOKS_MANAGE not in self.key.scopes:
                raise Problem(403, _("This key lacks the scope webhooks:manage."))
            found = service.of_key(self.key)
        else:
            person = self.person()
            if not person.may_anywhere(Role.COORDINATOR):
                raise Problem(403, _("Webhooks are for keys with webhooks:manage and for coordinators."))
            found = service.managed_by(person)
        return found.select_related("key__owner", "person", "truce").annotate(
            owed=Count("messages", filter=Q(messages__given_up__isnull=True)),
            given_up=Count("messages", filter=Q(messages__given_up__isnull=False)),
        )

    def endpoint(self, reference: str) -> WebhookEndpoint:
        found = self.endpoints().filter(reference=reference).first()
        if found is None:
            raise not_found("webhook", reference, self.request.path)
        return found

    def person(self) -> Person:
        if not isinstance(self.request.user, Person):
            raise NotAuthenticated(_("Webhooks need a key: Authorization: Bearer …"))
        return self.request.user

    def author(self) -> Author:
        request_id = getattr(self.request, "request_id", "")
        if self.key is not None:
            return Author.of_key(self.key, request_id)
        return Author.of_person(self.person(), request_id)

    def truce(self, slug: str | None, view: str) -> Truce | None:
        """The truce of a body; those who are cleared for the full view may name any."""
        if slug is None:
            return None
        rows = Truce.objects.filter(slug=slug)
        person = None if self.key is not None else self.person()
        if view != View.FULL or not service.may_have(view, None, key=self.key, person=person):
            rows = rows.filter(visibility=Visibility.PUBLIC)
        found = rows.first()
        if found is None:
            raise refused([Refused("truce", "unknown_truce", given=slug)])
        return found


class Webhooks(Managing):
    """The endpoints of whoever asks, newest first; and a new one."""

    query = (LIMIT, CURSOR)

    @extend_schema(
        operation_id="webhooks",
        summary="Webhook endpoints, newest first",
        responses={200: shapes.WebhookPage},
        examples=[examples.WEBHOOKS],
    )
    def get(self, request: Request) -> Response:
        rows = _after(self.endpoints(), LIST, self.asked["cursor"])
        return Response(_page(rows, LIST, self.asked["limit"], request, shown))

    @extend_schema(
        operation_id="create_webhook",
        summary="Have the change log sent to an address",
        description="Each entry of the change log is sent as a thin message, signed by the Standard Webhooks "
        "specification. The secret is in this answer and is not shown again.",
        request=NewWebhook,
        responses={201: shapes.NewWebhookSecret},
        examples=[examples.WEBHOOK_ASKED, examples.WEBHOOK_MADE],
    )
    def post(self, request: Request) -> Response:
        self.endpoints()
        body = _document(NewWebhook, request)
        person = None if self.key is not None else self.person()
        try:
            endpoint, secret = service.create(
                self.author(),
                url=body.url,
                origin=request.build_absolute_uri("/").rstrip("/"),
                name=body.name,
                view=body.view,
                truce=self.truce(body.truce, body.view),
                types=body.types,
                after=body.after,
                key=self.key,
                person=person,
            )
        except ManyRefused as many:
            raise refused(many.refusals) from None
        address = request.build_absolute_uri(f"/api/v1/webhooks/{endpoint.reference}")
        answer = {**shown(self.endpoint(endpoint.reference)), "secret": secret}
        return Response(answer, status=201, headers={"Location": address})


class OneWebhook(Managing):
    """One endpoint."""

    @extend_schema(
        operation_id="webhook",
        summary="One webhook endpoint",
        responses={200: shapes.Webhook},
        examples=[examples.WEBHOOK],
    )
    def get(self, request: Request, reference: str) -> Response:
        return Response(shown(self.endpoint(reference)))

    @extend_schema(
        operation_id="change_webhook",
        summary="Change, disable or enable a webhook endpoint",
        description="What is not given stays. An endpoint that is enabled goes on where it was left.",
        request=ChangedWebhook,
        responses={200: shapes.Webhook},
        examples=[examples.WEBHOOK_CHANGED, examples.WEBHOOK],
    )
    def patch(self, request: Request, reference: str) -> Response:
        endpoint = self.endpoint(reference)
        given = _document(ChangedWebhook, request).model_dump(exclude_unset=True)
        state = given.pop("state", None)
        if "truce" in given:
            given["truce"] = self.truce(given["truce"], endpoint.view)
        try:
            if given:
                service.change(endpoint, self.author(), given)
        except ManyRefused as many:
            raise refused(many.refusals) from None
        if state == WebhookState.DISABLED:
            service.disable(endpoint, self.author())
        elif state == WebhookState.ACTIVE:
            service.enable(endpoint, self.author())
        return Response(shown(self.endpoint(reference)))

    @extend_schema(
        operation_id="remove_webhook",
        summary="Remove a webhook endpoint with its delivery log",
        responses={204: OpenApiResponse(description="It is removed.")},
    )
    def delete(self, request: Request, reference: str) -> Response:
        service.remove(self.endpoint(reference), self.author())
        return Response(status=204)


class Rotate(Managing):
    """A new secret."""

    @extend_schema(
        operation_id="rotate_webhook",
        summary="Give a webhook endpoint a new secret",
        description="The new secret is in this answer and is not shown again. Until the overlap is over "
        "every message carries a signature of each.",
        request=Rotation,
        responses={200: shapes.NewWebhookSecret},
        examples=[examples.WEBHOOK_ROTATION, examples.WEBHOOK_ROTATED],
    )
    def post(self, request: Request, reference: str) -> Response:
        endpoint = self.endpoint(reference)
        overlap = timedelta(hours=_document(Rotation, request, empty=True).overlap_hours)
        try:
            secret = service.rotate(endpoint, self.author(), overlap)
        except Refused as one:
            raise refused([one], 409 if one.code == "already_rotating" else 400) from None
        return Response({**shown(self.endpoint(reference)), "secret": secret})


class Test(Managing):
    """A message that is about nothing."""

    @extend_schema(
        operation_id="try_webhook",
        summary="Have a test message sent",
        description="It is sent once, as `webhook.test`; what became of it is in the delivery log.",
        request=None,
        responses={202: shapes.AskedMessage},
        examples=[examples.WEBHOOK_TEST],
    )
    def post(self, request: Request, reference: str) -> Response:
        endpoint = self.endpoint(reference)
        try:
            return Response({"message": service.send_test(endpoint)}, status=202)
        except Refused as one:
            raise Problem(409, _("Other tests wait to be sent. Look at the delivery log first.")) from one


class ReplayAgain(Managing):
    """Messages that are asked for again."""

    @extend_schema(
        operation_id="replay_webhook",
        summary="Have messages sent again",
        description="Everything after a position, or one message by its id, with the same ids as before.",
        request=Replay,
        responses={202: shapes.Webhook},
        examples=[examples.WEBHOOK_REPLAY, examples.WEBHOOK_REPLAYED],
    )
    def post(self, request: Request, reference: str) -> Response:
        endpoint = self.endpoint(reference)
        body = _document(Replay, request)
        if (body.after is None) == (body.message is None):
            raise refused([Refused("after", "one_of_two", other="message")])
        try:
            if body.message is not None:
                service.replay_message(endpoint, self.author(), body.message)
            else:
                service.replay_after(endpoint, self.author(), body.after or 0)
        except Refused as one:
            raise refused([one]) from None
        return Response(shown(self.endpoint(reference)), status=202)


class Deliveries(Managing):
    """What became of each attempt."""

    query = (
        parameters.choice("outcome", "Only attempts that ended so.", OUTCOMES),
        parameters.pattern("message", "Only attempts of this message.", r"[a-z0-9_]{1,80}", "a message id"),
        LIMIT,
        CURSOR,
    )

    @extend_schema(
        operation_id="webhook_deliveries",
        summary="The delivery log of a webhook endpoint, latest first",
        description="The last 30 days, and at most 1,000 attempts.",
        responses={200: shapes.DeliveryPage},
        examples=[examples.WEBHOOK_DELIVERIES],
    )
    def get(self, request: Request, reference: str) -> Response:
        rows = WebhookDelivery.objects.filter(endpoint=self.endpoint(reference))
        if self.asked["outcome"] is not None:
            delivered = Q(problem="")
            rows = rows.filter(delivered if self.asked["outcome"] == "delivered" else ~delivered)
        if self.asked["message"] is not None:
            rows = rows.filter(message_id=self.asked["message"])
        rows = _after(rows, LOG, self.asked["cursor"])
        return Response(_page(rows, LOG, self.asked["limit"], request, shown_delivery))


def shown(endpoint: Any) -> dict[str, Any]:
    """An endpoint as its owner reads it; it has ``owed`` and ``given_up`` counted."""
    return {
        "ref": endpoint.reference,
        "name": endpoint.name,
        "url": endpoint.url,
        "view": endpoint.view,
        "truce": endpoint.truce.slug if endpoint.truce else None,
        "types": endpoint.types,
        "position": endpoint.position,
        "owed": endpoint.owed,
        "given_up": endpoint.given_up,
        "state": endpoint.state,
        "because": endpoint.because,
        "reason": webhooks_words.because(endpoint.because) if endpoint.because else None,
        "disabled": endpoint.disabled,
        "failures": endpoint.failures,
        "failing_since": endpoint.failing_since,
        "rests_until": endpoint.rests_until,
        "last_delivered": endpoint.last_delivered,
        "previous_secret_until": endpoint.previous_until,
        "created": endpoint.created,
    }


def shown_delivery(row: WebhookDelivery) -> dict[str, Any]:
    """An attempt as the endpoint's owner reads it."""
    return {
        "ref": row.reference,
        "message": row.message_id,
        "type": row.type,
        "position": row.position,
        "attempt": row.attempt,
        "tried": row.tried,
        "milliseconds": row.milliseconds,
        "outcome": "failed" if row.problem else "delivered",
        "status": row.status,
        "problem": row.problem or None,
        "detail": webhooks_words.problem(row),
    }


def refused(refusals: list[Refused], status: int = 400) -> Problem:
    """For a body that the service refuses, with every fault; 409 where it might be taken another time."""
    errors = [{"pointer": one.pointer, "code": one.code, "detail": one.message} for one in refusals]
    sentence = _("The request was understood and cannot be used as it is.")
    return Problem(status, sentence if status == 400 else refusals[0].message, errors=errors)


def _document(kind: type[D], request: Request, *, empty: bool = False) -> D:
    data = request.data
    if not data and empty:
        data = {}
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise of_faults(faults_of(error)) from None


def _after(rows: QuerySet[Any], of: str, cursor: str | None) -> QuerySet[Any]:
    rows = rows.order_by("-id")
    if cursor is None:
        return rows
    (reference, *_rest) = cursors.read(of, cursor)
    last = rows.filter(reference=reference).first()
    if last is None:
        raise cursors.refused()
    return rows.filter(id__lt=last.pk)


def _page(rows: QuerySet[Any], of: str, limit: int, request: Request, show: Any) -> dict[str, Any]:
    found = list(rows[: limit + 1])
    page = found[:limit]
    more = len(found) > limit
    following = address_of(request, cursor=cursors.write(of, page[-1].reference)) if more else None
    return {"results": [show(row) for row in page], "next": following}
