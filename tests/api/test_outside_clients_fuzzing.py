"""Every operation of the description, asked for what it takes and for what it does not, by schemathesis.

No answer is a failure of the server, and none is other than the description says: its status, its media type,
its headers and its schema.
"""

from __future__ import annotations

import contextlib

import httpx
import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as examples
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.outside import serving

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 10
# It never ends by itself: the tests of the live feed read it.
ENDLESS = "/api/v1/feed/stream"


@schemathesis.serializer("application/x-ndjson")
def as_lines(context, value):
    """Text as it is: what a line holds is the operation's own to judge."""
    return value.encode(errors="replace") if isinstance(value, str) else orjson.dumps(value)


@pytest.fixture(scope="module")
def outside(databases, django_db_setup, django_db_blocker, tmp_path_factory):
    with serving(databases, django_db_blocker, tmp_path_factory.mktemp("fuzzing")) as served:
        yield served


@pytest.fixture(scope="module")
def description(outside):
    return schemathesis.openapi.from_url(f"{outside.url}/api/v1/openapi.json")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("key", [None, "everything"], ids=["without a key", "with a key"])
def test_no_answer_is_other_than_the_description_says(outside, description, mode, key):
    credentials = {"Authorization": f"Bearer {outside.secrets[key]}"} if key else {}
    asked, faults = 0, []
    for found in description.get_all_operations():
        operation = found.ok()
        if operation.path != ENDLESS:
            asked += 1
            try:
                ask_for_examples(operation, mode, real_parts(operation, outside), credentials)
            except (FailureGroup, Failure) as fault:
                faults.append(f"{operation.label}: {fault}")
    assert not faults, "\n\n".join(faults)
    assert asked >= 15


def real_parts(operation, outside):
    """What the address of an operation must name to lead to something; empty where it names nothing."""
    if "{slug}" in operation.path:
        return {"slug": "river-truce"}
    if operation.path.startswith("/api/v1/incidents/"):
        return {"reference": outside.incidents[0]}
    if operation.path.startswith("/api/v1/reports/{"):
        found = httpx.get(f"{outside.url}/api/v1/reports").json()["results"]
        return {"reference": found[0]["ref"]}
    return {}


def ask_for_examples(operation, mode, real, credentials):
    cases = operation.as_strategy(generation_mode=mode)
    if real and mode == GenerationMode.POSITIVE:
        cases = cases | operation.as_strategy(generation_mode=mode, path_parameters=real)

    @seed(2031)
    @examples(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def ask(case):
        # Waiting is for the tests of the long poll; what is sent as credentials is said here.
        case.headers.pop("Prefer", None)
        case.headers.pop("Authorization", None)
        case.call_and_validate(headers=credentials, checks=CHECKS, timeout=20)

    # There are operations of which nothing that can be sent is wrong.
    with contextlib.suppress(*([Unsatisfiable] if mode == GenerationMode.NEGATIVE else [])):
        ask()
