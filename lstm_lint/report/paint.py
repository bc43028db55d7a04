"""Colour for terminals, or none."""

from __future__ import annotations

from dataclasses import dataclass

_CODES = {"bold": "1", "dim": "2", "red": "1;31", "yellow": "1;33", "blue": "1;34", "cyan": "36", "green": "32"}


@dataclass(frozen=True, slots=True)
class Paint:
    """Paints text when ``colour`` is set, else gives it back."""

    colour: bool = False

    def __call__(self, text: str, style: str) -> str:
        """``text`` in a style."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and text else text
