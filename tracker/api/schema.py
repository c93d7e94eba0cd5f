"""How an address describes itself in the OpenAPI document: parameters from its table, problems for all."""

from __future__ import annotations

from typing import Any

from drf_spectacular.contrib.pydantic import PydanticExtension  # noqa: F401 -- registers itself
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.serializers import Serializer

from tracker.api.parameters import Parameter

FOR_ALL = {
    "401": "A key is missing or not valid.",
    "403": "Not allowed.",
    "404": "There is no such thing.",
    "429": "Too many requests; Retry-After says when to go on.",
}
BAD_BODY = {"400": "The body has faults; each is named.", "413": "The body is too large."}
PROBLEM_STATUSES = {
    "get": {**FOR_ALL, "400": "A parameter is unknown or malformed."},
    "patch": {**FOR_ALL, **BAD_BODY},
    "delete": {**FOR_ALL, "400": "A parameter is unknown."},
    "post": {
        **FOR_ALL,
        **BAD_BODY,
        "409": "It goes against what is here already, as the problem says.",
    },
}
NOT_AS_ACCEPTED = {"406": "There is nothing here in a format that Accept takes."}
NOT_AS_SENT = {"415": "The body is of a type that is not taken here."}
FOR_ONESELF = ("/api/v1/exports", "/api/v1/webhooks")
"""What begins so is for a key or a person who is signed in, to read too; what else is written needs a key."""


class ResourceSchema(AutoSchema):
    """drf-spectacular's schema, with what every ``Resource`` has in common."""

    def get_override_parameters(self) -> list[OpenApiParameter | Serializer[Any] | type[Serializer[Any]]]:
        if self.method != "GET":
            return []
        table: tuple[Parameter, ...] = getattr(self.view, "query", ())
        return [
            OpenApiParameter(
                parameter.name,
                {
                    **parameter.schema,
                    **(
                        {}
                        if parameter.default is None
                        else {
                            "default": str(parameter.default)
                            if parameter.schema.get("type") == "string"
                            else parameter.default
                        }
                    ),
                },
                OpenApiParameter.QUERY,
                description=parameter.description,
            )
            for parameter in table
        ]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            schema = {"$ref": "#/components/schemas/Problem"}
            problems = {
                **PROBLEM_STATUSES.get(self.method.lower(), {}),
                **(NOT_AS_ACCEPTED if _is_negotiated(operation["responses"]) else {}),
                **(NOT_AS_SENT if "requestBody" in operation else {}),
            }
            for status, description in problems.items():
                operation["responses"].setdefault(
                    status,
                    {"description": description, "content": {"application/problem+json": {"schema": schema}}},
                )
        return operation

    def get_auth(self) -> list[dict[str, Any]]:
        """The ways to be let in, one of which is enough; an empty one says that nothing is needed."""
        ways: list[dict[str, Any]] = super().get_auth()
        if self.path.startswith(FOR_ONESELF):
            return [way for way in ways if way]
        if self.method != "GET":
            return [way for way in ways if ApiKeyScheme.name in way]
        return ways


def _is_negotiated(responses: dict[str, Any]) -> bool:
    """Whether what is answered is JSON or nothing: a file or a stream is sent whatever is accepted."""
    answers = [response.get("content") for status, response in responses.items() if status.startswith("2")]
    return any(content is None or "application/json" in content for content in answers)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the base has none
    """The key in the header, as OpenAPI says it."""

    target_class = "tracker.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key. Public data needs none."}
