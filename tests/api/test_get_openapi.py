"""The description: OpenAPI 3.1, complete, and the same as the one that is kept."""

from __future__ import annotations

import jsonschema
import pytest
from django.urls import get_resolver

from tests.api.questions import Questions
from tracker.api import urls


@pytest.fixture
def description(api):
    response = api.get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response.json()


class TestAsAnyOtherAddress(Questions):
    path = "/api/v1/openapi.json"
    wrong_methods = ("post", "put", "patch", "delete")

    def test_it_is_compressed_and_tells_what_is_left(self, api):
        response = api.get(self.path, **{"Accept-Encoding": "gzip"})
        assert response.headers["Content-Encoding"] == "gzip"
        assert "RateLimit" in response.headers
        assert response.headers["Cache-Control"] == "public, no-cache"


def test_it_is_openapi_3_1(description):
    assert description["openapi"].startswith("3.1")
    from drf_spectacular.validation import validate_schema

    validate_schema(description)


def test_every_address_is_in_it(description):
    listed = {
        "/" + str(pattern.pattern).replace("<str:", "{").replace(">", "}")
        for pattern in urls.urlpatterns
        if str(pattern.pattern).startswith("api/v1/") and pattern.name != "openapi"
    }
    assert set(description["paths"]) == listed
    assert get_resolver()


def test_each_operation_has_a_summary_an_example_and_its_problems(description):
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            name = f"{method} {path}"
            assert operation["summary"], name
            assert "400" in operation["responses"], name
            contents = [
                content
                for status in ("200", "201", "202")
                for content in operation["responses"].get(status, {}).get("content", {}).values()
            ]
            has_no_body = "204" in operation["responses"]
            is_a_file = contents and all(one["schema"].get("format") == "binary" for one in contents)
            assert has_no_body or is_a_file or any("examples" in one for one in contents), name


def test_each_operation_says_what_it_does_not_take(description):
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            is_sent_as_it_is = path.endswith(("/file", "/stream", "/snapshot/{reference}"))
            assert ("406" in operation["responses"]) != is_sent_as_it_is, f"{method} {path}"
            assert ("415" in operation["responses"]) == ("requestBody" in operation), f"{method} {path}"


def test_each_operation_says_who_is_let_in(description):
    key, person, anybody = {"key": []}, {"cookieAuth": []}, {}
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if path.startswith(("/api/v1/exports", "/api/v1/webhooks")):
                expected = [key, person]
            elif method != "get":
                expected = [key]
            else:
                expected = [key, person, anybody]
            assert operation["security"] == expected, f"{method} {path}"


def test_the_examples_are_of_the_shapes_they_are_examples_of(description):
    registry = {"components": description["components"]}
    checked = 0
    for operations in description["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                for media, content in response.get("content", {}).items():
                    for example in (
                        content.get("examples", {}).values() if media == "application/json" else ()
                    ):
                        jsonschema.Draft202012Validator({**content["schema"], **registry}).validate(
                            example["value"]
                        )
                        checked += 1
    assert checked >= 10


def test_the_readable_docs_ask_nobody_else(api):
    page = api.client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "http://" not in text.replace("http://testserver", "").replace("http://www.w3.org", "")
    assert "https://" not in text
    assert api.client.get("/api/docs/?script=").status_code == 200
