"""Stories told with their whole working: every field of every answer, written out and kept beside the story.

A file in ``workings/`` is stories in the words of ``cast.py``. A line ``?? what`` asks at its moment, and the
lines below it that begin with a bar are the whole answer: ``?? clock`` a term, ``?? A`` how an incident
stands, ``?? coverage of A`` only whether it is covered and counts, ``?? truce`` the truce, ``?? charter`` its
faults. ``truce: name`` tells the story of another charter, of ``variants.py``. What the readings agree on is
told once, and what says nothing is left out.

``python -m tests.compliance.working`` writes the answers anew; read what has changed before it is kept.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.compliance.cast import Story, at
from tests.compliance.variants import VARIANTS
from tracker.compliance.charter import charter_faults
from tracker.compliance.verdicts import Standing

FOLDER = Path(__file__).parent / "workings"
ASKING = re.compile(r"(\d+ \w{3} \d\d:\d\d)  \?\? (coverage of )?([\w-]+)")


@dataclass(slots=True)
class Told:
    """One story of a file: its title, the lines as they stand, and those without the answers."""

    title: str
    lines: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return re.sub(r"\W+", "-", self.title.lower()).strip("-")

    def answered(self) -> list[str]:
        """The lines with the answers that the rules give now."""
        bare = [line for line in self.lines if not line.startswith("  |")]
        named = [line.removeprefix("truce: ") for line in bare if line.startswith("truce: ")]
        charter = VARIANTS[named[0] if named else "valley"]
        facts = [line for line in bare if re.match(r"\d", line) and not ASKING.fullmatch(line)]
        story = Story("\n".join(facts), charter)
        found = []
        for line in bare:
            found.append(line)
            asked = ASKING.fullmatch(line)
            if asked is not None:
                found.extend(f"  | {one}" for one in _answer(story, at(asked[1]), asked[3], bool(asked[2])))
        return found


def stories(path: Path) -> Iterator[Told]:
    """The stories of one file, in order."""
    told = None
    for line in path.read_text().splitlines():
        if line.startswith("== "):
            if told is not None:
                yield told
            told = Told(line.removeprefix("== "))
        elif told is not None:
            told.lines.append(line)
    if told is not None:
        yield told


def _answer(story: Story, moment: datetime, what: str, coverage: bool) -> Iterator[str]:
    if what == "charter":
        for fault in charter_faults(story.charter):
            yield from _wrapped(f"{fault.path}: {fault.code} {plain(fault.values)}".removesuffix(" {}"))
    elif what in story.claims or what in story.rulings:
        for term in dict.fromkeys(row.term for row in story.standings):
            rows = {
                row.reading: row
                for row in story.standings
                if (row.incident, row.term) == (what, term)
                and row.known <= moment
                and (row.until is None or moment < row.until)
            }
            if coverage:
                yield from _covered(rows, term)
            else:
                yield from _by_reading(rows, leave=("incident", "reading", "until"))
    elif what == "truce":
        yield from _wrapped(_told(_fields(story.status(moment), leave=("terms", "truce", "as_of"))))
    else:
        verdict = story.status(moment).term(what)
        if verdict.in_question_since is not None:
            yield f"in question since {plain(verdict.in_question_since)}"
        yield from _by_reading(verdict.readings)


def _covered(rows: Mapping[str, Standing], term: str) -> Iterator[str]:
    counts = ", ".join(reading for reading, row in rows.items() if row.counts) or "nowhere"
    row = rows["alleged"]
    told = [row.coverage, *map(plain, row.details.coverage_why), f"counts in {counts}", *row.alleged]
    yield from _wrapped(f"{term}: {'; '.join(told)}{'; assumed' if row.details.assumed else ''}")


def _by_reading(records: Mapping[str, Any], leave: tuple[str, ...] = ()) -> Iterator[str]:
    """What all readings say alike, then what each says for itself."""
    told = {reading: _fields(record, leave) for reading, record in records.items()}
    first, *others = told.values()
    alike = {name: one for name, one in first.items() if all(other.get(name) == one for other in others)}
    yield from _wrapped("in all readings: " + _told(alike))
    for reading, own in told.items():
        rest = {name: one for name, one in own.items() if name not in alike}
        if rest:
            yield from _wrapped(f"{reading}: {_told(rest)}")


def _fields(record: Any, leave: tuple[str, ...] = ()) -> dict[str, str]:
    """Each field that says anything, in words."""
    values = {name: one for name, one in record_values(record).items() if name not in leave}
    return {name: plain(one) for name, one in values.items() if one is not None and one not in ((), {})}


def _told(named: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in named.items())


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 104, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def plain(value: Any) -> str:
    """Any value of the rules as words, so that no two different values read the same."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%-d %b %H:%M" if not value.second else "%-d %b %H:%M:%S")
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:g} hours"
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, Mapping):
        return "{" + "; ".join(f"{key} {plain(one)}" for key, one in value.items()) + "}"
    if is_record(value):
        told = record_values(value)
        if "code" in told:
            rest = [plain(one) for name, one in told.items() if name != "code" and one not in ((), {}, None)]
            return " ".join([told["code"], *rest])
        return plain({name: one for name, one in told.items() if one not in ((), {}, None)})
    if isinstance(value, tuple | list):
        return "(" + ", ".join(map(plain, value)) + ")"
    return str(value)


def is_record(value: Any) -> bool:
    return hasattr(value, "_asdict") or (is_dataclass(value) and not isinstance(value, type))


def record_values(record: Any) -> dict[str, Any]:
    """What a record holds, by name."""
    if hasattr(record, "_asdict"):
        return dict(record._asdict())
    return {one.name: getattr(record, one.name) for one in fields(record)}


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.txt")):
        head = path.read_text().split("== ", 1)[0]
        parts = [f"== {one.title}\n" + "\n".join(one.answered()) for one in stories(path)]
        path.write_text(head + "\n".join(parts).rstrip() + "\n")
