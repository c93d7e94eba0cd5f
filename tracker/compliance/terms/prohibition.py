"""A duty not to do something: covered parties stop all attacks on each other, or some acts, weapons, places.

Modelled on the cessation of hostilities in Syria of 22 February 2016 (Security Council resolution 2268,
annex), and on bans by weapon, act or area such as the Minsk Memorandum of 19 September 2014 (heavy weapons,
flights over a zone). Which incidents count against it is weighed in ``weigh`` by the scope in ``coverage``.

Parameters, none of them required
    acts                 acts that it forbids; without it, every act
    acts_without_victim  acts that count though nobody was hit: overflights, movements, fortification
    weapons              weapons that it forbids; without it, every weapon
    area                 codes of the area in which it holds, within the truce's own
    from, until          when it holds, within the truce's own time
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tracker.compliance.charter import Charter, Term
from tracker.compliance.observation import days_seen, watched
from tracker.compliance.parameters import Parameters
from tracker.compliance.term_kind import Situation, TermKind
from tracker.compliance.verdicts import Message, Verdict

SHOWN = 5


@dataclass(frozen=True, slots=True)
class ProhibitionParameters:
    """The parameters that the verdict needs; the rest is read by ``scope.scope_of``."""

    start: datetime | None


class Prohibition(TermKind[ProhibitionParameters]):
    """Judges whether a prohibition holds, over the charter's ``quiet_for`` up to the moment asked."""

    states: ClassVar[tuple[str, ...]] = ("not_started", "unobserved", "holding", "strained", "breached")

    def read(self, given: Parameters, term: Term, charter: Charter) -> ProhibitionParameters:
        acts = given.texts("acts")
        for act in given.texts("acts_without_victim"):
            if acts and act not in acts:
                given.fault("acts_without_victim", "prohibition.act_not_among_acts", act=act)
        given.texts("weapons")
        given.texts("area")
        start, until = given.moment("from"), given.moment("until")
        if start is not None and until is not None and until <= start:
            given.fault("until", "parameter.not_after", other="from")
        moments = [one for one in (start, charter.in_force_from) if one is not None]
        return ProhibitionParameters(max(moments) if moments else None)

    def judge(
        self, term: Term, parameters: ProhibitionParameters, reading: str, situation: Situation
    ) -> Verdict:
        start, as_of = parameters.start, situation.as_of
        if start is None or not situation.started or as_of < start:
            message = Message("prohibition.not_started", {"starts": start})
            return Verdict("not_started", None, message, next_moment=start)
        charter, quiet = situation.charter, situation.charter.quiet_for
        strain = situation.standings.strain(
            term.ref, reading, start=start, by=as_of, within=quiet, limit=SHOWN
        )
        latest = strain.latest
        watching, watched_since, watched_until = watched(situation.facts.windows, as_of)
        seen, unseen = days_seen(situation.facts.windows, charter.zone, max(start, as_of - quiet), as_of)
        values = {
            "count": strain.count,
            "latest": tuple(one.incident for one in latest),
            "quiet_for_seconds": int(quiet.total_seconds()),
            "outside": strain.outside,
            "not_settled": strain.not_settled,
            "observed_days": len(seen),
            "unobserved_days": len(unseen),
        }
        over = charter.breached_at is not None and strain.count >= charter.breached_at
        if latest:
            decisive, back = strain.breach or latest[0], latest[0].at + quiet
            code, state, since = "prohibition.strained", "strained", strain.since
            if strain.breach is not None:
                state, since = "breached", decisive.at
                code = "prohibition.ruled" if strain.ruled else "prohibition.accepted"
            elif over:
                code, state = "prohibition.passed_count", "breached"
            message = Message(code, {"incident": decisive.incident, "count": strain.count})
            change: tuple[Message, ...] = (
                Message("change.ruled", {"incident": decisive.incident}),
                Message("change.quiet_until", {"at": back}),
            )
            return Verdict(
                state, since, message, values, (decisive.incident,), change, back, met=False, met_since=since
            )
        calm = strain.last + quiet if strain.last is not None else start
        if watching and watched_since is not None:
            since = max(calm, watched_since, start)
            message = Message("prohibition.holding", {"days": len(seen)})
            change = (Message("change.another_breach"),)
            return Verdict(
                "holding", since, message, values, (), change, watched_until, met=True, met_since=since
            )
        since = max(calm, watched_since or start, start)
        change = (Message("change.observation"), Message("change.another_breach"))
        message = Message("prohibition.unobserved")
        return Verdict("unobserved", since, message, values, (), change, met=None, met_since=since)


KIND = Prohibition()
