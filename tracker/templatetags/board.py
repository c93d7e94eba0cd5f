"""Tags and filters of the pages: states, words, and names in the reader's language."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracker.pages.board.tones import tone
from tracker.services import formats, sentences

register = template.Library()

OWN_NAMES = {"en": "English", "fr": "Français", "ar": "العربية", "ru": "Русский"}


@register.simple_tag
def languages() -> list[dict[str, str]]:
    """The four languages, each by its own name."""
    return [{"code": code, "name": OWN_NAMES[code]} for code, _ in settings.LANGUAGES]


@register.simple_tag
def state(code: str, prefix: str = "") -> SafeString:
    """A state as colour, shape and word; ``prefix`` tells apart codes that mean two things (``ruling``)."""
    return format_html(
        '<span class="state {}">{}</span>', tone(code, prefix), capitalised(sentences.word(code))
    )


@register.filter
def word(code: str) -> str:
    """The word of a code."""
    return sentences.word(code)


@register.filter
def capitalised(text: Any) -> str:
    """The text with its first letter large, the rest as it is."""
    said = str(text)
    return said[:1].upper() + said[1:]


@register.filter
def named(names: Any) -> str:
    """A name by language code, in the reader's language."""
    return formats.name_of(names)


@register.filter
def figure(number: Any) -> str:
    """A figure as the language writes it."""
    return "" if number is None else formats.format_number(number)


@register.filter
def key(mapping: dict[Any, Any], name: Any) -> Any:
    """One entry of a mapping."""
    return mapping.get(name)
