"""Who is writing: a person, a key, or one of our own workers."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.models import ApiKey, Person


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change. ``name`` is kept in the audit as text, as it is now."""

    name: str
    person: Person | None = None
    key: ApiKey | None = None
    worker: str = ""
    request_id: str = ""

    @classmethod
    def of_person(cls, person: Person, request_id: str = "") -> Author:
        """The author for somebody signed in."""
        return cls(name=str(person), person=person, request_id=request_id)

    @classmethod
    def of_key(cls, key: ApiKey, request_id: str = "") -> Author:
        """The author for a request made with an API key."""
        return cls(name=str(key), key=key, person=key.owner, request_id=request_id)

    @classmethod
    def of_worker(cls, worker: str) -> Author:
        """The author for a command or a task."""
        return cls(name=worker, worker=worker)
