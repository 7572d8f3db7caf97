"""Markdown to clean HTML, and to plain text.

What people write is never trusted: markdown-it-py runs without raw HTML and without images (an image from elsewhere
would tell its host who reads the page), and nh3 then lets through only the few tags below. Either of the two would do
alone; together one may fail.
"""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
} | {
    "s",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
HIGHEST_HEADING = 3
"""A page has a title (h1) and sections (h2); the headings of a text begin below those."""

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+)", re.MULTILINE)
_RULER = re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE)
_EMPHASIS = re.compile(r"\*+|~~|`+|(?<!\w)_+|(?<!_)_+(?!\w)|\\(?=[\W_])")
_MARKS = re.compile(r"[*~`_\\]")


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, max(HIGHEST_HEADING, int(token.tag[1:]) + 1))}"


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    reader.disable(["image", "html_block", "html_inline"])
    reader.core.ruler.push("lower_headings", _lower_headings)
    return reader


def markdown(text: str) -> Markup:
    """Return Markdown as safe HTML; an empty text gives empty markup."""
    if not text.strip():
        return Markup()
    html = nh3.clean(
        _reader().render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(html)  # noqa: S704 - nh3 has cleaned it


def plain(text: str) -> str:
    """Return Markdown as one line of plain text, for the index, snippets and descriptions.

    It strips the marks of Markdown by pattern instead of parsing: forty times as fast, and a mark that slips through
    is harmless, since whoever shows the text escapes it.
    """
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    text = _LINE_MARK.sub("", _RULER.sub(" ", text))
    if _MARKS.search(text):  # ten times as quick as looking for what they may mean
        text = _EMPHASIS.sub("", text)
    return " ".join(text.split())


def shortened(text: str, length: int) -> str:
    """Return plain text cut at a word to at most `length` characters, with an ellipsis when it was cut."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[length // 2 :] else cut).rstrip(" ,;:.–-") + "…"
