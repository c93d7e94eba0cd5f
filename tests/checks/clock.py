"""One clock: only ``tracker/services/clock.py`` asks what time it is.

A moment that comes from elsewhere cannot be moved by a test, and makes an answer about the past depend on
when it was asked.
"""

import ast
import re
from pathlib import Path

from ceasefire.environment import BASE_DIR

THE_CLOCK = BASE_DIR / "tracker" / "services" / "clock.py"
ASKING = {"now", "utcnow", "today", "time", "time_ns"}
ITSELF = {"auto_now", "auto_now_add"}
DATABASE_FUNCTIONS = {"Now", "TransactionNow"}
IN_SQL = re.compile(
    r"\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\blocaltimestamp\b|\b(clock|statement|transaction)_timestamp\b",
    re.I,
)
IN_TEMPLATE = re.compile(r"{%\s*now\b")
ADVICE = "take the moment as an argument, or from tracker.services.clock.now()"


def problems(base: Path = BASE_DIR) -> list[str]:
    """Where else the time is asked, in the sources under ``base``."""
    found = []
    for folder in ("ceasefire", "tracker"):
        for path in sorted((base / folder).rglob("*.py")):
            if path != base / THE_CLOCK.relative_to(BASE_DIR):
                found += [
                    f"{path.relative_to(base)}:{line} {what}: {ADVICE}"
                    for line, what in asked_in(path.read_text())
                ]
    for path in sorted((base / "templates").rglob("*.html")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if IN_TEMPLATE.search(line):
                found.append(
                    f"{path.relative_to(base)}:{number} {{% now %}}: pass the moment to the template"
                )
    return found


def asked_in(source: str) -> list[tuple[int, str]]:
    """The lines of a Python source that ask the time, and how."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ASKING
            and _module(node.value) in _timekeepers(node.attr)
        ):
            found.append((node.lineno, f"{_module(node.value)}.{node.attr}"))
        elif isinstance(node, ast.keyword) and node.arg in ITSELF:
            found.append((node.value.lineno, node.arg))
        elif isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            wrong = names & DATABASE_FUNCTIONS if (node.module or "").startswith("django") else set()
            wrong |= names & ASKING if node.module in ("time", "django.utils.timezone") else set()
            found += [(node.lineno, f"import of {name}") for name in sorted(wrong)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            found += [(node.lineno, f"{match[0]} in SQL") for match in IN_SQL.finditer(node.value)]
    return sorted(found)


def _module(node: ast.expr) -> str:
    """The last name of what an attribute is taken from: ``dt.datetime`` is datetime."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _timekeepers(attribute: str) -> set[str]:
    return {"time"} if attribute.startswith("time") else {"datetime", "date", "timezone", "dt"}
