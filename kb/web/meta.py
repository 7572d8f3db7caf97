"""What a page says of itself to browsers, search engines and those who share it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from kb.config import Settings
from kb.markup import shortened
from kb.web import language, part
from kb.web.assets import asset

DESCRIPTION_LENGTH = 160


@dataclass(frozen=True)
class PageMeta:
    """A page's own data: for its head, its language switch and its share card."""

    title: str
    description: str
    canonical: str
    og_type: str
    image: str
    json_ld: Mapping[str, Any] | None
    language_links: tuple[tuple[str, str, str], ...]


def absolute(path: str) -> str:
    """Return the full address of a path on this site: at `KB_BASE_URL`, else at the host that was asked."""
    return (part(Settings).base_url or request.host_url.rstrip("/")) + path


def page_meta(
    title: str,
    description: str,
    *,
    path: str | None = None,
    og_type: str = "website",
    json_ld: Mapping[str, Any] | None = None,
) -> PageMeta:
    """Return the data of a page; `path` is its canonical path, its own when absent.

    A page that has nothing to say of itself beyond its title is described by that, to people and to programs.
    """
    description = description or f"{title} · {part(Settings).site_name}"
    return PageMeta(
        title=title,
        description=shortened(" ".join(description.split()), DESCRIPTION_LENGTH),
        canonical=absolute(language.own_path() if path is None else path),
        og_type=og_type,
        image=absolute(asset("img/share.png")),
        json_ld={"@context": "https://schema.org", **(json_ld or {"@type": "WebPage"})},
        language_links=language.links(),
    )
