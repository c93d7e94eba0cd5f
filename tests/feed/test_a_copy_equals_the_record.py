"""A client written from the guide alone keeps a copy that equals the record, whatever eight writers do.

They add, correct, retract, merge, rule, restrict, publish again and take down at once. The client is the one
in the guide to the API, word for word. ``TEST_COPY_SECONDS`` says how long they write (60 in the full form).
"""

from __future__ import annotations

import json
import os
import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import httpx_sse
import pytest
from django.db import connection

from ceasefire.environment import BASE_DIR
from ceasefire.processes import wait_for
from tests import servers
from tests.api.cast import make_cast, report_of
from tests.feed.receiver import Receiver, receiver

pytestmark = [pytest.mark.slow, pytest.mark.servers, pytest.mark.timeout(600)]

SECONDS = float(os.environ.get("TEST_COPY_SECONDS") or 8)
PATIENCE = 120.0
OF_THE_ADDRESS = ("url", "citation")
"""What names the host that was asked, and so differs between the list and the log."""


def guides_client() -> str:
    """The program of the guide, without its last lines, which run it."""
    programs = re.findall(r"```python\n(.*?)```", (BASE_DIR / "docs" / "api.md").read_text(), re.DOTALL)
    (program,) = [one for one in programs if "class Copy" in one]
    return program.split("\ncopy = Copy()")[0]


def a_copy(service: servers.Service) -> Any:
    """The guide's client, pointed at a service; ``seen`` is every position that it was given."""
    space: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVICE", service.url)
        exec(compile(guides_client(), "docs/api.md", "exec"), space)

    class Watched(space["Copy"]):
        seen: list[int] = []

        def apply(self, entry: dict[str, Any]) -> None:
            self.seen.append(entry["position"])
            super().apply(entry)

    return Watched()


@pytest.fixture
def service(new_service, tmp_path, settings) -> servers.Service:
    """A service with a worker on the test's own database, with the API's small cast in it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    made = new_service(
        MEDIA_ROOT=str(tmp_path / "media"),
        RATE_LIMIT_ANONYMOUS="off",
        RATE_LIMIT_KEY="off",
        WEBHOOK_ALLOW_HTTP="1",
        WEBHOOK_ALLOWED_ADDRESSES="127.0.0.0/8",
        WEBHOOK_PAUSES=",".join(["1"] * 30),
    )
    cast = make_cast()
    cast.add_key("hooks", ["webhooks:manage"])
    made.secrets = cast.secrets
    made.start_web()
    made.start_worker()
    return made


# --- the writers -------------------------------------------------------------------------------------


class Writers:
    """Eight who write at once until they are told to stop; what is refused is part of the game."""

    def __init__(self, service: servers.Service) -> None:
        self.service = service
        self.stop = threading.Event()
        self.errors: list[BaseException] = []
        self.done: dict[str, int] = {}
        acts = [
            self.add,
            self.add,
            self.correct,
            self.merge,
            self.rule,
            self.restrict,
            self.publish,
            self.take_down,
        ]
        self.threads = [
            threading.Thread(target=self._write, args=(number, act)) for number, act in enumerate(acts)
        ]

    def __enter__(self) -> Writers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(PATIENCE)

    def _write(self, number: int, act: Callable[..., None]) -> None:
        from tracker.services.refusals import Refused

        chance = random.Random(number)
        count = 0
        with httpx.Client(base_url=self.service.url, timeout=30) as http:
            while not self.stop.is_set():
                try:
                    act(http, chance, number * 100_000 + count)
                    count += 1
                    self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
                except (Refused, IndexError):
                    pass
                except BaseException as error:
                    self.errors.append(error)
                    break
                time.sleep(0.02 if act == self.add else 0.1)
        connection.close()

    def send(self, http: httpx.Client, number: int, **changes: Any) -> None:
        headers = {"Authorization": f"Bearer {self.service.secrets['monitor']}"}
        answer = http.post("/api/v1/reports", json=report_of(number, **changes), headers=headers)
        assert answer.status_code in (200, 201, 400, 409), answer.text

    def add(self, http: httpx.Client, chance: random.Random, number: int) -> None:
        about = self.incident(chance).reference if number % 3 == 2 else None
        self.send(http, number, incident=about)

    def correct(self, http: httpx.Client, chance: random.Random, number: int) -> None:
        old = self.report(chance)
        retracts = {"retracts": True} if number % 3 == 0 else {}
        self.send(http, number, supersedes=old.reference, summary="It was not so.", **retracts)

    def merge(self, _http: httpx.Client, chance: random.Random, number: int) -> None:
        from tracker.services import incidents

        if number % 3 == 0:
            incidents.link(self.report(chance), self.incident(chance), "Of this one.", self.author())
            return
        incidents.merge(self.incident(chance), self.incident(chance), "The same.", self.author())

    def rule(self, _http: httpx.Client, chance: random.Random, number: int) -> None:
        from tracker.models import Outcome, Term
        from tracker.services import rulings

        outcome = (Outcome.VIOLATION, Outcome.NO_VIOLATION)[number % 2]
        found = rulings.Assessment(outcome, "As seen.", severity="serious" if number % 2 == 0 else "")
        term, incident = Term.objects.get(ref="cessation"), self.incident(chance)
        last = incident.rulings.filter(superseded_by__isnull=True).first()
        made = rulings.rule(incident, term, found, self.author(), supersedes=last)
        rulings.review(made, self.author("another"))

    def restrict(self, _http: httpx.Client, chance: random.Random, _number: int) -> None:
        from tracker.services import publication

        publication.withhold(self.report(chance, public=True), "Not yet.", self.author())

    def publish(self, _http: httpx.Client, chance: random.Random, _number: int) -> None:
        from tracker.services import publication

        publication.publish(self.report(chance, public=False), "It may be known.", self.author())

    def take_down(self, _http: httpx.Client, chance: random.Random, number: int) -> None:
        from tracker.services import takedown

        found: list[Callable[[random.Random], Any]] = [self.incident, self.report, self.ruling, self.report]
        one = found[number % 4](chance)
        takedown.take_down(one.reference, "Published in error.", self.author())
        if number % 5 == 0:
            from tracker.services import snapshots

            snapshots.build()

    def author(self, name: str = "a writer") -> Any:
        from tracker.services.authors import Author

        return Author.of_worker(name)

    def incident(self, chance: random.Random) -> Any:
        from tracker.models import Incident

        return chance.choice(list(Incident.objects.order_by("-id")[:30]))

    def ruling(self, chance: random.Random) -> Any:
        from tracker.models import Ruling

        return chance.choice(list(Ruling.objects.order_by("-id")[:10]))

    def report(self, chance: random.Random, public: bool | None = None) -> Any:
        """One of the latest reports: any, one that is public, or one that is withheld."""
        from tracker.models import Report
        from tracker.services import publication

        latest = Report.objects.order_by("-id")[:60]
        return chance.choice([one for one in latest if public in (None, publication.is_public(one))])


# --- the comparison ----------------------------------------------------------------------------------


def rest() -> None:
    """Wait until everything that was written is placed and assessed: it then follows from the facts."""
    from tracker.models import Change, DueIncident, Truce
    from tracker.services import assessment, positions, recompute

    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        positions.place()
        if not (
            Change.objects.filter(known__isnull=True).exists()
            or DueIncident.objects.exists()
            or assessment.due_truces()
        ):
            assert [line for truce in Truce.objects.all() for line in recompute.differences(truce)] == []
            return
        time.sleep(0.1)
    raise AssertionError("the record does not come to rest")


def listed(service: servers.Service, path: str) -> list[dict[str, Any]]:
    """A list from its first page to its last."""
    found, address = [], f"{service.url}/api/v1/{path}"
    with httpx.Client(timeout=30) as http:
        while address:
            page = http.get(address).raise_for_status().json()
            found += page["results"]
            address = page["next"]
    return found


def assert_equals_the_record(service: servers.Service, entries: dict[str, dict[str, Any]]) -> None:
    """The copy says what the service says: the same reports, incidents, violations and rulings."""
    of: dict[str, dict[str, Any]] = {}
    for subject, entry in entries.items():
        of.setdefault("violation" if "/" in subject else subject[:3], {})[subject] = entry["payload"]
    violations = {
        one["ref"]: {name: value for name, value in one.items() if name not in OF_THE_ADDRESS}
        for one in listed(service, "violations?reading=alleged&limit=1000")
    }
    told = {
        ref: {name: value for name, value in one.items() if name not in OF_THE_ADDRESS}
        for ref, one in of.get("violation", {}).items()
    }
    assert told.keys() == violations.keys(), history(told.keys() ^ violations.keys())
    assert [
        (ref, name, told[ref].get(name), now.get(name))
        for ref, now in violations.items()
        for name in sorted(now.keys() | told[ref].keys())
        if told[ref].get(name) != now.get(name)
    ] == []
    reports = {one["ref"]: one for one in listed(service, "reports?limit=1000")}
    assert of["rep"].keys() == reports.keys()
    for name in ("summary", "claim", "external_id", "truces"):
        assert {ref for ref in reports if of["rep"][ref][name] != reports[ref][name]} == set(), name
    merged = {ref: one["into"] for ref, one in of["inc"].items() if "into" in one}
    shown = {one["ref"] for one in listed(service, "incidents?limit=1000")}
    assert of["inc"].keys() - merged.keys() == shown, history((of["inc"].keys() - merged.keys()) ^ shown)
    rulings = {one["ref"]: one for ref in shown for one in incident(service, ref)["rulings"]}
    assert of.get("rul", {}).keys() == rulings.keys(), history(of.get("rul", {}).keys() ^ rulings.keys())
    for name in ("incident", "outcome", "severity", "reason", "superseded_by"):
        assert {ref for ref in rulings if of["rul"][ref][name] != rulings[ref][name]} == set(), name


def incident(service: servers.Service, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{service.url}/api/v1/incidents/{reference}", timeout=30).json()
    return found


def history(subjects: set[str]) -> list[Any]:
    """What the log has told of some subjects and of the incidents that they are of."""
    from django.db.models import Q

    from tracker.models import LogEntry, LogPayload

    about = Q(subject__in=[*subjects, *(subject.partition("/")[0] for subject in subjects)])
    entries = LogEntry.objects.filter(about, view="public").order_by("position")
    kept = set(LogPayload.objects.filter(view="public").values_list("position", flat=True))
    told = [(one.position, one.type, one.subject, one.position in kept) for one in entries]
    print(*told, sep="\n")
    return told


# --- by polling, by stream, by webhook ----------------------------------------------------------------------


def test_by_polling_the_copy_equals_the_record(service):
    copy = a_copy(service)
    with Writers(service) as writers:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            copy.follow()
            time.sleep(0.05)
    assert writers.errors == []
    assert len(writers.done) == 7, f"every kind of change was made: {writers.done}"
    rest()
    copy.follow()
    assert copy.seen == list(range(1, len(copy.seen) + 1)), "every position once, in order, without a gap"
    assert_equals_the_record(service, copy.entries)
    whole, late = a_copy(service), a_copy(service)
    whole.follow()
    assert whole.entries.keys() == copy.entries.keys()
    from tracker.services import snapshots

    snapshots.build()
    late.start()
    late.follow()
    assert late.entries == whole.entries, "the snapshot and what follows it give what the whole log gives"


def test_by_a_stream_that_is_cut_every_second_the_copy_equals_the_record(service):
    copy = a_copy(service)
    stop = threading.Event()
    listener = threading.Thread(target=listen, args=(service, copy, stop))
    listener.start()
    with Writers(service) as writers:
        time.sleep(SECONDS)
    assert writers.errors == []
    rest()
    from tracker.feed import log as change_log
    from tracker.models import View

    last = change_log.last_position(View.PUBLIC)
    ends = time.monotonic() + PATIENCE
    while copy.position < last and time.monotonic() < ends:
        time.sleep(0.05)
    stop.set()
    listener.join(PATIENCE)
    assert copy.seen == list(range(1, last + 1)), "every position once, in order, without a gap"
    assert_equals_the_record(service, copy.entries)


def listen(service: servers.Service, copy: Any, stop: threading.Event) -> None:
    """Follow the stream after the last position that was seen; the connection is cut every second."""
    while not stop.is_set():
        with suppress(httpx.HTTPError), httpx.Client(base_url=service.url, timeout=1.0) as http:
            headers = {"Last-Event-ID": str(copy.position)}
            with httpx_sse.connect_sse(http, "GET", "/api/v1/feed/stream", headers=headers) as source:
                cut = time.monotonic() + 1
                for event in source.iter_sse():
                    if event.data:
                        copy.apply(json.loads(event.data))
                    if time.monotonic() > cut or stop.is_set():
                        break


def test_by_a_webhook_whose_receiver_fails_a_third_of_the_time_the_copy_equals_the_record(service):
    service.start_outgoing()
    chance = random.Random(3)
    with (
        receiver(lambda _number: chance.choice((204, 204, 500, 200, 204, None))) as there,
        httpx.Client(timeout=30) as http,
    ):
        secret = subscribe(service, there.url)
        fetched = Fetched(there, secret, http)
        with Writers(service) as writers:
            ends = time.monotonic() + SECONDS
            while time.monotonic() < ends:
                fetched.new()
                time.sleep(0.05)
        assert writers.errors == []
        rest()
        from tracker.feed import log as change_log
        from tracker.models import View

        last = change_log.last_position(View.PUBLIC)
        wait_for(lambda: len(set(there.positions())) == last, max(SECONDS, 30), "the sending has kept up")
        fetched.new()
        assert len(there.sent) > last, "some were sent again"
    assert sorted(fetched.entries) == list(range(1, last + 1)), "every position, without a gap"
    copy = a_copy(service)
    for position in sorted(fetched.entries):
        copy.apply(fetched.entries[position])
    assert_equals_the_record(service, copy.entries)


def subscribe(service: servers.Service, url: str) -> str:
    """An endpoint that is sent everything from the beginning; its secret."""
    answer = httpx.post(
        f"{service.url}/api/v1/webhooks",
        json={"url": url, "after": 0},
        headers={"Authorization": f"Bearer {service.secrets['hooks']}"},
        timeout=30,
    )
    secret: str = answer.raise_for_status().json()["secret"]
    return secret


class Fetched:
    """The entries that a receiver was told of, by position: each message verified, what it names fetched.

    Messages may come late, twice and in another order: an entry is fetched for the first of its message.
    """

    def __init__(self, there: Receiver, secret: str, http: httpx.Client) -> None:
        self.there, self.secret, self.http = there, secret, http
        self.entries: dict[int, dict[str, Any]] = {}
        self.read, self.known = 0, set()

    def new(self) -> None:
        taken = self.there.accepted[self.read :]
        self.read += len(taken)
        for sent in taken:
            told = sent.verified(self.secret)["data"]
            if sent.id in self.known:
                continue
            self.known.add(sent.id)
            (entry,) = self.http.get(told["url"]).raise_for_status().json()["results"]
            assert (entry["position"], entry["subject"]) == (told["position"], told["subject"])
            self.entries[entry["position"]] = entry
