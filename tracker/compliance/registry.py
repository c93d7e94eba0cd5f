"""Finds the kinds of term: each file in ``terms/`` is one, by name. Adding a kind touches nothing else."""

import pkgutil
from importlib import import_module, invalidate_caches
from importlib.util import find_spec
from typing import Any

from tracker.compliance import terms
from tracker.compliance.term_kind import TermKind


def kind_names() -> tuple[str, ...]:
    """The names of all kinds whose file is there, sorted."""
    invalidate_caches()
    return tuple(
        sorted(one.name for one in pkgutil.iter_modules(terms.__path__) if not one.name.startswith("_"))
    )


def kind_of(name: str) -> TermKind[Any] | None:
    """The kind of that name; None where its file is gone."""
    if not name.isidentifier() or name.startswith("_"):
        return None
    full = f"{terms.__name__}.{name}"
    if find_spec(full) is None:
        return None
    kind: TermKind[Any] = import_module(full).KIND
    return kind
