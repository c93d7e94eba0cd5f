"""The kinds of field that the desk's forms are made of.

A field only reads what was typed; whether it may stand is said by ``tracker.intake.report_document``. So
what cannot be read as a number stays the text that it is, and the document refuses it at its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOT_CHOSEN = _("not said")


class Line(forms.CharField):
    """A line of text; None where nothing was typed."""

    def __init__(self, **options: Any):
        super().__init__(**{"required": False, "empty_value": None, **options})
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs.setdefault("dir", "auto")


class Prose(Line):
    """Text of several lines, the ends of lines as ``\\n``."""

    def __init__(self, rows: int = 3, **options: Any):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str | None:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class Lines(Prose):
    """A list, one item on each line; None where there is none."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return [line.strip() for line in text.split("\n") if line.strip()] if text else None


class Figures(Line):
    """What is typed in digits of any script, and is read from left to right in every language."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.widget.attrs.update({"dir": "ltr", "class": "figures"})


class Whole(Figures):
    """A whole number; the text as typed where it is none."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "numeric")

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return int(text) if text and re.fullmatch(r"-?\d{1,18}", text) else text


class Degrees(Figures):
    """A number with a point or a comma; the text as typed where it is none."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        plain = (text or "").replace("−", "-").replace(",", ".").replace("٫", ".")
        return float(plain) if re.fullmatch(r"[-+]?\d{1,9}(\.\d{1,15})?", plain) else text


class Choice(Line):
    """One of several codes. ``words``: the word of each; ``blank``: the word for choosing none."""

    def __init__(self, words: Mapping[Any, Any] | None = None, blank: Any = NOT_CHOSEN, **options: Any):
        super().__init__(widget=forms.Select(), **options)
        del self.widget.attrs["dir"]
        self.blank = blank
        self.offer((words or {}).items())

    def offer(self, choices: Any) -> None:
        """Set what may be chosen: pairs of code and word, or of a heading and such pairs."""
        self.widget.choices = [*([] if self.blank is None else [("", self.blank)]), *choices]


class NumberedChoice(Choice):
    """One of several codes that are whole numbers."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return int(text) if text and text.isdigit() and len(text) < 4 else text


class YesOrNo(Choice):
    """Yes, no, or not said: true, false or None; with ``cannot_say`` also that the source cannot say."""

    CANNOT_SAY = "cannot_say"

    def __init__(self, cannot_say: bool = False, **options: Any):
        words = {"yes": _("yes"), "no": _("no")}
        super().__init__(
            words={**words, self.CANNOT_SAY: _("cannot say")} if cannot_say else words, **options
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text == "yes" if text in ("yes", "no") else text


class Tick(forms.BooleanField):
    """A box to tick: true or false."""

    def __init__(self, **options: Any):
        super().__init__(**{"required": False, **options})


class Several(forms.Field):
    """Any number of codes, ticked; None where there is none."""

    def __init__(self, **options: Any):
        super().__init__(**{"required": False, "widget": forms.CheckboxSelectMultiple(), **options})

    def offer(self, choices: Any) -> None:
        self.widget.choices = list(choices)

    def to_python(self, value: Any) -> Any:
        return list(value) if value else None
