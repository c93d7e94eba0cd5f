"""Every text for people has a translation in each language.

``python -m tests.checks.translations --gather`` brings the catalogues up to date with the sources: new texts
are added without a translation, those no longer used are dropped. No gettext program is needed.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_javascript, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from ceasefire.environment import BASE_DIR

LANGUAGES = ("fr", "ar", "ru")
LOCALE = BASE_DIR / "tracker" / "locale"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT = "Translators:"


def problems(base: Path = BASE_DIR, locale: Path = LOCALE) -> list[str]:
    """The texts of the sources that a catalogue lacks, does not translate, or marks as a guess."""
    wanted = gather(base)
    found = []
    for language in LANGUAGES:
        path = locale / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            found.append(f"{path}: missing, with {len(wanted)} texts: run `make messages` and translate")
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in wanted:
            if message.id and (fault := fault_of(message, catalogue)):
                where = f"{message.locations[0][0]}:{message.locations[0][1]}"
                found.append(f"{language}: {fault}: {_text(message)!r} ({where})")
    return found


def fault_of(message: Message, catalogue: Catalog) -> str | None:
    """What a catalogue lacks for one text of the sources; None where nothing."""
    translated = catalogue.get(message.id, message.context)
    if translated is None:
        return "not in the catalogue (run `make messages`)"
    if translated.fuzzy:
        return "only guessed (check it and remove the fuzzy mark)"
    strings = translated.string if isinstance(translated.string, tuple | list) else [translated.string]
    if not all(strings) or (message.pluralizable and len(strings) != catalogue.num_plurals):
        return "not translated"
    return None


def gather(base: Path = BASE_DIR) -> Catalog:
    """Every text for people of the Python, template and JavaScript sources."""
    catalogue = Catalog(project="ceasefire", charset="utf-8")
    for path, messages in _sources(base):
        for line, function, texts, comments in messages:
            identity, context = _identity(function, texts)
            if identity and all(isinstance(part, str) for part in identity if isinstance(identity, tuple)):
                where = [(path.relative_to(base).as_posix(), line)]
                catalogue.add(identity, locations=where, auto_comments=comments, context=context)
    return catalogue


def write() -> None:
    """Bring the catalogue of each language up to date with the sources."""
    wanted = gather()
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale=language, project="ceasefire", charset="utf-8", fuzzy=False)
        if path.exists():
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, sort_by_file=True, omit_header=False)


def _sources(base: Path) -> Iterator[tuple[Path, Iterator]]:
    for folder in ("ceasefire", "tracker"):
        for path in sorted((base / folder).rglob("*.py")):
            yield path, extract_python(path.open("rb"), KEYWORDS, [COMMENT], {})
    for path in sorted((base / "tracker" / "static").rglob("*.js")):
        yield path, extract_javascript(path.open("rb"), KEYWORDS, [COMMENT], {})
    for folder in ("templates", "tracker/templates"):
        for pattern in ("*.html", "*.txt", "*.xml", "*.svg"):
            for path in sorted((base / folder).rglob(pattern)):
                yield path, _from_template(path)


def _from_template(path: Path) -> Iterator[tuple]:
    """Django turns a template into calls of gettext, one on a line, which is then read line by line."""
    for number, line in enumerate(templatize(path.read_text(), origin=str(path)).splitlines(), 1):
        for _, function, texts, comments in extract_python(
            io.BytesIO(line.strip().encode()), KEYWORDS, [COMMENT], {}
        ):
            yield number, function, texts, comments


def _identity(function: str, texts: object) -> tuple[object, str | None]:
    """The text (or singular and plural) and the context of one call."""
    parts = list(texts) if isinstance(texts, tuple) else [texts]
    specification = KEYWORDS.get(function)
    context = parts.pop(0) if specification and isinstance(specification[0], tuple) else None
    plural = specification is not None and len([part for part in specification if isinstance(part, int)]) > 1
    return (tuple(parts[:2]) if plural else parts[0]), context


def _text(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


if __name__ == "__main__":
    if sys.argv[1:] == ["--gather"]:
        write()
    else:
        sys.exit("\n".join(problems()) or 0)
