"""Who may open which page of the desk, by which door, and what is left behind in a browser."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.desk.cast import PASSWORD, ROW_6, Cast, add_truce
from tracker.models import Membership, Report
from tracker.services import people

PAGES = {
    "/desk/": "reporter",
    "/desk/reports/new/": "reporter",
    "/desk/screening/": "analyst",
    "/desk/takedowns/": "coordinator",
}


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_asked_to_sign_in_and_comes_back(cast: Cast, page: str) -> None:
    response = Client().get(page)
    assert response.status_code == 302
    assert response["Location"] == f"/account/login/?next={page}"


@pytest.mark.parametrize(("page", "role"), PAGES.items())
def test_too_low_a_role_gets_a_page_that_says_what_is_needed(cast: Cast, page: str, role: str) -> None:
    too_low = {"reporter": "viewer", "analyst": "reporter", "coordinator": "reviewer"}[role]
    response = cast.client(too_low).get(page)
    assert response.status_code == 403
    assert f"“{role}”" in response.text
    assert cast.client(role).get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_no_page_of_the_desk_is_kept_by_a_browser_or_a_proxy(cast: Cast, page: str, role: str) -> None:
    assert "no-store" in cast.client(role).get(page)["Cache-Control"]


def test_a_person_who_is_made_inactive_is_out_at_once(cast: Cast) -> None:
    client = cast.client("analyst")
    cast.people["analyst"].is_active = False
    cast.people["analyst"].save()
    assert client.get("/desk/").status_code == 302


def test_every_form_needs_its_token_against_forged_requests(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["analyst"], backend="django.contrib.auth.backends.ModelBackend")
    for address in (
        "/desk/reports/new/",
        "/desk/screening/rep_0000000000/",
        "/desk/takedowns/",
        "/account/login/",
        "/account/link/x/",
    ):
        assert client.post(address, ROW_6).status_code == 403, address


def test_a_report_is_shown_to_who_logged_it_and_who_may_screen_it(cast: Cast) -> None:
    cast.client("reporter").post("/desk/reports/new/", {**ROW_6, "visibility": "restricted"})
    address = f"/desk/reports/{Report.objects.get().reference}/"
    assert cast.client("reporter").get(address).status_code == 200
    assert cast.client("analyst").get(address).status_code == 200
    elsewhere = cast.people["coordinator"]
    Membership.objects.filter(person=elsewhere).update(truce=add_truce("elsewhere"))
    assert cast.client("coordinator").get(address).status_code == 404
    assert ROW_6["summary"] not in cast.client("coordinator").get("/desk/screening/").text


def test_the_desk_lists_what_waits_and_what_was_logged(cast: Cast) -> None:
    cast.client("reporter").post("/desk/reports/new/", ROW_6)
    mine = cast.client("reporter").get("/desk/").text
    assert "At least 80 soldiers" in mine
    assert "Waiting to be screened" not in mine
    assert "1 report" in cast.client("analyst").get("/desk/").text


def test_e_mail_and_password_sign_in(cast: Cast) -> None:
    client = Client()
    wrong = client.post("/account/login/", {"login": "analyst@example.org", "password": "not the password"})
    assert wrong.status_code == 200
    right = client.post(
        "/account/login/?next=/desk/screening/", {"login": "Analyst@example.org", "password": PASSWORD}
    )
    assert right["Location"] == "/desk/screening/"
    assert client.get("/desk/screening/").status_code == 200


def test_guessing_passwords_is_stopped_also_for_the_right_one(cast: Cast) -> None:
    client = Client()
    for _attempt in range(6):
        response = client.post("/account/login/", {"login": "reviewer@example.org", "password": "guessed"})
    assert "Too many" in response.text
    client.post("/account/login/", {"login": "reviewer@example.org", "password": PASSWORD})
    assert client.get("/desk/").status_code == 302


def test_a_sign_in_link_works_once_and_only_when_it_is_confirmed(cast: Cast) -> None:
    link = people.sign_in_link(cast.people["analyst"])
    client = Client()
    for _look in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
    assert client.post(link)["Location"] == "/desk/"
    assert client.get("/desk/screening/").status_code == 200
    second = Client().post(link)
    assert second.status_code == 410
    assert "no longer" in second.text


def test_a_link_that_was_never_made_signs_nobody_in(cast: Cast) -> None:
    client = Client()
    assert client.post("/account/link/made-up/").status_code == 410
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fr", "ltr"), ("ru", "ltr")])
def test_the_desk_reads_in_the_direction_of_its_language(cast: Cast, language: str, direction: str) -> None:
    client = cast.client("analyst")
    client.cookies["django_language"] = language
    for page in (*PAGES, "/account/logout/"):
        assert f'<html lang="{language}" dir="{direction}">' in client.get(page).text
