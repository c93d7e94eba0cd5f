"""Clients that others wrote read the violations, from the description and the documents alone."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import feedparser
import httpx
import hxl
import pytest
from geojson_pydantic import FeatureCollection

from tests.api.outside import Outside, serving

PATH = "/api/v1/violations"
HXL_SCHEMA = [
    ["#valid_tag", "#valid_required", "#valid_datatype", "#valid_value+regex", "#valid_severity"],
    ["#meta+id", "true", "", "^inc_[0-9a-z]{10}/[a-z0-9-]+$", "error"],
    ["#crisis+name", "true", "", "^[a-z0-9-]+$", "error"],
    ["#date", "", "date", "", "error"],
    ["#date+reported", "true", "", "", "error"],
    ["#date+asof", "true", "", "", "error"],
    ["#country+code", "", "", "^[A-Z]{3}$", "error"],
    ["#geo+lat", "", "number", "", "error"],
    ["#geo+lon", "", "number", "", "error"],
    ["#affected", "", "number", "", "error"],
    ["#status+reading", "true", "", "^(alleged|corroborated|ruled)$", "error"],
    ["#status+grade", "true", "", "^[a-z]+$", "error"],
    ["#meta+url", "true", "url", "", "error"],
]


@pytest.fixture(scope="module")
def outside(databases, django_db_setup, django_db_blocker, tmp_path_factory):
    with serving(databases, django_db_blocker, tmp_path_factory.mktemp("outside")) as served:
        yield served


def ask(outside: Outside, **parameters: Any) -> httpx.Response:
    response = httpx.get(outside.url + PATH, params={"reading": "alleged", **parameters}, timeout=30)
    return response.raise_for_status()


def test_feedparser_reads_every_page_of_the_atom_feed(outside):
    found, address = [], f"{outside.url}{PATH}?reading=alleged&format=atom&limit=3"
    while address:
        feed = feedparser.parse(httpx.get(address).content)
        assert not feed.bozo, feed.bozo_exception
        assert feed.version == "atom10"
        found += feed.entries
        assert all(
            entry.updated_parsed and entry.id and entry.title and entry.summary for entry in feed.entries
        )
        address = next((link.href for link in feed.feed.links if link.rel == "next"), None)
    assert [entry.link.split("/")[-2] for entry in found] == outside.incidents


def test_libhxl_validates_the_table_against_a_schema(outside, tmp_path):
    table = tmp_path / "violations.csv"
    table.write_bytes(ask(outside, format="csv").content)
    source = hxl.data(str(table), hxl.InputOptions(allow_local=True))
    assert [row.get("#meta+id").split("/")[0] for row in source] == outside.incidents
    faults: list[Any] = []
    assert hxl.schema(HXL_SCHEMA, faults.append).validate(
        hxl.data(str(table), hxl.InputOptions(allow_local=True))
    ), [str(fault) for fault in faults]


def test_the_schema_finds_what_is_wrong(outside, tmp_path):
    table = tmp_path / "violations.csv"
    text = ask(outside, format="csv").text
    table.write_text(text.replace(",alleged,claimed,", ",guessed,claimed,", 1).replace(",35.0,", ",far,", 1))
    faults: list[Any] = []
    source = hxl.data(str(table), hxl.InputOptions(allow_local=True))
    assert not hxl.schema(HXL_SCHEMA, faults.append).validate(source)
    assert len(faults) == 2


def test_geojson_pydantic_reads_the_features(outside):
    found = FeatureCollection.model_validate(ask(outside, format="geojson").json())
    assert [feature.id.split("/")[0] for feature in found.features] == outside.incidents
    points = [feature.geometry for feature in found.features if feature.geometry is not None]
    assert [(point.coordinates.longitude, point.coordinates.latitude) for point in points] == [
        (40.0, 35.0)
    ] * 2


@pytest.fixture(scope="module")
def generated(outside, tmp_path_factory):
    """A client generated from the description, as a package that can be imported."""
    folder = tmp_path_factory.mktemp("generated")
    settings, description = folder / "settings.yaml", folder / "openapi.json"
    # What the generator takes for bytes: it knows nothing of lines of JSON and of packed files.
    settings.write_text(
        "package_name_override: generated_client\npost_hooks: []\ncontent_type_overrides:\n"
        "  application/x-ndjson: application/octet-stream\n  application/gzip: application/octet-stream\n"
        "  application/vnd.apache.parquet: application/octet-stream\n"
    )
    description.write_bytes(httpx.get(f"{outside.url}/api/v1/openapi.json", timeout=60).content)
    done = subprocess.run(
        [
            *(
                str(Path(sys.executable).parent / "openapi-python-client"),
                "generate",
                "--path",
                str(description),
            ),
            *("--meta", "none", "--output-path", str(folder / "generated_client"), "--config", str(settings)),
            "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("generated_client")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "generated_client"]:
            del sys.modules[name]


def operation(name: str) -> Any:
    """The module of an operation, whatever group the description puts it in."""
    package = importlib.import_module("generated_client.api")
    (found,) = Path(package.__path__[0]).glob(f"*/{name}.py")
    return importlib.import_module(f"generated_client.api.{found.parent.name}.{name}")


def test_a_generated_client_lists_truces_and_violations(outside, generated):
    client = generated.Client(base_url=outside.url)
    truces = operation("truces").sync(client=client)
    assert [truce.slug for truce in truces.results] == ["river-truce"]
    reading = importlib.import_module("generated_client.models").ViolationsReading.ALLEGED
    first = operation("violations").sync(client=client, reading=reading, limit=3)
    assert [one.incident.ref for one in first.results] == outside.incidents[:3]
    ruled, vague, _civilians = first.results
    assert ruled.casualties.killed.min_ == 3
    assert ruled.severity == "grave"
    assert vague.incident.occurred.from_ is None
    cursor = httpx.URL(first.next_).params["cursor"]
    last = operation("violations").sync(client=client, reading=reading, limit=3, cursor=cursor)
    assert [one.incident.ref for one in last.results] == outside.incidents[3:]
    assert last.next_ is None


def test_a_generated_client_reads_a_refusal(outside, generated):
    answer = operation("violations").sync_detailed(
        client=generated.Client(base_url=outside.url), truce="no-such-truce"
    )
    assert answer.status_code == 400
    assert answer.parsed.errors[0].parameter == "truce"
