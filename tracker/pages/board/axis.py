"""One axis of a chart, in per cent of the width that the chart gets; it runs from the right in Arabic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Number = float | datetime


@dataclass(frozen=True)
class Axis:
    """Maps moments or figures between two ends to per cent; what lies beyond is drawn at the edge."""

    start: Number
    end: Number
    rtl: bool = False

    def share(self, value: Number) -> float:
        """Where a value lies between the two ends, 0 to 1, in reading direction."""
        length = self.end - self.start  # type: ignore[operator]
        share: Any = (value - self.start) / length if length else 0.0  # type: ignore[operator]
        return min(1.0, max(0.0, float(share)))

    def at(self, value: Number) -> str:
        """The value's place as an SVG attribute."""
        share = self.share(value)
        return per_cent(1 - share if self.rtl else share)

    def bar(self, first: Number, last: Number) -> dict[str, str]:
        """``x`` and ``width`` of a bar between two values."""
        left, right = self.share(first), self.share(last)
        return {"x": per_cent(1 - right if self.rtl else left), "width": per_cent(max(0.0, right - left))}


def per_cent(share: float) -> str:
    """0.5 as "50%": as short as exactness to a hundredth allows."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def round_end(highest: int) -> int:
    """A round figure not below ``highest`` that divides by four: 62 → 80, 80 → 80, 130 → 200."""
    size = 4
    while True:
        for factor in (1, 2, 3, 5):
            if highest <= size * factor:
                return size * factor
        size *= 10
