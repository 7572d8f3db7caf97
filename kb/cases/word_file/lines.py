"""The lines of a section, and what one line becomes: a lesson, a source, a moment.

People make lists in many ways: with Word's own list, one paragraph each, line ends within a paragraph, dashes typed by
hand. All of them are lines here: a bit of Markdown, the same as plain text, and where its links lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kb.cases.content import Content, empty_row
from kb.cases.word_file.dates import dated
from kb.cases.word_file.headings import Topic, topic
from kb.markup import plain

Piece = Mapping[str, Any]
LONGEST_LINE = 300
"""Characters up to which a text counts as one line: a title, a lesson's statement."""

_BREAK = re.compile(r"\\\n")
_BULLET = re.compile(r"^\s*(?:\\?[-*+•·–▪●]|\\?o(?=\s))\s+")
_BOLD = re.compile(r"\*\*((?:[^*\\]|\\.)+)\*\*(?P<turn>\s*[:.–—-]?)", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'“‘*\[À-Ý])")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_READ_ON = re.compile(
    r"\b(?:geraadpleegd|bekeken|gelezen|accessed|retrieved)(?:\s+(?:op|on))?:?\s+([^)\]]+?)[)\].\s]*$",
    re.IGNORECASE,
)


_READ_ON_WITHIN = 100
"""Characters from the end within which it stands when a source was read."""


class Line(NamedTuple):
    """One line of a section."""

    text: str
    plain: str
    links: tuple[str, ...] = ()

    @property
    def bold(self) -> str:
        """What it begins with in bold, as plain text."""
        found = _BOLD.match(self.text)
        return plain(found[1]).strip(" :") if found else ""

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        found = _BOLD.fullmatch(self.text)
        return bool(found)

    def after_bold(self) -> Line:
        """Return what stands after the words in bold."""
        return self._from(_BOLD.sub("", self.text, count=1).lstrip(" :"))

    def label(self) -> tuple[Topic, Line] | None:
        """Return what the line is about and what it says of that, when it begins so ("Oorzaak: niemand …")."""
        if self.bold:
            rest = self.after_bold()
            about = topic(self.bold)
            if about and about.rest:  # "**Les 1: begin klein.** Dan …"
                return about._replace(rest=""), self._from(f"**{about.rest}** {rest.text}".strip())
            return (about, rest) if about else None
        lead, turn, rest_text = self.text.partition(":")
        about = topic(plain(lead)) if turn and len(lead) <= LONGEST_LINE and "\n" not in lead else None
        return (about, self._from(rest_text.strip())) if about and not about.rest else None

    def _from(self, text: str) -> Line:
        return Line(text, plain(text), self.links)


def lines_of(piece: Piece) -> Iterator[Line]:
    """Yield the lines of a paragraph or a list; a table is no line."""
    if piece["kind"] == "table":
        return
    for item in piece.get("items", [piece]):
        parts = _BREAK.split(item["text"])
        if len(parts) == 1 or "items" in piece:
            text = _BULLET.sub("", item["text"])
            told = item["plain"] if text == item["text"] else plain(text)
            yield Line(text, told, tuple(item["links"]))
            continue
        for part in parts:
            text = _BULLET.sub("", part).strip()
            if text:
                yield Line(text, plain(text), tuple(link for link in item["links"] if link in part))


def is_intro(line: Line) -> bool:
    """Tell whether a line only leads up to what follows."""
    return line.plain.endswith(":")


def split(line: Line) -> tuple[str, str]:
    """Return a line as one short plain text and the rest in Markdown."""
    if line.bold and not line.is_bold:
        found = _BOLD.match(line.text)
        rest = line.after_bold().text
        ended = found is not None and (found["turn"].strip() or found[1].rstrip()[-1:] in ":.!?")
        if ended or "\n" in rest:
            return line.bold, rest
    first, _, more = line.text.partition("\n")
    if not more and len(line.plain) <= LONGEST_LINE:
        return line.plain, ""
    if len(plain(first)) <= LONGEST_LINE:
        return plain(first), more.strip()
    sentences = _SENTENCE.split(first, maxsplit=1)
    rest = "\n\n".join(part for part in (*sentences[1:], more.strip()) if part)
    return plain(sentences[0]), rest


def lesson(key: str, line: Line, challenge: str = "") -> Content:
    """Return a line as a lesson."""
    labelled = line.label()
    if labelled and labelled[0].word == "lesson" and labelled[1].text:
        line = labelled[1]
    statement, explanation = split(line)
    return {
        **empty_row("lessons", key),
        "statement": statement,
        "explanation": explanation,
        "challenge": challenge,
    }


def source(line: Line) -> Content:
    """Return a line as a source: its first address apart, and when it was read if it says so."""
    row = empty_row("sources")
    text = line.plain
    tail = max(0, len(text) - _READ_ON_WITHIN)
    read = _READ_ON.search(text, tail)
    if read and (date := dated(read[1])) and len(date[0]) == len("2016-11-26") and not date[1]:
        row["accessed"], text = date[0], text[: read.start()].rstrip(" ,;([")
    bare = [found.rstrip(".,;:)]") for found in _URL.findall(text)]
    urls = list(
        dict.fromkeys([*(link for link in line.links if link.startswith("http")), *map(_address, bare)])
    )
    for url in dict.fromkeys(bare):
        if _address(url) == urls[0]:
            text = text.replace(url, " ")
    typed = {_address(url) for url in bare}
    more = [url for url in urls[1:] if url not in typed]
    row["url"] = urls[0] if urls else ""
    text = re.sub(r"\(\s*\)|\[\s*\]|<\s*>", " ", " ".join([text, *more]))
    row["title"] = " ".join(text.split()).strip(" ,;:–—-") or row["url"]
    return row


def _address(url: str) -> str:
    return url if url.lower().startswith("http") else f"https://{url}"


def moment(line: Line) -> Content:
    """Return a line as an entry of the timeline; what has no date that can be read keeps its whole text."""
    date, what = dated(line.plain)
    return {**empty_row("timeline"), "date": date, "what": what}
