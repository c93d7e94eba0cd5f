"""POST reports: to a key that may not see what a report names, it is as if it were not there."""

from __future__ import annotations

import orjson
import pytest

from tests.api.cast import report_of
from tests.api.questions import assert_problem
from tracker.models import Convoy, Incident, Report, Scope, Source, Term, Truce
from tracker.services import incidents, positions
from tracker.services.authors import Author
from tracker.services.writing import writing

HIDDEN, NOWHERE = "report:field/secret", "report:field/no-such"


@pytest.fixture
def hidden(cast, api):
    """A report that is not public, of a source that the monitor may not write for."""
    return api.send(report_of(source="field", external_id="secret", visibility="restricted"), "field").json()


def refusal(response):
    """What an answer says is wrong, without the name that was asked for."""
    assert response.status_code == 400
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.parametrize("field", ["supersedes", "incident"])
def test_a_hidden_report_is_answered_as_an_unknown_one(cast, api, hidden, field):
    unknown = refusal(api.send(report_of(**{field: NOWHERE})))
    for name in (HIDDEN, hidden["ref"]):
        response = api.send(report_of(**{field: name}))
        assert refusal(response) == unknown
        text = response.content.decode().replace(name, "")
        assert hidden["ref"] not in text
        assert hidden["incident"] not in text
    assert Report.objects.count() == 1


def test_a_hidden_incident_is_answered_as_an_unknown_one(cast, api, hidden):
    unknown = refusal(api.send(report_of(incident="inc_0000000000")))
    assert refusal(api.send(report_of(incident=hidden["incident"]))) == unknown
    assert api.get("/api/v1/incidents").json()["results"] == []


def test_what_is_quoted_of_a_hidden_report_is_unknown(cast, api, hidden):
    claim = report_of()["claim"]
    unknown = refusal(api.send(report_of(claim={**claim, "quotes": [NOWHERE]})))
    assert refusal(api.send(report_of(claim={**claim, "quotes": [HIDDEN]}))) == unknown
    assert refusal(api.send(report_of(claim={**claim, "quotes": [hidden["ref"]]}))) == unknown


def test_a_label_names_the_latest_report_that_may_be_seen(cast, api):
    cast.add_key("gazette", [Scope.REPORTS_WRITE], "gazette")
    public = api.send(report_of()).json()
    later = report_of(summary="Two fell.", supersedes=public["ref"], visibility="restricted")
    assert api.send(later).status_code == 201
    claim = {**report_of()["claim"], "quotes": ["report:river-monitor/shelling/1"]}
    sent = api.send(report_of(source="gazette", claim=claim), "gazette").json()
    assert sent["claim"]["quotes"] == [public["ref"]]


def test_a_key_names_what_is_public_its_own_and_all_where_it_is_cleared(cast, api, hidden):
    cast.add_key("trusted", [Scope.REPORTS_WRITE, Scope.RESTRICTED_READ], "river-monitor")
    own = api.send(report_of(source="field", external_id="2", incident=HIDDEN), "field")
    assert own.json()["incident"] == hidden["incident"]
    public = api.send(report_of(1)).json()
    label = "report:river-monitor/shelling/1"
    for number, name in enumerate((label, public["incident"]), start=4):
        sent = api.send(report_of(source="gazette", external_id=str(number), incident=name), "field")
        assert sent.json()["incident"] == public["incident"]
    cleared = api.send(report_of(8, incident=HIDDEN), "trusted")
    assert cleared.json()["incident"] == hidden["incident"]


def test_the_reference_of_a_hidden_incident_leads_to_nothing_that_it_was_merged_into(cast, api, hidden):
    first, second = (api.send(report_of(number)).json()["incident"] for number in (1, 2))
    for merged in (hidden["incident"], first):
        one, into = (Incident.objects.get(reference=name) for name in (merged, second))
        incidents.merge(one, into, "The same shells.", Author.of_worker("test"))
    positions.place()
    assert refusal(api.send(report_of(3, incident=hidden["incident"]))) == [("/incident", "unknown_incident")]
    assert api.send(report_of(4, incident=first)).json()["incident"] == second
    own = report_of(source="field", external_id="5", incident=hidden["incident"])
    assert api.send(own, "field").json()["incident"] == second


@pytest.fixture(params=[True, False])
def withheld(request, cast):
    """A source that the public may not know of, protected or not; no key is tied to it."""
    fields = {"slug": "quiet-watch", "kind": "monitor", "name": {"en": "Quiet Watch"}}
    return Source.objects.create(**fields, protected=request.param, visibility="restricted").slug


def naming(field, name):
    """A report that names a source in one of the fields that do."""
    if field == "quotes":
        return report_of(claim={**report_of()["claim"], "quotes": [name]})
    return report_of(**{field: [name] if field == "relayed_by" else name})


@pytest.mark.parametrize("field", ["source", "relayed_by", "quotes"])
def test_a_withheld_source_is_unknown_to_whom_it_is_no_source_of(cast, api, withheld, field):
    unknown = refusal(api.send(naming(field, "no-such")))
    assert refusal(api.send(naming(field, withheld))) == unknown
    lines = b"\n".join(orjson.dumps(naming(field, name)) for name in ("no-such", withheld))
    answer = api.post("/api/v1/reports/batch", lines, key="monitor", content_type="application/x-ndjson")
    first, second = answer.json()["results"]
    assert (first["status"], second["status"]) == (400, 400)
    assert first["problem"]["errors"][0]["code"] == second["problem"]["errors"][0]["code"]


def test_a_withheld_source_is_named_by_the_cleared_and_by_whom_it_is_tied_to(cast, api, withheld):
    cast.sources[withheld] = Source.objects.get(slug=withheld)
    cast.add_key("trusted", [Scope.REPORTS_WRITE, Scope.RESTRICTED_READ], "river-monitor")
    cast.add_key("watch", [Scope.REPORTS_WRITE], withheld, "gazette")
    assert api.send(naming("relayed_by", withheld), "trusted").status_code == 201
    assert_problem(api.send(naming("source", withheld), "trusted"), 403, "/source")
    for number, field in enumerate(("source", "relayed_by", "quotes"), start=2):
        body = {"source": "gazette", **naming(field, withheld), "external_id": str(number)}
        body["source"] = withheld if field == "source" else "gazette"
        assert api.send(body, "watch").status_code == 201, field


@pytest.fixture
def hidden_truce(cast):
    """A truce that the public may not know of, with a term and a convoy that no other has."""
    Truce.objects.filter(pk=cast.truce.pk).update(area=["SYR"])
    fields = {field.attname: getattr(cast.truce, field.attname) for field in Truce._meta.concrete_fields}
    fields |= {"id": None, "slug": "quiet-truce", "visibility": "restricted"}
    truce = Truce.objects.create(**fields)
    Term.objects.create(
        truce=truce, ref="quiet-term", kind="prohibition", title={"en": "Quiet"}, basis="agreement", order=0
    )
    with writing(Author.of_worker("test")) as w:
        Convoy.objects.create(truce=truce, slug="quiet-convoy", name={"en": "Quiet"}, change=w.change)
    return truce


def of_kind(kind, **changes):
    """A report of another kind than an incident."""
    body = report_of(kind=kind, **changes)
    del body["claim"]
    return body


def test_what_is_of_a_restricted_truce_is_unknown_to_a_key_that_is_not_cleared(cast, api, hidden_truce):
    cast.add_key("trusted", [Scope.REPORTS_WRITE, Scope.RESTRICTED_READ], "river-monitor")
    for hidden, unknown in (
        (report_of(truce="quiet-truce"), report_of(truce="no-such")),
        (
            of_kind("access", truce=None, access={"convoy": "quiet-convoy"}),
            of_kind("access", truce=None, access={"convoy": "no-such"}),
        ),
        (
            of_kind("statement", truce="river-truce", statement={"about": "truce", "term": "quiet-term"}),
            of_kind("statement", truce="river-truce", statement={"about": "truce", "term": "no-such"}),
        ),
    ):
        assert refusal(api.send(hidden)) == refusal(api.send(unknown))
    assert api.send(report_of(truce="quiet-truce"), "trusted").status_code == 201


def test_which_truce_a_statement_is_about_does_not_hang_on_a_restricted_one(cast, api, hidden_truce):
    offer = {"about": "extension", "extension": {"hours": 72, "state": "offered", "by": ["north"]}}
    assert api.send(of_kind("statement", truce=None, statement=offer)).status_code == 201
