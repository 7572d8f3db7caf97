"""What the pieces that many pages share are made of: frozen values, for the macros of the same name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TabView:
    """One of some ways to see the same list or search; `count` is None where it says nothing."""

    label: str
    count: int | None
    url: str
    current: bool


@dataclass(frozen=True)
class PagerView:
    """The ways to the other pages of a list; `links` are (label, address or None, whether it is this page)."""

    previous_url: str | None
    next_url: str | None
    links: tuple[tuple[str, str | None, bool], ...]
