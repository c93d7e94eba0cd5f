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
            for status, description in PROBLEM_STATUSES.get(self.method.lower(), {}).items():
                operation["responses"].setdefault(
                    status,
                    {"description": description, "content": {"application/problem+json": {"schema": schema}}},
                )
        return operation


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the base has none
    """The key in the header, as OpenAPI says it."""

    target_class = "tracker.api.authentication.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key. Public data needs none."}
