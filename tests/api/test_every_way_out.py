"""Every way out: what is withheld leaves no trace in anything that those who may not see it are answered.

The week of the shipped scenario is walked by an anonymous reader, by keys without clearance and by a viewer.
Then restricted reports, a protected source, a truce that is not public, a restricted ruling and what awaits
screening or its hour are added, and everything is walked again: nothing may differ. Then a protected source
is published with its consent, in a place that must be coarse, and with what it tells of a convoy, on which
verdicts rest: this shows, its words and its name do not. At last reports of every kind and a ruling are
published and taken down again: their words are nowhere, whatever moment is asked about.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings

from tests.api import ways_out
from tests.api.ways_out import Answer, Caller, Probes
from tests.feed.test_hub import Ears
from tests.week.conftest import replaying
from tests.week.week import SHIPPED, SLUG

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PATIENCE = 30
# A figure is long and a moment has its date, so that neither comes by chance, in a measurement or as the hour
# of now.
MARKS = (
    b"quietvale",
    b"zorvexia",
    b"brintolin",
    b"tarnholm",
    b"wrenmoor",
    b"35.28417",
    b"40.09731",
    b"36.11739",
    b"37.20511",
    b"2016-09-16t03:37",
    b"2016-09-16t03:41",
    b"71234509",
)
HIDDEN_SOURCE, HIDDEN_TRUCE = "quietvale-watch", "wrenmoor-truce"
PROBES = Probes(
    source=HIDDEN_SOURCE,
    party="islamic-state",
    truce=HIDDEN_TRUCE,
    act="sniper_fire",
    box="40.0973,35.2841,40.0974,35.2842",
    occurred=("2016-09-16T03:36:00Z", "2016-09-16T03:42:00Z"),
)


@pytest.fixture(scope="module", autouse=True)
def the_week(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        patch.setattr(settings, "RATE_LIMIT_ANONYMOUS", None)
        patch.setattr(settings, "RATE_LIMIT_KEY", None)
        for load in replaying(django_db_blocker):
            load(SHIPPED)
            from tracker.feed.log import catch_up

            catch_up()
            yield


# --- who asks, and what they have made themselves ----------------------------------------------------


def callers() -> list[Caller]:
    from tracker.models import Role, Scope, Source
    from tracker.services import keys, people
    from tracker.services.authors import Author

    author = Author.of_worker("a test")
    scopes = [one for one in Scope.values if one != Scope.RESTRICTED_READ]
    _key, everything_but = keys.create_key("a partner", scopes, [Source.objects.get(slug="bbc")])
    viewer = people.add_person("viewer@example.invalid", "A viewer", people.own_organisation(), author)
    people.give_role(viewer, Role.VIEWER, people.own_organisation(), author)
    return [
        Caller("nobody in particular"),
        Caller("a key with every scope but one", everything_but),
        Caller("a viewer", person=viewer),
    ]


def make_files(caller: Caller) -> list[str]:
    """Exports of everything in every format, built; their references."""
    from tracker.feed.exports import OFFERED
    from tracker.models import Export
    from tracker.services import exports

    made = []
    for what, formats in OFFERED.items():
        for written_as in formats:
            filters = {"reading": "alleged"} if what == "violations" else {}
            body = {"what": what, "format": written_as, "filters": filters}
            response = caller.client.post("/api/v1/exports", body, content_type="application/json")
            assert response.status_code == 202, response.content
            made.append(response.json()["ref"])
            assert exports.build(Export.objects.get(reference=made[-1]).pk)
    return made


def references(caller: Caller) -> dict[str, list[str]]:
    """What the caller is shown, by what it is, and what it has made itself."""

    def listed(path: str) -> list[str]:
        return [one["ref"] for one in caller.client.get(f"/api/v1/{path}").json()["results"]]

    signed_in = caller.secret or caller.person
    return {
        "incident": sorted(listed("incidents?limit=1000")),
        "report": sorted(listed("reports?limit=1000")),
        "snapshot": [caller.client.get("/api/v1/feed/snapshot").json()["ref"]],
        "webhook": WEBHOOKS.get(caller.name, []),
        "export": make_files(caller) if signed_in else [],
    }


WEBHOOKS: dict[str, list[str]] = {}


def walk_everything(asking: list[Caller]) -> dict[str, Answer]:
    """Every way out, by who asked what."""
    from tracker.models import Export
    from tracker.services import snapshots

    snapshots.build()
    Export.objects.all().delete()
    answers: dict[str, Answer] = {}
    for caller in asking:
        found = references(caller)
        # The files that this caller has made stand under their place, for their names are made by chance.
        named = {ref: f"{what} {number}" for what, refs in found.items() for number, ref in enumerate(refs)}
        kept = {name: text for name, text in named.items() if name.split("_")[0] in ("exp", "snp", "whk")}
        walks = {
            **ways_out.walk(caller, ways_out.asked(PROBES), found),
            **ways_out.walk(caller, ways_out.pages(PROBES), found),
            **ways_out.walk_lists(caller),
            **ways_out.walk_languages(caller),
        }
        for what, answer in walks.items():
            for ref, place in kept.items():
                what = what.replace(ref, place)
            answers[f"{caller.name}: {what}"] = answer
        answers[f"{caller.name}: webhooks"] = what_webhooks_send(caller)
    answers["the stream from the first entry"] = replayed_stream()
    return answers


def what_webhooks_send(caller: Caller) -> Answer:
    """Everything that a caller's endpoints are owed from the log's beginning, as it would be sent."""
    from tracker.feed import webhooks_messages
    from tracker.models import WebhookEndpoint

    sent = b""
    for endpoint in WebhookEndpoint.objects.filter(reference__in=WEBHOOKS.get(caller.name, [])):
        endpoint.position = 0
        found = webhooks_messages.new_messages(endpoint, 10_000)
        sent += b"".join(message.body + str(found.upto).encode() for message in found.messages)
    return Answer(200, {}, sent)


# --- live readers ------------------------------------------------------------------------------------


def replayed_stream() -> Answer:
    """What a live stream gives that begins at the first entry."""
    from tests import asynchronous
    from tracker.api import live
    from tracker.feed import log as change_log
    from tracker.models import View

    last = change_log.last_position(View.PUBLIC)

    async def story() -> bytes:
        ears = Ears(query="after=0")
        app = asyncio.ensure_future(live.application(ears.scope, ears.receive, ears.send))
        await ears.until(f"id: {last}\n".encode())
        ears.left.set()
        async with asyncio.timeout(PATIENCE):
            await app
        await live.stop()
        return b"".join(ears.parts)

    return Answer(200, {}, asynchronous.run(story()))


class Listening:
    """A live stream and a long poll that are open while the test goes on, in a thread of their own."""

    def __init__(self) -> None:
        self.stream, self.poll = Ears(), Ears("/api/v1/feed", "after=")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._open = threading.Event()

    def __enter__(self) -> Listening:
        from tracker.feed import log as change_log
        from tracker.models import View

        self.last = change_log.last_position(View.PUBLIC)
        self.poll.scope["query_string"] = f"after={self.last}".encode()
        self.poll.scope["headers"].append((b"prefer", b"wait=600"))
        self._thread.start()
        assert self._open.wait(PATIENCE)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self.stream.left.set)
        self._loop.call_soon_threadsafe(self.poll.left.set)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        from tracker.api import live

        async def listen() -> None:
            apps = [
                asyncio.ensure_future(live.application(one.scope, one.receive, one.send))
                for one in (self.stream, self.poll)
            ]
            await self.stream.until(b": from ")
            self._open.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*apps)
            await live.stop()

        self._loop.run_until_complete(listen())

    def heard(self) -> bytes:
        """What both have heard once the next public entry has reached them."""
        for one in (self.stream, self.poll):
            waited = one.until(f'"position":{self.last + 1},'.encode())
            asyncio.run_coroutine_threadsafe(waited, self._loop).result(PATIENCE)
        return b"".join(self.stream.parts + self.poll.parts)


# --- what is withheld --------------------------------------------------------------------------------


def receive(**changes: Any) -> Any:
    """A report from a trusted source, restricted unless it says otherwise, with marks in all its words."""
    from tracker.intake.report_document import check_report
    from tracker.services import assessment, clock, positions, references, reports
    from tracker.services.authors import Author

    body = {
        "source": "syrian-observatory",
        "external_id": f"tarnholm/{changes}",
        "kind": "incident",
        "truce": SLUG,
        "visibility": "restricted",
        "published": "2016-09-16T03:41:00Z",
        "language": "en",
        "url": "https://tarnholm.example.org/",
        "summary": "Shots at Zorvexia.",
        "quotation": "“Zorvexia, at dawn.”",
        **changes,
    }
    body["external_id"] = body["external_id"][:200]
    if body["kind"] == "incident":
        body.setdefault("claim", claim())
    document, faults = check_report(body, now=clock.now(), exists=references.exists)
    assert not faults, [(fault.path, fault.message) for fault in faults]
    received = reports.receive(document, Author.of_worker("a test")).report
    positions.place()
    assessment.sweep()
    return received


def claim(**changes: Any) -> dict[str, Any]:
    return {
        "occurred": {"from": "2016-09-16T03:37:00Z", "to": "2016-09-16T03:41:00Z", "precision": "exact"},
        "place": {"name": "Brintolin", "country": "SYR", "lat": 35.28417, "lon": 40.09731, "precision": 1},
        "act": "sniper_fire",
        "by": "islamic-state",
        "against": "opposition-groups",
        "credibility": 2,
        "casualties": [{"group": "combatants", "effect": "killed", "min": 71234509, "max": None}],
        **changes,
    }


def add_what_is_withheld() -> list[str]:
    """Everything that the public may not see, of every kind; the references of it."""
    from tracker.models import Incident, Outcome, Report, Source, Term, Truce, View, Visibility
    from tracker.services import incidents, positions, rulings, screening
    from tracker.services.authors import Author

    public = Report.objects.filter(kind="incident", truce__slug=SLUG).order_by("id").first()
    about = public.incident_links.first().incident
    Source.objects.create(
        slug=HIDDEN_SOURCE,
        kind="monitor",
        name={"en": "Quietvale"},
        reliability="A",
        trusted=True,
        protected=True,
        visibility="restricted",
    )
    Source.objects.create(
        slug="quietvale-desk",
        kind="own_field_staff",
        name={"en": "Quietvale desk"},
        reliability="A",
        trusted=True,
    )
    hidden = [
        receive(),
        receive(external_id="tarnholm/same", incident=about.reference),
        receive(external_id="tarnholm/partner", visibility="partners"),
        receive(source=public.source.slug, external_id=public.external_id, supersedes=public.reference),
        receive(source=HIDDEN_SOURCE, visibility="public", external_id="tarnholm/no-consent"),
        receive(source="quietvale-desk", visibility="public", consent="public", external_id="tarnholm/late"),
        receive(kind="tally", tally=tally()),
        receive(
            kind="access",
            access={
                "convoy": "trucks-at-the-turkish-border",
                "waiting": 71234509,
                "attacked": 3,
                "place": {"name": "Brintolin"},
            },
        ),
        receive(
            kind="statement",
            statement={
                "about": "extension",
                "extension": {"hours": 99, "by": ["russia"], "state": "offered"},
            },
        ),
    ]
    author = Author.of_worker("a test")
    screening.set_aside(receive(external_id="tarnholm/aside"), "Zorvexia does not exist.", author)
    links = [one.incident_links.first() for one in hidden]
    own = [link.incident for link in links if link and link.incident_id != about.pk]
    incidents.merge(own[1], own[0], "Zorvexia twice.", author)
    term = Term.objects.get(truce__slug=SLUG, ref="cessation")
    found = rulings.Assessment(
        Outcome.VIOLATION, "Seen at Zorvexia.", severity="serious", visibility=Visibility.RESTRICTED
    )
    ruling = rulings.rule(own[0], term, found, author)
    # What is found of an incident is for the public only where the incident is.
    of_hidden = rulings.rule(own[2], term, replace(found, visibility=Visibility.PUBLIC), author)
    for one in (ruling, of_hidden):
        rulings.review(one, Author.of_worker("another"))
    week = Truce.objects.get(slug=SLUG)
    Truce.objects.create(
        slug=HIDDEN_TRUCE,
        title={"en": "Wrenmoor"},
        zone="Asia/Damascus",
        area=["SYR"],
        truce_class="preliminary",
        in_force_from=week.in_force_from,
        leading_body="wrenmoor",
        headline_reading="alleged",
        visibility="restricted",
        charter_digest="0" * 64,
    )
    positions.place()
    from tracker.services import assessment

    assessment.sweep()
    full = incidents_shown(View.FULL)
    assert set(full) > set(incidents_shown(View.PUBLIC)), "the full view must show what was added"
    incidents_hidden = Incident.objects.filter(pk__in=[one.pk for one in own])
    return [one.reference for one in [*hidden, ruling, of_hidden, *incidents_hidden]]


def tally() -> dict[str, Any]:
    return {
        "from": "2016-09-16T03:37:00Z",
        "to": "2016-09-17T03:37:00Z",
        "counts": [{"what": "attacks", "n": 71234509}],
    }


def incidents_shown(view: Any) -> list[str]:
    from tracker.feed import incidents

    return list(incidents.shown(view).values_list("reference", flat=True))


# --- the walk ----------------------------------------------------------------------------------------


def test_every_readable_address_is_walked():
    from tracker.api.urls import urlpatterns as api
    from tracker.pages.urls import urlpatterns as pages

    assert set(ways_out.names_of(api)) == set(ways_out.asked(PROBES)), "add the new address to the walk"
    assert set(ways_out.names_of(pages)) == set(ways_out.pages(PROBES)), "add the new page to the walk"


def test_what_is_withheld_leaves_no_trace_on_any_way_out(monkeypatch):
    monkeypatch.setattr("tracker.api.live.LONGEST_WAIT", 600)  # the long poll outlasts the walk
    asking = callers()
    make_webhook(asking[1])
    before = walk_everything(asking)
    again = walk_everything(asking[:1])
    assert unlike({what: before[what] for what in again}, again) == [], "the walk must be the same by itself"
    assert marked(before) == []
    with Listening() as listening:
        hidden = add_what_is_withheld()
        after = walk_everything(asking)
        assert unlike(before, after) == []
        assert marked(after) == []
        for caller in asking:
            assert_unknown(caller, hidden)
        receive(
            source=HIDDEN_SOURCE,
            external_id="tarnholm/consented",
            visibility="public",
            consent="public",
            published="2016-09-16T18:00:00Z",
            url=None,
            summary="Shots at houses.",
            quotation=None,
            claim=claim(
                against="civilians",
                place={
                    "name": "Brintolin",
                    "country": "SYR",
                    "lat": 36.11739,
                    "lon": 37.20511,
                    "precision": 1,
                },
                casualties=[{"group": "children", "effect": "killed", "min": 3, "max": 3}],
            ),
        )
        publish_refusal()
        heard = listening.heard()
    assert not [mark for mark in MARKS if mark in heard.lower()]
    shown = walk_everything(asking[:2])
    assert unlike({what: answer for what, answer in before.items() if what in shown}, shown), (
        "what was published must show for this to mean anything"
    )
    assert marked(shown) == []


def publish_refusal() -> None:
    """What the hidden source tells of a convoy, of which verdicts give the figures: published by hand."""
    from tracker.services import assessment, positions, publication
    from tracker.services.authors import Author

    access = {
        "convoy": "trucks-at-the-turkish-border",
        "waiting": 40,
        "refused_by": "syrian-government",
        "place": {"name": "Brintolin"},
    }
    told = receive(
        kind="access",
        source=HIDDEN_SOURCE,
        external_id="tarnholm/refused",
        visibility="public",
        consent="public",
        url=None,
        summary="Lorries were turned back.",
        quotation=None,
        access=access,
    )
    publication.publish(told, "They have gone home.", Author.of_worker("a test"))
    positions.place()
    assessment.sweep()


def test_what_was_taken_down_is_told_on_no_way_out_and_of_no_moment():
    from tracker.services import assessment, takedown
    from tracker.services.authors import Author

    nobody = Caller("nobody in particular")
    published = publish_marked()
    then = known_now()
    shown = {**walk_everything([nobody]), **walk_moment(nobody, then)}
    ways = ("/truces/", "/incidents/", "/api/v1/feed", "/api/v1/reports", "as known then", "the stream")
    told = marked(shown)
    for way in ways:
        assert any(way in what for what, _mark in told), f"nothing of it shows on {way}"
    for reference in published:
        takedown.take_down(reference, "They name a witness.", Author.of_worker("a test"))
    assessment.sweep()
    # Who kept an address asks for the same things again, and those are there no longer.
    after = {**walk_everything([nobody]), **walk_moment(nobody, then)}
    assert marked(after) == []
    broken = [what for what, answer in after.items() if answer.status >= 500 and "/readyz" not in what]
    assert broken == []
    for reference in published:
        assert nobody.get(f"/api/v1/reports/{reference}").status == 404


def publish_marked() -> list[str]:
    """Reports of every kind and a ruling, public and with a mark in all their words; their references."""
    from tracker.models import Incident, Report, Term
    from tracker.services import assessment, positions, rulings
    from tracker.services.authors import Author

    public = {"visibility": "public", "published": "2016-09-17T18:00:00Z"}
    # Figures that a verdict rested on stay in what is said of its moment.
    access = {"convoy": "trucks-at-the-turkish-border", "waiting": 7, "place": {"name": "Brintolin"}}
    made = [
        receive(**public, external_id="tarnholm/taken/1"),
        receive(**public, external_id="tarnholm/taken/2", kind="tally", tally=tally()),
        receive(**public, external_id="tarnholm/taken/3", kind="access", access=access),
        receive(**public, external_id="tarnholm/taken/4", kind="statement", statement={"about": "truce"}),
    ]
    # One that stays public: what is found of its incident is the only thing about it to be taken down.
    about = Report.objects.filter(kind="incident", truce__slug=SLUG).order_by("id").first()
    incident = Incident.objects.get(pk=about.incident_links.order_by("-id").first().incident_id)
    term = Term.objects.get(truce__slug=SLUG, ref="cessation")
    found = rulings.Assessment(
        "violation", "Seen at Zorvexia.", severity="serious", answer="answered", answer_text="Not Quietvale."
    )
    ruling = rulings.rule(incident, term, found, Author.of_worker("a test"))
    rulings.review(ruling, Author.of_worker("another"))
    positions.place()
    assessment.sweep()
    return [*(one.reference for one in made), ruling.reference]


def known_now() -> str:
    from tracker.feed import log as change_log
    from tracker.models import View

    return change_log.head(View.PUBLIC).known.isoformat().replace("+00:00", "Z")


def walk_moment(caller: Caller, known: str) -> dict[str, Answer]:
    """What is answered about what was known at a moment."""
    query = {"as_of": "2016-09-17T20:00:00Z", "known_at": known}
    paths = [f"/truces/{SLUG}/", f"/truces/{SLUG}/incidents/"]
    paths += [f"/api/v1/truces/{SLUG}/{what}" for what in ("status", "days")]
    return {f"{path} as known then": caller.get(path, query) for path in paths}


def make_webhook(caller: Caller) -> None:
    from tracker.models import ApiKey
    from tracker.services import webhooks
    from tracker.services.authors import Author

    key = ApiKey.objects.get(name="a partner")
    endpoint, _secret = webhooks.create(
        Author.of_key(key), url="https://example.org/hook", origin="http://localhost", key=key, after=0
    )
    WEBHOOKS[caller.name] = [endpoint.reference]


def unlike(before: dict[str, Answer], after: dict[str, Answer]) -> list[str]:
    """What was answered otherwise, or only once."""
    return [
        what
        for what in sorted(before.keys() | after.keys())
        if before.get(what) != after.get(what) and not any(path in what for path in ways_out.OF_THE_SERVICE)
    ]


def marked(answers: dict[str, Answer]) -> list[tuple[str, bytes]]:
    """What was answered with a word of what is withheld, except where the asker said it first."""
    return [
        (what, mark)
        for what, answer in answers.items()
        for mark in MARKS
        if mark in answer.text.lower() and mark.decode() not in what.lower()
    ]


def assert_unknown(caller: Caller, hidden: list[str]) -> None:
    """What is withheld cannot be told from what was never there."""
    for path in ("/api/v1/reports/{}", "/api/v1/incidents/{}", "/incidents/{}/", "/desk/reports/{}/"):
        for reference in hidden:
            never = reference[:4] + "0" * 10
            told = []
            for one in (reference, never):
                answer = caller.get(path.format(one))
                told.append((answer.status, answer.text.replace(one.encode(), b"REF")))
            assert told[0] == told[1], f"{caller.name}: {path} {reference}"
