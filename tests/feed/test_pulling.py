"""Pulling much over real HTTP: the whole log as lines, and files, resumable, by readers however slow."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from ceasefire import processes
from tests import servers
from tests.conftest import worker_number
from tests.feed.service import Client

pytestmark = [pytest.mark.slow, pytest.mark.servers]
LINES = "application/x-ndjson"


@pytest.fixture(scope="module")
def pulled(databases, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Client]:
    """A client of a web process with a single thread for what works, on a database of the module's own."""
    from tests.api.cast import make_cast

    name = f"{databases.prefix}_{worker_number()}_pulled"
    databases.recreate(name)
    folder = tmp_path_factory.mktemp("pulled")
    service = servers.Service(
        name, 2 * worker_number() + 1, folder, MEDIA_ROOT=str(folder / "media"), WEB_THREADS="1"
    )
    try:
        with django_db_blocker.unblock(), service.orm():
            secrets = make_cast().secrets
        service.start_web()
        client = Client(service, secrets)
        for _number in range(12):
            client.send_new()
        yield client
        client.close()
    finally:
        service.stop()
        databases.drop(name)


@pytest.fixture(scope="module")
def large_file(pulled, django_db_blocker) -> tuple[str, bytes]:
    """The address of a finished export of 24 MB, and its bytes: more than any buffer on the way holds."""
    from django.conf import settings

    from tracker.models import ApiKey, Export
    from tracker.services import clock, exports

    content = b"".join(b"%023d\n" % number for number in range(1_000_000))
    with django_db_blocker.unblock(), pulled.service.orm(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", pulled.service.environment["MEDIA_ROOT"])
        now = clock.now()
        export = Export.objects.create(
            key=ApiKey.objects.get(name="monitor"),
            subject="feed",
            format="ndjson",
            view="public",
            address=pulled.service.url,
            known=now,
            position=0,
            created=now,
            expires=now + exports.KEPT,
            state="finished",
            finished=now,
            rows=1_000_000,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        exports.path_of(export).write_bytes(content)
    return f"/api/v1/exports/{export.reference}/file", content


def key(pulled: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {pulled.secrets['monitor']}"}


@pytest.mark.parametrize(
    ("parameters", "headers"), [({"format": "ndjson"}, {}), ({}, {"Accept": LINES})], ids=["format", "Accept"]
)
def test_the_whole_log_comes_as_lines_that_are_the_entries_of_its_pages(pulled, parameters, headers):
    whole = pulled.http.get("/api/v1/feed", params=parameters, headers=headers)
    assert whole.headers["Content-Type"] == LINES
    pages = pulled.feed(limit=10_000)["results"]
    assert [json.loads(line) for line in whole.text.splitlines()] == pages
    rest = pulled.http.get("/api/v1/feed", params={"after": 5, **parameters}, headers=headers)
    assert [json.loads(line) for line in rest.text.splitlines()] == pages[5:]
    few = pulled.http.get("/api/v1/feed", params={"limit": 3, **parameters}, headers=headers)
    assert [json.loads(line) for line in few.text.splitlines()] == pages[:3]


def test_lines_are_compressed_on_request_and_unchanged_ones_are_304(pulled):
    asked = {"params": {"format": "ndjson"}}
    plain = pulled.http.get("/api/v1/feed", headers={"Accept-Encoding": "identity"}, **asked)
    with pulled.http.stream("GET", "/api/v1/feed", headers={"Accept-Encoding": "gzip"}, **asked) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
    again = pulled.http.get("/api/v1/feed", headers={"If-None-Match": plain.headers["ETag"]}, **asked)
    assert again.status_code == 304
    pulled.send_new()
    grown = pulled.http.get("/api/v1/feed", headers={"If-None-Match": plain.headers["ETag"]}, **asked)
    assert grown.status_code == 200


def test_lines_of_what_is_not_there_are_none(pulled):
    answer = pulled.http.get("/api/v1/feed", params={"after": 10**9, "format": "ndjson"})
    assert (answer.status_code, answer.content) == (200, b"")
    refused = pulled.http.get("/api/v1/feed", params={"format": "xml"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/format"
    assert pulled.http.get("/api/v1/feed", headers={"Accept": "text/html"}).status_code == 406


def test_a_file_comes_whole_and_in_parts(pulled, large_file):
    address, content = large_file
    whole = pulled.http.get(address, headers=key(pulled))
    assert whole.content == content
    assert whole.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    part = pulled.http.get(address, headers={**key(pulled), "Range": "bytes=1000000-1999999"})
    assert (part.status_code, part.content) == (206, content[1_000_000:2_000_000])
    head = pulled.http.head(address, headers=key(pulled))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(content))
    assert pulled.http.get(address).status_code == 401


def test_a_download_that_is_cut_again_and_again_arrives_whole(pulled, large_file):
    address, content = large_file
    found, cuts, tag = b"", 0, ""
    while len(found) < len(content):
        headers = {**key(pulled), "Range": f"bytes={len(found)}-", **({"If-Range": tag} if tag else {})}
        with (
            httpx.Client(base_url=pulled.service.url, timeout=20) as http,
            http.stream("GET", address, headers=headers) as answer,
        ):
            assert answer.status_code == 206
            tag = answer.headers["ETag"]
            for block in answer.iter_bytes(1_000_000):
                found += block
                if len(found) % 7_000_000 < 1_000_000:
                    break
        cuts += 1
    assert found == content
    assert cuts > 2


def test_readers_who_take_nothing_hold_up_nobody(pulled, large_file):
    address, _content = large_file
    server = urlsplit(pulled.service.url)
    secret = pulled.secrets["monitor"]
    with contextlib.ExitStack() as idle:
        for path in [address] * 6 + ["/api/v1/feed?format=ndjson"] * 6:
            one = idle.enter_context(socket.create_connection((server.hostname, server.port)))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            request = (
                f"GET {path} HTTP/1.1\r\nHost: {server.netloc}\r\nAuthorization: Bearer {secret}\r\n\r\n"
            )
            one.sendall(request.encode())
            assert one.recv(12) == b"HTTP/1.1 200"
        assert pulled.http.get("/api/v1/truces", timeout=10).status_code == 200
    processes.wait_for(
        lambda: pulled.http.get("/healthz", timeout=10).status_code == 200, 20, "the service answers"
    )
