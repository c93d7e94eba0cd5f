"""Screening: the list of what waits, and deciding once about each report."""

from __future__ import annotations

import re

import pytest

from tests.desk.cast import ROW_6, Cast, add_truce
from tracker.models import AuditEntry, Person, Report, Screening
from tracker.pages.desk import screening as pages
from tracker.services import screening
from tracker.services.authors import Author

QUEUE = "/desk/screening/"


def log(cast: Cast, count: int = 1) -> list[Report]:
    client = cast.client("reporter")
    for number in range(count):
        client.post(
            "/desk/reports/new/", {**ROW_6, "token": f"desk-{number}", "summary": f"Report number {number}."}
        )
    return list(Report.objects.order_by("id"))


def decide(cast: Cast, report: Report, outcome: str, reason: str = "", role: str = "analyst", **headers: str):
    values = {"outcome": outcome, "reason": reason}
    return cast.client(role).post(f"{QUEUE}{report.reference}/", values, follow=True, headers=headers or None)


def test_what_waits_is_listed_oldest_first_with_what_it_says(cast: Cast) -> None:
    log(cast, 2)
    page = cast.client("analyst").get(QUEUE).text
    assert page.index("Report number 0.") < page.index("Report number 1.")
    for said in (
        "Syrian Observatory",
        "reliability B",
        "air strike",
        "17 September 2016",
        "≥ 80",
        "cannot say",
    ):
        assert said in page


def test_the_list_goes_on_page_by_page_and_skips_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "A_PAGE", 2)
    log(cast, 5)
    client, address, seen = cast.client("analyst"), QUEUE, []
    while address:
        page = client.get(address).text
        seen += re.findall(r"Report number (\d)\.", page)
        onward = re.search(r'href="(/desk/screening/\?after=[^"]+)"', page)
        address = onward[1] if onward else ""
    assert seen == list("01234")


def test_a_report_is_screened_in_by_an_analyst(cast: Cast) -> None:
    (report,) = log(cast)
    page = decide(cast, report, "screened_in").text
    assert f"{report.reference} is screened in" in page
    assert report.screenings.get().outcome == "screened_in"
    assert report.screenings.get().change.person == cast.people["analyst"]
    assert AuditEntry.objects.filter(verb="report.screened_in", subject=report.reference).exists()
    assert "Report number 0." not in cast.client("analyst").get(QUEUE).text


def test_setting_aside_needs_a_reason_and_keeps_it(cast: Cast) -> None:
    (report,) = log(cast)
    refused = decide(cast, report, "set_aside")
    assert refused.status_code == 422
    assert "Give the reason" in refused.text
    assert not Screening.objects.exists()
    decide(cast, report, "set_aside", "The same wire again.")
    assert report.screenings.get().reason == "The same wire again."


def test_what_somebody_else_has_screened_meanwhile_is_said_and_not_done_again(cast: Cast) -> None:
    (report,) = log(cast)
    screening.set_aside(report, "Not about the truce.", Author.of_person(cast.people["reviewer"]))
    page = decide(cast, report, "screened_in").text
    assert f"The reviewer has already set {report.reference} aside" in page
    assert report.screenings.count() == 1


def test_with_htmx_the_report_gives_way_to_what_became_of_it(cast: Cast) -> None:
    (report,) = log(cast)
    wrong = decide(cast, report, "set_aside", **{"HX-Request": "true"}).text
    assert "Give the reason" in wrong
    assert "Report number 0." in wrong
    done = decide(cast, report, "screened_in", **{"HX-Request": "true"}).text
    assert "is screened in" in done
    assert "<html" not in done


def test_a_reporter_screens_nothing(cast: Cast) -> None:
    (report,) = log(cast)
    assert decide(cast, report, "screened_in", role="reporter").status_code == 403
    assert not Screening.objects.exists()


def test_who_is_no_analyst_of_the_truce_cannot_screen_its_reports(cast: Cast) -> None:
    (report,) = log(cast)
    stranger = Person.objects.create_user("stranger@example.org", "a password of a stranger")
    membership = cast.people["analyst"].memberships.get()
    membership.pk, membership.person = None, stranger
    membership.truce = add_truce("elsewhere")
    membership.save()
    cast.people["stranger"] = stranger
    assert decide(cast, report, "screened_in", role="stranger").status_code == 404


def test_what_a_trusted_source_said_does_not_wait(cast: Cast) -> None:
    cast.client("reporter").post("/desk/reports/new/", {**ROW_6, "source": "un-ocha"})
    assert "Nothing waits" in cast.client("analyst").get(QUEUE).text
