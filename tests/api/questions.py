"""The questions that every address is asked, whatever it serves."""

from __future__ import annotations

from typing import Any, ClassVar

from tests.api.cast import Api, Cast


def assert_problem(response: Any, status: int, *pointers: str) -> dict[str, Any]:
    """The answer is a problem of that status that points to exactly these places; gives its JSON."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith("/")
    assert "Traceback" not in response.content.decode()
    assert sorted(error["pointer"] for error in problem.get("errors", [])) == sorted(pointers)
    for error in problem.get("errors", []):
        assert error["code"]
        assert error["detail"]
    return problem


class Questions:
    """What any address that is read must hold; a file per resource and verb adds its own."""

    path: ClassVar[str]
    unknown_path: ClassVar[str | None] = None
    malformed: ClassVar[dict[str, str]] = {}
    wrong_methods: ClassVar[tuple[str, ...]] = ("put", "patch", "delete")

    def address(self, cast: Cast, api: Api) -> str:
        return self.path

    def test_it_works_without_a_key_and_may_be_read_from_any_origin(self, cast, api):
        response = api.get(self.address(cast, api), Origin="https://elsewhere.example")
        assert response.status_code == 200, response.content
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Access-Control-Allow-Origin"] == "*"

    def test_a_wrong_method_is_405_and_says_which_are_right(self, cast, api):
        for method in self.wrong_methods:
            response = getattr(api.client, method)(self.address(cast, api))
            assert_problem(response, 405)
            assert "GET" in response.headers["Allow"]

    def test_an_unknown_parameter_is_named(self, cast, api):
        problem = assert_problem(api.get(self.address(cast, api), {"as_at": "x"}), 400, "/as_at")
        assert problem["errors"][0]["parameter"] == "as_at"
        assert problem["errors"][0]["code"] == "unknown_parameter"

    def test_every_malformed_parameter_is_named_at_once(self, cast, api):
        if self.malformed:
            response = api.get(self.address(cast, api), self.malformed)
            assert_problem(response, 400, *(f"/{name}" for name in self.malformed))

    def test_a_parameter_given_twice_is_refused(self, cast, api):
        for name in list(self.malformed)[:1]:
            assert_problem(api.get(f"{self.address(cast, api)}?{name}=1&{name}=2"), 400, f"/{name}")

    def test_what_is_not_there_is_a_404_that_names_the_path(self, cast, api):
        if self.unknown_path:
            problem = assert_problem(api.get(self.unknown_path), 404)
            assert self.unknown_path in problem["detail"]
            assert problem["instance"] == self.unknown_path

    def test_the_same_answer_again_is_304(self, cast, api):
        first = api.get(self.address(cast, api))
        again = api.get(self.address(cast, api), **{"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.content == b""

    def test_a_key_that_is_not_valid_is_401(self, cast, api):
        response = api.get(self.address(cast, api), key="no such key")
        assert_problem(response, 401)
        assert response.headers["WWW-Authenticate"].startswith("Bearer")

    def test_a_preflight_is_answered(self, cast, api):
        response = api.client.options(
            self.address(cast, api), headers={"Origin": "https://elsewhere.example"}
        )
        assert response.status_code == 204
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
        assert {"If-None-Match", "If-Range", "Range"} <= set(allowed)
        exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
        of_a_file = {"Accept-Ranges", "Content-Disposition", "Content-Range"}
        assert {"ETag", "Content-Location", "WWW-Authenticate"} | of_a_file <= set(exposed)


class PagedQuestions(Questions):
    """What any list must hold besides."""

    def test_a_cursor_that_was_not_given_here_is_refused(self, cast, api):
        for cursor in ("x", "eyJ9:abc", "a" * 300, "WzEsImEiXQ:xyz"):
            problem = assert_problem(api.get(self.address(cast, api), {"cursor": cursor}), 400, "/cursor")
            assert problem["errors"][0]["code"] == "bad_cursor"

    def test_the_limit_has_bounds(self, cast, api):
        for limit in ("0", "100001", "-1", "ten", "1.5", ""):
            assert_problem(api.get(self.address(cast, api), {"limit": limit}), 400, "/limit")


class ViewedQuestions(Questions):
    """What any address with a full view must hold besides."""

    def test_the_full_view_is_for_the_cleared_alone(self, cast, api):
        path = self.address(cast, api)
        assert_problem(api.get(path, {"view": "full"}), 401)
        assert_problem(api.get(path, {"view": "full"}, key="monitor"), 403)
        response = api.get(path, {"view": "full"}, key="cleared")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        assert_problem(api.get(path, {"view": "secret"}), 400, "/view")


def walk(api: Api, path: str, parameters: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Every result of a list, page by page, by following ``next``."""
    found, page = [], api.get(path, parameters).json()
    for _number in range(10_000):
        found += page["results"]
        if page["next"] is None:
            return found
        page = api.get(page["next"].removeprefix("http://testserver")).json()
    raise AssertionError("the list has no end")
