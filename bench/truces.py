"""Lifelike truces, the same every time for the same seed, size and end.

An incident here is what one looks like in the field: a first report, often alone; sometimes a second and a
third from the other side, a monitor or a relay, with other figures and now and then another perpetrator; a
day more often than an hour, sometimes a week or a month; corrections and retractions later; a ruling for one
in twenty-five. Everything becomes known in waves, as imports and a day's work do.

Chunks of incidents are generated independently of each other, so that several processes can share the work
and still give the same truce.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from tracker.compliance.charter import Charter
from tracker.compliance.closeness import vagueness_of_place
from tracker.compliance.facts import (
    Casualties,
    Claim,
    IncidentFacts,
    Occurred,
    Place,
    PlaceShown,
    Ruling,
    Source,
)
from tracker.intake.scenario import charter_of, read_scenario
from tracker.intake.scenario_document import ScenarioDocument

SPAN = timedelta(days=180)
"""How long each truce has been in force when its data ends."""

UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
"""Where the data ends unless another moment is given."""

BATCHES = 6
"""In how many batches the incidents of a truce become known."""

LARGEST_CHUNK = 2_500
"""How many incidents are generated together; a batch is a whole number of chunks."""

WAVES = (timedelta(hours=1), timedelta(hours=12), timedelta(days=3), timedelta(days=8))
"""How long after the end of its batch each wave becomes known: first reports, further reports, corrections
and retractions, rulings."""
FIRST, FURTHER, CORRECTIONS, RULINGS = range(4)

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
NORTH = ("northern-army", "northern-army", "northern-air-force", "border-guard")
SOUTH = ("river-brigades", "river-brigades", "hill-brigades", "southern-league")
VOICES = {"north": ("northern-command", "northern-news"), "south": ("league-spokesman", "hill-radio")}
WATCHERS = (
    *("truce-watch", "valley-observatory", "daily-post", "wire-service"),
    *("street-pages", "own-observers", "relief-office"),
)
ACTS = (
    "shelling",
    "shelling",
    "shelling",
    "air_strike",
    "air_strike",
    "small_arms_fire",
    "sniper_fire",
    "drone_strike",
)
WEAPONS = {
    "shelling": "artillery",
    "air_strike": "aircraft",
    "small_arms_fire": "small_arms",
    "drone_strike": "drone",
}
PLACES = tuple(
    (name, f"SY{number:02d}", 33.0 + 0.3 * number, 36.0 + 0.35 * number)
    for number, name in enumerate(
        (
            "First ridge",
            "Old bridge",
            "River bend",
            "Mill town",
            "North gate",
            "Salt road",
            "Orchard",
            "Quarry",
        ),
        1,
    )
)


def chunks_a_batch(size: int) -> int:
    """How many chunks become known together in a truce of that size."""
    return -(-size // (BATCHES * LARGEST_CHUNK))


def size_of_chunk(size: int) -> int:
    """How many incidents a chunk holds in a truce of that size."""
    return -(-size // (BATCHES * chunks_a_batch(size)))


def count_of_chunks(size: int) -> int:
    """How many chunks a truce of that size has."""
    return -(-size // size_of_chunk(size))


def known_of(batch: int, size: int, until: datetime) -> tuple[datetime | None, ...]:
    """When each wave of a batch became known; None where that lies after the end of the data."""
    last = min((batch + 1) * chunks_a_batch(size) * size_of_chunk(size), size)
    ends = until - SPAN + SPAN * last / size
    first, *others = (moment if (moment := _whole(ends + delay)) <= until else None for delay in WAVES)
    return first or until, *others


@dataclass(frozen=True, slots=True)
class Telling:
    """One report of one incident: the claim as it first counts, in which wave it became known, its place as
    it shows in public, what it supersedes (its index), whether it is a retraction, public, screened in."""

    claim: Claim
    external_id: str
    wave: int
    published: datetime
    shows_coarse: PlaceShown | None = None
    supersedes: int | None = None
    retracts: bool = False
    public: bool = True
    screened: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """One incident with everything that became known of it, in both views."""

    ref: str
    tellings: tuple[Telling, ...]
    rulings: tuple[tuple[Ruling, bool], ...]  # each with whether it is public

    def facts(self, public: bool) -> IncidentFacts:
        """What the rules read of it in the full view, or in the public one."""
        seen = [(telling.public or not public) and telling.screened for telling in self.tellings]
        ended = {
            telling.supersedes: telling.claim.known
            for telling, shown in zip(self.tellings, seen, strict=True)
            if shown and telling.supersedes is not None
        }
        return IncidentFacts(
            self.ref,
            tuple(
                replace(
                    telling.claim,
                    until=ended.get(index),
                    place_shown=telling.shows_coarse if public else telling.claim.place_shown,
                )
                for index, telling in enumerate(self.tellings)
                if seen[index] and not telling.retracts
            ),
            tuple(ruling for ruling, shown in self.rulings if shown or not public),
        )

    @property
    def same_in_both_views(self) -> bool:
        """Whether the public sees all of it."""
        return all(
            not telling.screened or (telling.public and telling.shows_coarse is telling.claim.place_shown)
            for telling in self.tellings
        ) and all(shown for _ruling, shown in self.rulings)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Incidents generated together. ``batch`` is the one with which they became known, ``known`` the moment
    of each wave, None where it lies ahead."""

    number: int
    batch: int
    first: int
    stories: tuple[Story, ...]
    known: tuple[datetime | None, ...]


def scenario_text(size: int, until: datetime = UNTIL) -> str:
    """The truce's charter, actors and sources as the scenario file that the service loads."""
    start = until - SPAN
    template = string.Template((Path(__file__).parent / "truce.yaml").read_text())
    text = template.substitute(
        slug=slug_of(size),
        start=_written(start),
        after=_written(start + timedelta(hours=1)),
        known=_written(start + timedelta(days=1)),
    )
    # A name is wanted in four languages; here they are all the same.
    return re.sub(r'\{en: ("[^"]*")\}', r"{en: \1, fr: \1, ar: \1, ru: \1}", text)


def slug_of(size: int) -> str:
    return f"bench-{size}"


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=8)
def document(size: int, until: datetime = UNTIL) -> ScenarioDocument:
    """The scenario, read as the service reads it."""
    read = read_scenario(scenario_text(size, until).encode(), now=until)
    assert read.document is not None, read.faults
    return read.document


def charter(size: int, until: datetime = UNTIL) -> Charter:
    """The charter as the rules read it."""
    return charter_of(document(size, until))


@lru_cache(maxsize=8)
def sources(size: int, until: datetime = UNTIL) -> dict[str, Source]:
    """The sources as the rules see them, by slug."""
    return {
        one.slug: Source(
            one.slug,
            str(one.kind.value),
            one.affiliation,
            tuple(one.speaks_for),
            one.reliability.value if one.reliability else None,
        )
        for one in document(size, until).sources
    }


def chunks(size: int, seed: int = 1, until: datetime = UNTIL) -> Iterator[Chunk]:
    """The whole truce, chunk by chunk."""
    for number in range(count_of_chunks(size)):
        yield chunk(number, size, seed, until)


def chunk(number: int, size: int, seed: int = 1, until: datetime = UNTIL) -> Chunk:
    """One chunk of a truce; the others need not be generated."""
    length = size_of_chunk(size)
    first = number * length
    start = until - SPAN
    batch = number // chunks_a_batch(size)
    known = known_of(batch, size, until)
    writer = _Writer(Random(f"{seed}/{size}/{number}"), size, until, known)
    stories = tuple(
        writer.story(index, start + SPAN * index / size) for index in range(first, min(first + length, size))
    )
    return Chunk(number, batch, first, stories, known)


def facts(size: int, seed: int = 1, until: datetime = UNTIL) -> Iterator[IncidentFacts]:
    """Every incident as the rules read it in the full view: what weighing is measured on."""
    for one in chunks(size, seed, until):
        for story in one.stories:
            yield story.facts(public=False)


def _place_shown(place: Place | None, *, is_hidden: bool) -> PlaceShown | None:
    # What is shown of a place is the service's to say, which can be asked once Django is set up.
    from tracker.feed import harm

    if place is None:
        return None
    parts = {name: getattr(place, name) for name in ("name", "pcode", "country", "lat", "lon", "precision")}
    shown, areas = harm.place_shown(parts, list(place.within), {}, is_hidden=is_hidden)
    return PlaceShown(vagueness_of_place(place.precision, place.lat is not None), shown, tuple(areas))


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


class _Writer:
    """Makes up the incidents of one chunk."""

    def __init__(
        self, chance: Random, size: int, until: datetime, known: tuple[datetime | None, ...]
    ) -> None:
        self.chance, self.until, self.known = chance, until, known
        self.slug = slug_of(size)
        self.sources = sources(size, until)

    def reference(self, prefix: str) -> str:
        bits = self.chance.getrandbits(50)
        return prefix + "_" + "".join(CROCKFORD[bits >> shift & 31] for shift in range(0, 50, 5))

    def story(self, index: int, moment: datetime) -> Story:
        chance = self.chance
        moment = _whole(
            min(moment + timedelta(seconds=chance.randrange(3_600)), self.until - timedelta(hours=2))
        )
        northern = chance.random() < 0.55
        by, against, harmed = self._who(northern)
        tellings: list[Telling] = []
        act = chance.choice(ACTS)
        place = self._place()
        for number in range(chance.choices((1, 2, 3, 4), (55, 25, 12, 8))[0]):
            wave = FIRST if number == 0 or chance.random() < 0.4 else FURTHER
            if self.known[wave] is None:
                continue
            tellings.append(
                self._telling(
                    index, number, wave, moment, tellings, northern, by, against, harmed, act, place
                )
            )
        self._corrections(index, tellings)
        ref = self.reference("inc")
        return Story(ref, tuple(tellings), tuple(self._rulings(ref, tellings, by, moment)))

    def _who(self, northern: bool) -> tuple[str | None, str | None, str | None]:
        chance = self.chance
        by: str | None = chance.choice(NORTH if northern else SOUTH)
        kind = chance.random()
        if kind < 0.04:
            by = "black-banner"
        elif kind < 0.07:
            by = "desert-column"
        elif kind < 0.13:
            by = None
        if chance.random() < 0.45:
            return by, None, "civilians" if chance.random() < 0.9 else "medical"
        return by, chance.choice(SOUTH if northern else NORTH), None

    def _place(self) -> Place | None:
        chance = self.chance
        kind = chance.random()
        if kind < 0.02:
            return None
        name, code, lat, lon = chance.choice(PLACES)
        if kind < 0.03:
            return Place(name="Beyond the border", country="IRQ", precision=6, within=("IRQ",))
        if kind < 0.05:
            return Place(name="Border hamlet", lat=36.9, lon=40.0, precision=4, straddles=True)
        lat, lon = round(lat + chance.random() / 5, 4), round(lon + chance.random() / 5, 4)
        return Place(name, code, "SYR", lat, lon, chance.choice((1, 1, 2, 2, 3, 4)), ("SYR", code))

    def _telling(
        self, index, number, wave, moment, before, northern, by, against, harmed, act, place
    ) -> Telling:
        chance = self.chance
        known = self.known[wave]
        kind = chance.random()
        accused = VOICES["north" if northern else "south"]
        stance_event = stance_actor = "asserts"
        if number == 0:
            source = chance.choice((*WATCHERS, *VOICES["south" if northern else "north"]))
        elif kind < 0.10:
            source, stance_actor, stance_event = accused[0], "denies", "cannot_say"
        elif kind < 0.16:
            source, stance_actor, stance_event = accused[0], "admits", "admits"
        elif kind < 0.30:
            source, by = chance.choice(accused), chance.choice(SOUTH if northern else NORTH)
        else:
            source = chance.choice(WATCHERS)
        if chance.random() < 0.1:
            stance_actor, by = "cannot_say", None
        quotes = (before[0].claim.report,) if before and chance.random() < 0.1 else ()
        published = _whole(min(moment + timedelta(hours=chance.randrange(1, 48)), known))
        shown = _place_shown(place, is_hidden=False)
        is_hidden = harmed is not None or source == "own-observers"
        return Telling(
            Claim(
                report=self.reference("rep"),
                source=self.sources[source],
                known=known,
                reported=published,
                occurred=self._occurred(moment),
                place=place,
                act=act,
                by=by,
                against=against,
                harmed=harmed,
                weapon=WEAPONS.get(act),
                stance_event=stance_event,
                stance_actor=stance_actor,
                accepts_breach=stance_actor == "admits" and chance.random() < 0.3,
                casualties=self._casualties(harmed),
                credibility=chance.choice((1, 2, 2, 3, 3, 3, 4, 6, None)),
                quotes=quotes,
                relayed_by=("wire-service",) if chance.random() < 0.15 else (),
                place_shown=shown,
            ),
            f"{self.slug}/{index}/{number}",
            wave,
            published,
            _place_shown(place, is_hidden=True) if is_hidden else shown,
            # Nothing of our own people is public without consent, and none is recorded here.
            public=chance.random() > 0.05 and source != "own-observers",
            screened=chance.random() > 0.03,
        )

    def _occurred(self, moment: datetime) -> Occurred | None:
        kind = self.chance.random()
        if kind < 0.30:
            return Occurred(moment, moment, "exact")
        if kind < 0.42:
            hour = moment.replace(minute=0, second=0)
            return Occurred(hour, hour + timedelta(hours=1), "hour")
        # The zone of the truces is three hours ahead of UTC: its days begin at 21:00.
        day = (moment + timedelta(hours=3)).replace(hour=0, minute=0, second=0) - timedelta(hours=3)
        if kind < 0.88:
            return Occurred(day, day + timedelta(days=1), "day")
        if kind < 0.95:
            return Occurred(day - timedelta(days=3), day + timedelta(days=4), "week")
        if kind < 0.99:
            return Occurred(day - timedelta(days=15), day + timedelta(days=15), "month")
        return None

    def _casualties(self, harmed: str | None) -> tuple[Casualties, ...]:
        chance = self.chance
        group = {None: "combatants", "civilians": "civilians", "medical": "medical"}[harmed]
        found = []
        for effect, share in (("killed", 0.5), ("injured", 0.4)):
            if chance.random() < share:
                least = chance.randrange(0, 12)
                most = chance.choice((least, least, least + chance.randrange(1, 9), None))
                found.append(Casualties(group, effect, least, most))
        return tuple(found)

    def _corrections(self, index: int, tellings: list[Telling]) -> None:
        known = self.known[CORRECTIONS]
        if known is None:
            return
        for number, telling in enumerate(list(tellings)):
            kind = self.chance.random()
            if kind > 0.07 or not telling.screened:
                continue
            claim = replace(
                telling.claim,
                report=self.reference("rep"),
                known=known,
                casualties=self._casualties(telling.claim.harmed),
            )
            tellings.append(
                replace(
                    telling,
                    claim=claim,
                    wave=CORRECTIONS,
                    supersedes=number,
                    retracts=kind < 0.02,
                )
            )

    def _rulings(self, ref, tellings, by, moment) -> Iterator[tuple[Ruling, bool]]:
        known, chance = self.known[RULINGS], self.chance
        if known is None or not tellings or chance.random() > 0.04:
            return
        outcome = chance.choices(
            ("violation", "no_violation", "outside_truce", "insufficient_evidence", "under_inquiry"),
            (50, 20, 5, 20, 5),
        )[0]
        violation = outcome == "violation"
        yield (
            Ruling(
                ref=self.reference("rul"),
                incident=ref,
                term="cessation",
                outcome=outcome,
                body="tracker",
                known=known,
                severity=chance.choice(("minor", "serious", "grave")) if violation else None,
                responsible=by if violation else None,
                occurred=Occurred(moment, moment, "exact") if violation and chance.random() < 0.5 else None,
            ),
            chance.random() > 0.1,
        )


def fresh_claims(size: int, count: int, until: datetime, seed: int = 1000) -> list[Claim]:
    """First claims of ``count`` further incidents of a truce, of the last days of its data."""
    known: tuple[datetime | None, ...] = (until, until, None, None)
    writer = _Writer(Random(f"{seed}/{size}/fresh"), size, until, known)
    found: list[Claim] = []
    while len(found) < count:
        story = writer.story(
            len(found), until - timedelta(hours=4) - timedelta(days=3) * writer.chance.random()
        )
        claim = story.tellings[0].claim
        # A report is refused that tells of a week or a month which is not over yet.
        if claim.occurred is None or claim.occurred.end <= until:
            found.append(claim)
    return found
