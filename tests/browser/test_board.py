"""The board in a real browser: wide and on a phone, with and without JavaScript, in Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from ceasefire import processes
from tests.servers import Service

BOARD = "/truces/syria-2016-09/"
STRIKE = BOARD + "?as_of=2016-09-17T20:00:00Z"
SMALLEST_TEXT = 12
SMALL_TEXTS = f"""() => {{
  const small = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !holder.getClientRects().length) continue;
    if (parseFloat(getComputedStyle(holder).fontSize) < {SMALLEST_TEXT}) small.push(holder.outerHTML);
  }}
  return small;
}}"""
SCALED = "() => [...document.querySelectorAll('svg.chart[viewBox]')].map((one) => one.outerHTML.slice(0, 60))"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def address(running_service: Service, django_db_setup: None, django_db_blocker: Any) -> str:
    """Where the service with the shipped week answers, once its worker has assessed all of it."""
    from tracker.services import assessment

    running_service.manage("replay", "tracker/scenarios/syria-2016-09.yaml")
    with django_db_blocker.unblock(), running_service.orm():
        processes.wait_for(lambda: not assessment.due_truces(), 60, "the truce is at rest")
    return running_service.url


class Opened:
    """Opens pages, and keeps what they asked for and what the browser complained of."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[Any] = []
        self.asked: list[str] = []
        self.complaints: list[str] = []

    def page(self, path: str, *, width: int = 1280, language: str = "en", scripts: bool = True) -> Any:
        context = self.browser.browser.new_context(
            viewport={"width": width, "height": 800}, locale=language, java_script_enabled=scripts
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        page.goto(self.address + path)
        return page


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Opened]:
    made = Opened(browser, address)
    yield made
    for context in made.contexts:
        context.close()
    assert made.complaints == []


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
@pytest.mark.parametrize("width", [360, 820, 2560])
def test_nothing_scrolls_sideways_and_no_text_is_small(opened: Opened, width: int, language: str) -> None:
    for path in ("/", STRIKE, BOARD + "incidents/", "/method/"):
        page = opened.page(path, width=width, language=language)
        assert page.evaluate(TOO_WIDE) <= 0, path
        assert page.evaluate(SMALL_TEXTS) == [], path
        assert page.evaluate(SCALED) == [], path


def test_the_incident_page_fits_a_phone(opened: Opened) -> None:
    page = opened.page(STRIKE, width=360)
    page.locator("#latest h3 a").first.click()
    page.wait_for_url("**/incidents/inc_*/")
    assert page.evaluate(TOO_WIDE) <= 0
    assert page.evaluate(SMALL_TEXTS) == []


def test_no_request_leaves_the_host_and_the_first_view_is_light(opened: Opened, address: str) -> None:
    page = opened.page("/method/")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    opened.asked.clear()
    page.goto(address + STRIKE)
    page.wait_for_selector("#map path")
    assert {urlsplit(url).netloc for url in opened.asked} == {urlsplit(address).netloc}
    assert sum(sizes) < 150_000


def test_without_scripts_everything_is_there(opened: Opened) -> None:
    page = opened.page(STRIKE, scripts=False)
    assert page.locator("#points li").first.is_visible()
    assert not page.locator("#map").is_visible()
    assert not page.locator(".time input[type=range]").is_visible()
    page.locator(".time a[rel=prev]").click()
    page.wait_for_url("**as_of=2016-09-17T18*")
    page.locator(".switch").click()
    page.wait_for_url("**known_at=2016-09-17T18*")
    page.locator(".go summary").click()
    page.locator("#as_of").fill("2016-09-14T23:00")
    page.locator(".go button").click()
    page.wait_for_url("**known_at=then*")
    assert "14 Sep 2016, 23:00" in page.locator(".moment").inner_text()


def test_the_arrow_keys_move_the_moment_and_the_address_holds_it(opened: Opened) -> None:
    page = opened.page(STRIKE)
    bar = page.locator(".time input[type=range]")
    bar.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url("**as_of=2016-09-17T17*")
    assert page.locator(".moment").inner_text().startswith("17 Sep 2016, 20:00")
    assert page.evaluate("document.activeElement.type") == "range"


def test_arabic_runs_from_the_right_charts_included(opened: Opened) -> None:
    page = opened.page(STRIKE, language="ar")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    first = page.locator("#seven-day-clock .c-gone").first.bounding_box()
    last = page.locator("#seven-day-clock .c-seg").last.bounding_box()
    assert first["x"] > last["x"]


def test_the_record_is_not_live(opened: Opened) -> None:
    opened.page(BOARD)
    assert not [url for url in opened.asked if "feed/stream" in url]
