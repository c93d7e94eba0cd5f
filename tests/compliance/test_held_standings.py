"""The reader held in memory answers every question as its protocol says, told there in plain words."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.compliance.cast import START
from tracker.compliance.held_standings import HeldStandings
from tracker.compliance.verdicts import Details, Message, Restart, Standing

HOUR = timedelta(hours=1)
TERMS = ("one", "two")
hours = st.integers(0, 60).map(lambda n: START + n * HOUR)


@st.composite
def standings(draw: st.DrawFn) -> list[Standing]:
    rows = []
    for i in range(draw(st.integers(0, 8))):
        latest = draw(hours)
        span = draw(st.sampled_from([0, 0, 3, 24, 25, 70]))
        best = latest - span * HOUR
        counts = draw(st.booleans())
        placed = counts and span <= 25 and draw(st.booleans())
        rows.append(
            Standing(
                f"A{i}", draw(st.sampled_from(TERMS)), "alleged", counts, START, None, best, latest,
                latest if placed else None, best if placed else None, counts and not placed,
                draw(st.sampled_from(["covered", "not_settled", "outside"])), "weak",
                draw(st.sampled_from([None, "minor", "grave"])), draw(st.sampled_from([None, "violation"])),
                False, (), Message("weigh.alleged"), (), Details(),
            )
        )  # fmt: skip
    return rows


def placed(rows: list[Standing], by: datetime | None) -> list[Restart]:
    return [
        Restart(row.incident, row.term, row.restarts_at, row.restarts_at_best, row.severity, row.ruled)
        for row in rows
        if row.restarts_at is not None
        and row.restarts_at_best is not None
        and (by is None or row.restarts_at <= by)
    ]


@given(standings(), hours, hours, st.none() | hours, st.sampled_from([TERMS, ("one",)]))
def test_restarts_are_found_as_the_protocol_says(
    rows: list[Standing], after: datetime, before: datetime, by: datetime | None, terms: tuple[str, ...]
) -> None:
    reader = HeldStandings(reversed(rows), START)
    mine = [one for one in placed(rows, by) if one.term in terms]
    may = sorted(
        (one for one in mine if one.at > after and one.at_best < before), key=lambda one: one.incident
    )
    sure = sorted(
        (one for one in mine if one.at_best > after and one.at < before), key=lambda one: one.incident
    )
    latest = sorted(may, key=lambda one: one.at, reverse=True)
    asked: dict[str, Any] = {"after": after, "before": before, "by": by}

    assert reader.last_restart(terms, "alleged", **asked) == (latest[0] if latest else None)
    assert list(reader.restarts(terms, "alleged", **asked, limit=3)) == latest[:3]
    assert reader.first_restart(terms, "alleged", **asked) == min(may, key=lambda one: one.at, default=None)
    surely = {**asked, "surely": True}
    assert reader.last_restart(terms, "alleged", **surely) == max(
        sure, key=lambda one: one.at_best, default=None
    )
    assert reader.first_restart(terms, "alleged", **surely) == min(
        sure, key=lambda one: one.at_best, default=None
    )
    minor = [one for one in latest if one.severity == "minor"]
    others = [one for one in latest if one.severity != "minor"]
    assert list(reader.restarts(terms, "alleged", **asked, severities=("minor",), limit=9)) == minor
    found = reader.last_restart(terms, "alleged", **asked, severities=("minor",), other_severities=True)
    assert found == (others[0] if others else None)
    assert reader.last_restart(terms, "ruled", **asked) is None


@given(standings(), hours, hours)
def test_rows_are_counted_and_listed_as_the_protocol_says(
    rows: list[Standing], start: datetime, end: datetime
) -> None:
    reader = HeldStandings(rows, START)
    counting = sorted((row for row in rows if row.counts), key=lambda row: row.incident)
    between = [row for row in counting if row.occurred_to is not None and start < row.occurred_to <= end]
    newest = sorted(between, key=lambda row: row.occurred_to or START, reverse=True)
    assert reader.count(TERMS, "alleged", after=start, by=end) == len(between)
    assert list(reader.latest(TERMS, "alleged", after=start, by=end, limit=3)) == newest[:3]
    breaches = [row for row in newest if row.breach]
    assert list(reader.latest(TERMS, "alleged", after=start, by=end, limit=1, breaches=True)) == breaches[:1]
    restarting = [row for row in between if row.restarts_at is not None]
    assert reader.count_restarts(TERMS, "alleged", after=start, by=end) == len(restarting)
    vague = [
        row.incident
        for row in sorted(counting, key=lambda row: row.occurred_to or START, reverse=True)
        if row.unplaced and row.occurred_to and row.occurred_from
        and row.occurred_to > start and row.occurred_from < end
    ]  # fmt: skip
    assert [one.incident for one in reader.unplaced(TERMS, "alleged", start=start, end=end, limit=9)] == vague
    told = reader.not_counted(TERMS, by=end)
    early = [row for row in rows if row.occurred_to is not None and row.occurred_to <= end]
    assert told.get("outside", 0) == sum(row.coverage == "outside" for row in early)
    assert told.get("not_settled", 0) == sum(row.coverage == "not_settled" and row.counts for row in early)
