"""The desk in a real browser: row 6 of the scenario logged by keyboard alone, wide, on a phone, in Arabic."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.servers import Service

SECONDS_FOR_ROW_6 = 60
DOCUMENT = "/desk/reports/new/"


@pytest.fixture
def signed_in(running_service: Service, browser: Any, django_db_blocker: Any) -> Iterator[Any]:
    """Opens a page of somebody who has signed in by a link; takes the viewport, language and role."""
    from tests.desk.cast import make_cast
    from tracker.models import Person
    from tracker.services import people

    def open_page(
        width: int = 1200, language: str = "en", scripts: bool = True, role: str = "analyst"
    ) -> Any:
        with django_db_blocker.unblock(), running_service.orm():
            if not Person.objects.exists():
                make_cast()
            link = people.sign_in_link(Person.objects.get(email=f"{role}@example.org"))
        context = browser.browser.new_context(
            viewport={"width": width, "height": 780}, java_script_enabled=scripts
        )
        opened.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": running_service.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.goto(running_service.url + link)
        page.locator("main button").click()
        page.wait_for_url("**/desk/")
        return page

    opened: list[Any] = []
    complaints: list[str] = []
    yield open_page
    for context in opened:
        context.close()
    # A script or a style that the page's own policy refuses is a complaint of the browser.
    assert [text for text in complaints if "Content Security Policy" in text] == []


def tab_to(page: Any, field: str) -> None:
    """Go on by the Tab key until the field of that id has the focus."""
    for _step in range(80):
        if page.evaluate("document.activeElement.id") == f"id_{field}":
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {field}")


def choose(page: Any, field: str, value: str) -> None:
    """Choose in a list as a keyboard does: by going down it."""
    tab_to(page, field)
    options = page.eval_on_selector_all(f"#id_{field} option", "found => found.map(option => option.value)")
    page.keyboard.press("Home")
    for _step in range(options.index(value)):
        page.keyboard.press("ArrowDown")
    assert page.input_value(f"#id_{field}") == value


def write(page: Any, field: str, text: str) -> None:
    tab_to(page, field)
    page.keyboard.type(text)


def log_row_6(page: Any, summary: str) -> None:
    """Row 6: at least 80 soldiers killed near Deir ez-Zor airport on 17 September; it cannot say by whom."""
    choose(page, "source", "syrian-observatory")
    write(page, "summary", summary)
    choose(page, "precision", "day")
    write(page, "from_day", "2016-09-17")
    write(page, "place_name", "near Deir ez-Zor airport")
    choose(page, "place_precision", "2")
    write(page, "place_lat", "35.28")
    write(page, "place_lon", "40.09")
    choose(page, "act", "air_strike")
    choose(page, "against", "syrian-army")
    choose(page, "stance_actor", "cannot_say")
    choose(page, "casualties-0-effect", "killed")
    choose(page, "casualties-0-group", "combatants")
    choose(page, "casualties-0-figure", "at_least")
    write(page, "casualties-0-number", "80")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/reports/rep_"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "language", "direction"),
    [(1200, "en", "ltr"), (360, "en", "ltr"), (360, "ar", "rtl"), (900, "ar", "rtl")],
)
def test_row_6_is_logged_by_keyboard_alone_in_under_a_minute(
    signed_in: Any,
    running_service: Service,
    django_db_blocker: Any,
    width: int,
    language: str,
    direction: str,
) -> None:
    from tracker.models import Casualty, Report

    page = signed_in(width, language)
    page.goto(running_service.url + DOCUMENT)
    assert page.evaluate("document.documentElement.dir") == direction
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    started = time.monotonic()
    log_row_6(page, f"At least 80 soldiers, {width} {language}")
    assert time.monotonic() - started < SECONDS_FOR_ROW_6
    with django_db_blocker.unblock(), running_service.orm():
        report = Report.objects.select_related("claim").get(
            summary=f"At least 80 soldiers, {width} {language}"
        )
        figure = Casualty.objects.get(claim=report.claim)
        assert (report.claim.act, report.claim.stance_actor, report.claim.place_lon) == (
            "air_strike",
            "cannot_say",
            40.09,
        )
        assert (figure.effect, figure.minimum, figure.maximum) == ("killed", 80, None)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.slow
def test_a_refused_form_leads_the_keyboard_to_its_errors_and_keeps_what_was_typed(
    signed_in: Any, running_service: Service
) -> None:
    page = signed_in(360)
    page.goto(running_service.url + DOCUMENT)
    page.fill("#id_summary", "Typed with care.")
    page.fill("#id_place_lat", "95")
    page.fill("#id_language", "no language") if page.is_visible("#id_language") else None
    page.locator("[data-store]").press("Enter")
    page.wait_for_selector("#errors")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.locator("#errors a[href='#id_place_lat']").press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_place_lat"
    assert page.get_attribute("#id_place_lat", "aria-invalid") == "true"
    assert "id_place_lat_error" in page.get_attribute("#id_place_lat", "aria-describedby")
    assert page.input_value("#id_summary") == "Typed with care."


@pytest.mark.slow
def test_the_form_works_without_javascript(signed_in: Any, running_service: Service) -> None:
    page = signed_in(900, scripts=False)
    page.goto(running_service.url + DOCUMENT)
    page.click("button[value=casualties]")
    assert page.locator("#id_casualties-3-effect").count() == 1
    log_row_6(page, "Without scripts")
    assert page.locator("article").get_by_text("Without scripts").is_visible()


@pytest.mark.slow
def test_a_row_is_added_in_place_and_the_highest_number_shows_where_it_is_asked_for(
    signed_in: Any, running_service: Service
) -> None:
    page = signed_in()
    page.goto(running_service.url + DOCUMENT)
    assert not page.is_visible("#id_casualties-0-highest")
    page.select_option("#id_casualties-0-figure", "between")
    assert page.is_visible("#id_casualties-0-highest")
    page.click("button[value=casualties]")
    assert page.evaluate("document.activeElement.id") == "id_casualties-2-effect"
    assert page.input_value("#id_casualties-TOTAL_FORMS") == "3"


@pytest.mark.slow
def test_a_report_is_screened_in_place_by_keyboard(signed_in: Any, running_service: Service) -> None:
    page = signed_in()
    page.goto(running_service.url + DOCUMENT)
    log_row_6(page, "To be screened")
    page.goto(running_service.url + "/desk/screening/")
    card = page.locator("article", has_text="To be screened")
    card.get_by_role("button", name="Set aside").press("Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    card.get_by_label("Reason").fill("Said before.")
    card.get_by_role("button", name="Set aside").press("Enter")
    page.locator(".screened").get_by_text("is set aside").wait_for()
    assert page.url.endswith("/desk/screening/")
    assert page.locator("article", has_text="To be screened").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ar"])
def test_keys_and_webhooks_fit_a_phone(
    signed_in: Any, running_service: Service, django_db_blocker: Any, language: str
) -> None:
    page = signed_in(390, language, role="coordinator")
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    page.goto(running_service.url + "/desk/keys/")
    page.fill("#id_name", "The observatory's program")
    page.locator("input[value='violations:read']").check()
    page.locator(".store button").click()
    page.locator("code.secret").wait_for()
    assert page.evaluate(too_wide) <= 0, "the keys, one of them just made"
    for part in (".stacked > .notice", ".stacked > .card", ".stacked > form"):
        assert page.locator(part).first.bounding_box()["width"] > 340, f"{part} takes the screen's width"
    page.goto(running_service.url + "/desk/webhooks/")
    page.fill("#id_url", "https://receiver.example.org/a/long/path/to/the/hook")
    page.fill("#id_name", "A copy kept elsewhere")
    page.locator(".store button").click()
    page.locator("code.secret").wait_for()
    assert page.evaluate(too_wide) <= 0, "the webhooks, one of them just made"
    page.locator("table a").first.click()
    page.wait_for_url("**/desk/webhooks/whk_*/")
    with page.expect_navigation():
        page.locator(".actions button").first.click()
    assert page.evaluate(too_wide) <= 0, "one webhook"
