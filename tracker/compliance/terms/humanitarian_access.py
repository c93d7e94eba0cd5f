"""Aid that must get through: one convoy, so much over a time, or a besieged place that must be reachable.

Modelled on the arrangement on Syria of 9 September 2016 (unhindered aid, Castello Road into eastern Aleppo),
on the Stockholm Agreement of 2018 (Hodeidah, Taiz), and on truces that count deliveries over days, such as
the daily number of trucks into Gaza in the arrangement of January 2025.

Parameters
    measured_by  sources whose word establishes a figure
    unit         what is counted; trucks, unless it says otherwise
    target       how many must be delivered
and one of
    convoy       reference of the convoy that is to deliver ``target``
    threshold    per (each_day: on every day of the window; mean: as a daily average over it; cumulative: in
                 all within it) and window (length); ``target`` is the figure, place keeps only reports for
                 one place. Days are the zone's whole days
    siege        place: a besieged place that must be reachable
and, told to readers only: place, place_basis, people, besieged_by, goods, origin.

No figure is not 0: a day of which nobody gives a figure leaves a threshold unknown unless the other days
decide it. Denied only where a source says that a named authority refused. What arrives counts at its latest
moment, and never later than its first report. All three readings agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tracker.compliance.charter import Charter, Term
from tracker.compliance.facts import AccessReport
from tracker.compliance.fulfilment import Finding, established, highest_established, moment_of, up_to
from tracker.compliance.intervals import DAY, days
from tracker.compliance.parameters import Parameters
from tracker.compliance.term_kind import Situation, TermKind
from tracker.compliance.verdicts import Message, Verdict

FIGURES = ("planned", "cleared", "waiting", "refused", "delivered", "attacked")
PER = ("each_day", "mean", "cumulative")


@dataclass(frozen=True, slots=True)
class Threshold:
    """So much over so many days."""

    per: str
    days: int
    place: str | None


@dataclass(frozen=True, slots=True)
class AccessParameters:
    """The parameters of humanitarian access, read."""

    measured_by: tuple[str, ...]
    unit: str
    target: int | None
    convoy: str | None
    threshold: Threshold | None
    siege: str | None


class HumanitarianAccess(TermKind[AccessParameters]):
    """Judges whether aid gets through as the term asks."""

    states: ClassVar[tuple[str, ...]] = ("unknown", "not_granted", "partial", "fulfilled", "denied")

    def read(self, given: Parameters, term: Term, charter: Charter) -> AccessParameters:
        given.note("place", "place_basis", "people", "besieged_by", "goods", "origin")
        convoy = given.text("convoy")
        part, siege_part = given.part("threshold"), given.part("siege")
        asked = [one for one in (convoy, part, siege_part) if one is not None]
        if len(asked) != 1:
            given.fault("convoy", "access.one_of_convoy_threshold_siege", given=len(asked))
        target = given.number("target", required=siege_part is None, least=1)
        threshold = None
        if part is not None:
            per = part.text("per", required=True, choices=PER)
            window = part.length("window", required=True)
            if window is not None and window % DAY:
                part.fault("window", "access.window_not_whole_days")
            elif per is not None and window is not None:
                threshold = Threshold(per, window // DAY, part.text("place"))
            part.note("place")
        siege = None
        if siege_part is not None:
            siege = siege_part.text("place", required=True)
            siege_part.note("people", "by")
        unit = given.text("unit") or "trucks"
        return AccessParameters(given.texts("measured_by"), unit, target, convoy, threshold, siege)

    def judge(self, term: Term, parameters: AccessParameters, reading: str, situation: Situation) -> Verdict:
        start = situation.charter.in_force_from
        if start is None or not situation.started:
            values = {"target": parameters.target, "unit": parameters.unit}
            return Verdict("unknown", None, Message("access.not_started"), values, next_moment=start)
        reports = up_to(situation.facts.access, situation.as_of, start)
        if parameters.siege is not None:
            return Judged(parameters, situation, _of_place(reports, parameters.siege)).siege()
        if parameters.threshold is not None:
            if parameters.threshold.place is not None:
                reports = _of_place(reports, parameters.threshold.place)
            own = [one for one in reports if one.unit is None or one.unit == parameters.unit]
            return Judged(parameters, situation, own).threshold(parameters.threshold)
        own = [one for one in reports if one.convoy == parameters.convoy]
        return Judged(parameters, situation, own).convoy()


def _of_place(reports: Sequence[AccessReport], place: str) -> list[AccessReport]:
    """Reports for one place. One that does not say for where says nothing of it."""
    return [one for one in reports if one.place is not None and one.place.casefold() == place.casefold()]


class Judged:
    """One access term at one moment, with the reports that concern it, in order of their moments."""

    def __init__(
        self, parameters: AccessParameters, situation: Situation, reports: Sequence[AccessReport]
    ) -> None:
        self.parameters, self.situation, self.reports = parameters, situation, reports
        self.lapsed: datetime | None = None  # when what had been fulfilled was so no longer
        self.refusing = [one for one in reports if one.refused_by is not None]
        self.values: dict[str, Any] = {
            "target": parameters.target,
            "unit": parameters.unit,
            "measured_by": parameters.measured_by,
            "delivered": None,
            "ledger": self._ledger(),
            "withheld_by": tuple(
                {"by": one.withheld_by, "says": one.source.slug, "report": one.report}
                for one in reports
                if one.withheld_by is not None
            ),
            "refused_by": tuple(
                {"by": one.refused_by, "says": one.source.slug, "report": one.report} for one in self.refusing
            ),
        }

    def _ledger(self) -> dict[str, dict[str, Any]]:
        """The latest figure of each sort, with who gave it and when."""
        ledger: dict[str, dict[str, Any]] = {}
        for report in self.reports:
            for what in FIGURES:
                figure = getattr(report, what)
                if figure is not None:
                    ledger[what] = {
                        "figure": figure,
                        "says": report.source.slug,
                        "report": report.report,
                        "at": moment_of(report),
                    }
        return ledger

    # --- The three forms -----------------------------------------------------------------------------

    def convoy(self) -> Verdict:
        """A convoy: the highest figure established to have been delivered, against the target."""
        target = self.parameters.target or 1
        found = self._highest(self.reports)
        if found is not None:
            figure, _ = found
            self.values["delivered"] = figure
            finding = self._reached(min(figure, target))
            if figure >= target:
                return self._verdict("fulfilled", finding, self._figures())
            if figure > 0:
                return self._verdict("partial", self._reached(1), self._figures())
        none = established(self.reports, self.parameters.measured_by, self.situation.cast, _delivers_some)
        return self._nothing_through(none)

    def siege(self) -> Verdict:
        """A besieged place: whether it is established that it can be reached."""
        self.values["place"] = self.parameters.siege
        found = established(self.reports, self.parameters.measured_by, self.situation.cast, _passes)
        if found.met:
            return self._verdict("fulfilled", found, {"place": self.parameters.siege})
        return self._nothing_through(found)

    def threshold(self, threshold: Threshold) -> Verdict:
        """A figure per day, as an average or in all, over a window of whole days up to now."""
        start, as_of = self.situation.start, self.situation.as_of
        zone = self.situation.charter.zone
        whole = [one for one in days(zone, start, as_of) if one[1][0] >= start and one[1][1] <= as_of]
        by_day = {day: self._on(bounds) for day, bounds in whole}
        figures = [by_day[day] for day, _ in whole]
        holds = [
            _holds(figures[i - threshold.days : i], threshold, self.parameters.target or 1)
            for i in range(threshold.days, len(figures) + 1)
        ]
        last = figures[-threshold.days :]
        known = [figure for figure in last if figure is not None]
        self.values |= {
            "per": threshold.per,
            "window_days": threshold.days,
            "days": tuple(
                {"day": day.isoformat(), "figure": by_day[day]} for day, _ in whole[-threshold.days :]
            ),
            "delivered": sum(known) if known else None,
            "days_without_figure": len(last) - len(known),
        }
        running = days(zone, as_of, as_of + timedelta(microseconds=1))[0][1][1]
        ends = [bounds[1] for _, bounds in whole]
        evidence = Finding(None, start, tuple(one for one in self.reports if one.delivered is not None)[-1:])
        if holds and holds[-1]:
            first = len(holds) - 1
            while first > 0 and holds[first - 1]:
                first -= 1
            found = Finding(True, ends[first + threshold.days - 1], evidence.reports)
            return self._verdict("fulfilled", found, self._figures(), running)
        met = None if not holds or holds[-1] is None else False
        held = [ends[i + threshold.days] for i, one in enumerate(holds) if one]
        self.lapsed = held[-1] if held else None
        if sum(known):
            partial = Finding(None, self.lapsed or start, evidence.reports)
            return self._verdict("partial", partial, self._figures(), running, met=met)
        if known and not self.values["days_without_figure"]:
            return self._nothing_through(Finding(False, self.lapsed or start, evidence.reports), running)
        return self._nothing_through(Finding(None), running)

    def _on(self, bounds: tuple[datetime, datetime]) -> int | None:
        """What is established to have been delivered within one day; None where nobody gives a figure.

        One source's reports of a day add up; different sources' do not.
        """
        those = [one for one in self.reports if bounds[0] < moment_of(one) <= bounds[1]]
        totals: dict[str, int] = {}
        for one in those:
            if one.delivered is not None:
                totals[one.source.slug] = totals.get(one.source.slug, 0) + one.delivered
        found = highest_established(
            those,
            self.parameters.measured_by,
            self.situation.cast,
            lambda one: totals[one.source.slug] if one.delivered is not None else None,
        )
        return None if found is None else found[0]

    # --- Shared --------------------------------------------------------------------------------------

    def _highest(self, reports: Sequence[AccessReport]) -> tuple[int, Finding[AccessReport]] | None:
        return highest_established(
            reports, self.parameters.measured_by, self.situation.cast, lambda one: one.delivered
        )

    def _reached(self, figure: int) -> Finding[AccessReport]:
        return established(
            self.reports,
            self.parameters.measured_by,
            self.situation.cast,
            lambda one: None if one.delivered is None else one.delivered >= figure,
        )

    def _figures(self) -> dict[str, Any]:
        return {name: self.values[name] for name in ("delivered", "target", "unit")}

    def _nothing_through(self, found: Finding[AccessReport], next_moment: datetime | None = None) -> Verdict:
        """Nothing arrived, or nobody who counts says so: denied, not granted, or unknown."""
        if self.refusing:
            last = self.refusing[-1]
            refused = Finding(False, moment_of(self.refusing[0]), (last,))
            return self._verdict(
                "denied", refused, {"by": last.refused_by, "says": last.source.slug}, next_moment
            )
        if found.met is False:
            self.values["delivered"] = 0 if self.parameters.siege is None else None
            return self._verdict("not_granted", found, self._figures(), next_moment)
        return self._verdict("unknown", Finding(None, self.lapsed or self.situation.start), {}, next_moment)

    def _verdict(
        self,
        state: str,
        found: Finding[AccessReport],
        told: dict[str, Any],
        next_moment: datetime | None = None,
        *,
        met: bool | None = False,
    ) -> Verdict:
        if state in ("fulfilled", "unknown"):
            met = True if state == "fulfilled" else None
        change = (
            () if state == "fulfilled" else (Message("change.delivered", {"target": self.parameters.target}),)
        )
        return Verdict(
            state=state,
            since=found.since,
            message=Message(f"access.{state}", told),
            values=self.values,
            evidence=found.evidence,
            would_change=change,
            next_moment=next_moment,
            met=met,
            met_since=found.since if met else self.lapsed or self.situation.start,
        )


def _delivers_some(report: AccessReport) -> bool | None:
    return None if report.delivered is None else report.delivered > 0


def _passes(report: AccessReport) -> bool | None:
    return None if report.passage is None else report.passage == "open"


def _holds(window: Sequence[int | None], threshold: Threshold, target: int) -> bool | None:
    """Whether a window meets the target; None where days without a figure could decide it."""
    known = [figure for figure in window if figure is not None]
    missing = len(window) - len(known)
    if threshold.per == "each_day":
        if any(figure < target for figure in known):
            return False
        return None if missing else True
    wanted = target * len(window) if threshold.per == "mean" else target
    if sum(known) >= wanted:
        return True
    return None if missing else False


KIND = HumanitarianAccess()
