"""Numbers as JSON writes them, for both parsers: what is too large to be kept is said, not rounded to infinity."""

from __future__ import annotations

import math

from kb.cases.format.faults import Unreadable, shortened

_MOST_DIGITS = 18
"""Whole numbers of up to 18 digits fit in 64 bits everywhere."""


def whole(text: str) -> int | Unreadable:
    """Return the whole number that the text spells."""
    return int(text) if len(text.lstrip("-")) <= _MOST_DIGITS else _too_large(text)


def decimal(text: str) -> float | Unreadable:
    """Return the number with a fraction or an exponent that the text spells."""
    number = float(text)
    return number if math.isfinite(number) else _too_large(text)


def not_a_number(text: str) -> Unreadable:
    """Return what stands for NaN and Infinity, which some programs write into JSON."""
    return Unreadable(f"{text} is not a number that JSON knows")


def _too_large(text: str) -> Unreadable:
    return Unreadable(f"the number {shortened(text, 30)} is too large")
