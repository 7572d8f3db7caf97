"""A list a page at a time: which rows, and the ways to the other pages. All state is in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kb.web.pieces import PagerView

PER_PAGE = 50
MOST_PAGES = 100_000
"""A page number beyond this is read as this: no list is that long, and the database's numbers end."""

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Paging:
    """Which page of a list is asked for."""

    page: int
    per_page: int = PER_PAGE

    @classmethod
    def read(cls, text: str) -> Paging:
        """Return the page that an address names; the first when it names none that can be."""
        page = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004 - longer is nonsense
        return cls(min(max(page, 1), MOST_PAGES))

    @property
    def offset(self) -> int:
        """Return how many rows come before this page."""
        return (self.page - 1) * self.per_page

    def view(self, total: int, path: str, parameters: Parameters) -> PagerView:
        """Return the ways to the other pages of a list of `total` rows."""
        pages = max(1, -(-total // self.per_page))

        def address(page: int) -> str:
            return with_parameters(path, [*parameters, *([("page", str(page))] if page > 1 else [])])

        shown = sorted({1, pages, *range(self.page - 1, self.page + 2)} & set(range(1, pages + 1)))
        links: list[tuple[str, str | None, bool]] = []
        for before, page in zip([0, *shown], shown, strict=False):
            if page > before + 1:
                links.append(("…", None, False))
            links.append((str(page), address(page), page == self.page))
        return PagerView(
            previous_url=address(min(self.page - 1, pages)) if self.page > 1 else None,
            next_url=address(self.page + 1) if self.page < pages else None,
            links=tuple(links),
        )


def with_parameters(path: str, parameters: Parameters) -> str:
    """Return an address with those of the parameters that have a value."""
    given = [(name, value) for name, value in parameters if value]
    return f"{path}?{urlencode(given)}" if given else path
