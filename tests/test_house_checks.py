"""The checks of `make check` find what they are there to find."""

from pathlib import Path

import pytest

from ceasefire.environment import BASE_DIR
from tests.checks import clock, locks, migrations, translations


@pytest.mark.parametrize(
    "line",
    [
        "from django.utils import timezone; timezone.now()",
        "import datetime; datetime.datetime.now(datetime.UTC)",
        "from datetime import date; date.today()",
        "import time; stamp = time.time()",
        "from time import time",
        "field = DateTimeField(auto_now=True)",
        "from django.db.models.functions import Now",
        'cursor.execute("UPDATE truce SET seen = now()")',
        'sql = f"SELECT {column} WHERE due < CURRENT_TIMESTAMP"',
    ],
)
def test_a_second_clock_is_found(line: str):
    assert clock.asked_in(line)


@pytest.mark.parametrize(
    "line",
    ["clock.now()", "import time; time.monotonic()", '"""It never calls now() itself."""', "verdict.now"],
)
def test_the_one_clock_and_stopwatches_are_let_be(line: str):
    assert clock.asked_in(line) == []


def test_migrations_named_by_nobody_are_found(tmp_path: Path):
    for name in (
        "0001_first_tables",
        "0002_auto_20261122_1000",
        "0003_alter_report_language",
        "0004_a_and_more",
    ):
        (tmp_path / f"{name}.py").touch()
    assert len(migrations.made_up_names(tmp_path)) == 3


def copied_locks(folder: Path, old: str = "", new: str = "") -> Path:
    for name in ("pyproject.toml", locks.RUNTIME, locks.DEVELOPMENT, locks.INSTALLER):
        (folder / name).write_text(
            (BASE_DIR / name).read_text().replace(old, new) if old else (BASE_DIR / name).read_text()
        )
    return folder


def test_the_locks_are_in_order(tmp_path: Path):
    assert locks.problems(copied_locks(tmp_path)) == []


def test_a_lock_that_names_an_address_is_found(tmp_path: Path):
    copied_locks(tmp_path)
    with (tmp_path / locks.RUNTIME).open("a") as file:
        file.write("--index-url https://packages.example/simple\n")
    assert any("names an address" in problem for problem in locks.problems(tmp_path))


def test_a_dependency_that_no_lock_pins_is_found(tmp_path: Path):
    copied_locks(tmp_path, '"celery>=5.5",', '"celery>=5.5",\n    "another-package",')
    assert sum("another-package is not met" in problem for problem in locks.problems(tmp_path)) == 2


def test_a_pin_without_a_hash_is_found(tmp_path: Path):
    copied_locks(tmp_path)
    with (tmp_path / locks.DEVELOPMENT).open("a") as file:
        file.write("unhashed==1.0\n")
    assert any("no hash for unhashed" in problem for problem in locks.problems(tmp_path))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A tree with one text in each kind of source."""
    (tmp_path / "tracker" / "static").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "tracker" / "words.py").write_text(
        'from x import gettext_lazy as _\nname = _("From Python")\n'
    )
    (tmp_path / "tracker" / "static" / "board.js").write_text('const a = gettext("From a script");\n')
    (tmp_path / "templates" / "board.html").write_text(
        "{% load i18n %}<p title=\"it's\">{% translate 'From a template' %}</p>\n"
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}\n"
    )
    return tmp_path


TRANSLATED = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "From Python"
msgstr "a"

msgid "From a script"
msgstr "b"

msgid "From a template"
msgstr "c"

msgid "%(n)s day"
msgid_plural "%(n)s days"
"""
PLURALS = {"fr": 2, "ar": 6, "ru": 3}


def write_catalogues(folder: Path, change=lambda text: text) -> Path:
    for language, count in PLURALS.items():
        path = folder / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        plurals = "".join(f'msgstr[{number}] "d"\n' for number in range(count))
        path.write_text(change(TRANSLATED + plurals))
    return folder


def test_texts_of_every_kind_of_source_are_gathered(sources: Path):
    texts = {message.id for message in translations.gather(sources) if message.id}
    assert texts == {"From Python", "From a script", "From a template", ("%(n)s day", "%(n)s days")}


def test_a_whole_catalogue_has_no_problem(sources: Path):
    assert translations.problems(sources, write_catalogues(sources / "locale")) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('msgid "From Python"', 'msgid "Something else"'),
        lambda text: text.replace('msgstr "b"', 'msgstr ""'),
        lambda text: text.replace('msgid "From a template"', '#, fuzzy\nmsgid "From a template"'),
        lambda text: text.replace('msgstr[1] "d"', 'msgstr[1] ""'),
    ],
    ids=["missing", "empty", "fuzzy", "half a plural"],
)
def test_a_text_without_a_whole_translation_is_found_in_each_language(sources: Path, change):
    found = translations.problems(sources, write_catalogues(sources / "locale", change))
    assert [problem[:2] for problem in found] == ["fr", "ar", "ru"]
