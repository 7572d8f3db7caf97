"""The converter: a Word file on standard input, the pieces of its text as JSON on standard output.

It runs by itself (`reading` starts it), first takes away its own means, and imports nothing of ours. Each part of the
file is first read by a plain parser that stops at a DTD (from which entities would grow or files be read) and counts;
then mammoth makes HTML of it, and this module Markdown of that. Pictures are never opened and nothing outside is followed.

The answer: `{"title", "pieces": [...], "notes": [...], "left_out": {...}}`, or `{"refused": "dtd", "long" or "content"}`. A piece is
`{"kind": heading|title|paragraph|list|table, "level", "text" (Markdown), "plain", "links", "items", "rows"}`.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import signal
import sys
import zipfile
from collections import Counter
from typing import Any
from urllib.parse import quote
from xml.parsers import expat

SECONDS = 25
MEMORY = 1024 * 1024 * 1024
OUTPUT = 48 * 1024 * 1024
OPEN_FILES = 64
MAX_DEPTH = 150
MAX_ELEMENTS = 300_000
"""Elements of all parts together; a page of text has some two hundred."""
MAX_LINK = 2000
MAX_TITLE = 300
MAX_PARAGRAPHS = 20_000
"""Paragraphs, list items and cells together; a report of a hundred pages has some two thousand."""
MAX_CHARACTERS = 1_500_000
"""Characters of text of all parts together; three times what a story may have."""
COUNTED = {"oMath": "formulas", "OLEObject": "objects", "chart": "charts", "relIds": "charts"}

STYLES = """
p[style-name='Title'] => p.title:fresh
p[style-name='Titel'] => p.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name^='toc '] => p.contents:fresh
p[style-name^='TOC '] => p.contents:fresh
p[style-name='heading 7'] => h6:fresh
p[style-name='heading 8'] => h6:fresh
p[style-name='heading 9'] => h6:fresh
p[style-name='Kop 1'] => h1:fresh
p[style-name='Kop 2'] => h2:fresh
p[style-name='Kop 3'] => h3:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\xad\u202a-\u202e\u2066-\u2069]")
"""Characters that can't be seen and that no case may hold; soft hyphens only get in the way of finding a word."""
_LINK = re.compile(r"(?:https?://|mailto:)[^\x00-\x1f\x7f]+", re.IGNORECASE)
_SIGNS = re.compile(r"[\\*`]|~(?=~|$)|<(?=[A-Za-z/!?]|$)|&(?=#?\w{1,31};|$)|(?<![^\W_])_|_(?![^\W_])")
_NO_LINK = re.compile(r"\](?=[\[:]|\((?!https?://|mailto:))", re.IGNORECASE)
"""What a typed bracket must not become: a link of a kind we make none of."""
_LINE_START = re.compile(r"^([ \t]*)(?=(?:[-+]|#{1,6}|=+)(?:[ \t]|$)|>|-{3,}|={3,})", re.MULTILINE)
_NUMBER_START = re.compile(r"^([ \t]*\d{1,9})(?=[.)](?:[ \t]|$))", re.MULTILINE)


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """The file can't be read; the reason is a word of the answer."""


def take_away_means() -> None:
    """Limit what this process may use; a system that lacks a limit goes without it."""
    with contextlib.suppress(ImportError):
        import resource

        wanted = {
            "RLIMIT_CPU": SECONDS,
            "RLIMIT_AS": MEMORY,
            "RLIMIT_FSIZE": OUTPUT,
            "RLIMIT_NOFILE": OPEN_FILES,
        }
        for name, most in {**wanted, "RLIMIT_CORE": 0}.items():
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (most, most))
    if hasattr(signal, "alarm"):
        signal.alarm(SECONDS + 3)  # should nobody be left to end it


def shut_doors() -> None:
    """Let nothing that happens from here reach the network, start a program or write a file."""
    shut = (
        "socket.",
        "subprocess.",
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.system",
        "urllib.",
        "ftplib.",
    )

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if writes or event.startswith(shut):
            raise PermissionError(event)

    sys.addaudithook(guard)


class Counts:
    """What one look through the parts of the file tells."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.found: Counter[str] = Counter()
        self.title = ""
        self._depth = 0
        self._elements = 0
        self._length = 0
        self._paragraphs = 0
        self._deleted = 0
        for name in archive.namelist():
            self._part = name
            self._text = False
            self._in_title = False
            self._read(archive.read(name))
            if self._text and re.match(r"word/(?:header|footer)\d*\.xml", name):
                self.found["headers"] += 1

    def _read(self, part: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._depth = self._deleted = 0
        try:
            parser.Parse(part, True)
        except expat.ExpatError as error:
            raise Refused("content") from error

    def _doctype(self, *_arguments: Any) -> None:
        raise Refused("dtd")

    def _start(self, full: str, _attributes: dict[str, str]) -> None:
        name = full.rpartition(" ")[2]
        self._depth += 1
        self._elements += 1
        self._paragraphs += name == "p"
        if self._elements > MAX_ELEMENTS or self._paragraphs > MAX_PARAGRAPHS:
            raise Refused("long")
        if self._depth > MAX_DEPTH:
            raise Refused("content")
        if self._part == "word/comments.xml" and name == "comment":
            self.found["comments"] += 1
        elif name in COUNTED and self._part.startswith("word/document"):
            self.found[COUNTED[name]] += 1
        elif name == "delText":
            self.found["deletions"] += 1
        self._in_title = self._part == "docProps/core.xml" and name == "title"

    def _end(self, _full: str) -> None:
        self._depth -= 1
        self._in_title = False

    def _characters(self, text: str) -> None:
        self._text = self._text or bool(text.strip())
        self._length += len(text)
        if self._length > MAX_CHARACTERS:
            raise Refused("long")
        if self._in_title:
            self.title += text


def main() -> None:
    """Read the file and write the answer."""
    take_away_means()
    sys.setrecursionlimit(20_000)
    answer: dict[str, Any]
    try:
        answer = pieces_of(sys.stdin.buffer.read())
    except Refused as refused:
        answer = {"refused": str(refused)}
    except Exception:  # noqa: BLE001 - a file may break mammoth in any way; all of them mean that it can't be read
        answer = {"refused": "content"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))


def pieces_of(data: bytes) -> dict[str, Any]:
    """Return the pieces of a Word file's text."""
    import mammoth
    from bs4 import BeautifulSoup

    writer = _writer()
    shut_doors()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        counts = Counts(archive)

    def no_picture(image: Any) -> list[Any]:  # noqa: ARG001 - never opened, only counted
        counts.found["images"] += 1
        return []

    html = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=no_picture,
    ).value
    soup = BeautifulSoup(_FORBIDDEN.sub("", html), "html.parser")
    reader = _Reader(writer, counts.found)
    for node in list(soup.children):
        reader.take(node)
    left_out = {name: number for name, number in sorted(counts.found.items()) if number}
    title = " ".join(_FORBIDDEN.sub("", counts.title).split())[:MAX_TITLE]
    return {"title": title, "pieces": reader.pieces, "notes": reader.notes, "left_out": left_out}


class _Reader:
    """Turns the elements of the HTML into pieces, one after the other."""

    def __init__(self, writer: Any, found: Counter[str]) -> None:
        self.writer = writer
        self.found = found
        self.pieces: list[dict[str, Any]] = []
        self.notes: list[str] = []

    def take(self, node: Any) -> None:
        name = node.name
        if name is None:
            return
        if "contents" in node.get("class", ()):
            self.found["contents"] += 1
            return
        self._drop_links(node)
        if name == "ol" and re.match(r"(?:foot|end)note-", str(node.li and node.li.get("id"))):
            for item in node.find_all("li", recursive=False):
                self.notes.append(
                    re.sub(r"\s*↑$", "", self._markdown(item))
                )  # mammoth's way back to the text
        elif name in {"ul", "ol"}:
            items = [self._item(item) for item in node.find_all("li", recursive=False)]
            self._add("list", node, items=[item for item in items if item["text"]])
        elif name == "table":
            rows = [[self._item(cell) for cell in row.find_all(["td", "th"])] for row in node.find_all("tr")]
            self._add("table", node, rows=rows)
        elif re.fullmatch(r"h[1-6]", name):
            self._add("heading", node, level=int(name[1]))
        else:
            self._add("title" if "title" in node.get("class", ()) else "paragraph", node)

    def _add(self, kind: str, node: Any, **more: Any) -> None:
        item = self._item(node)
        if item["plain"]:
            self.pieces.append({"kind": kind, **item, **more})

    def _item(self, node: Any) -> dict[str, Any]:
        """Return the text of an element and where its links lead."""
        links = [link["href"] for link in node.find_all("a")]
        return {"text": self._markdown(node), "plain": _plain(node), "links": links}

    def _markdown(self, node: Any) -> str:
        """Return the element as Markdown; a list item or a cell without its own mark."""
        if node.name in {"li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"} or "title" in node.get(
            "class", ()
        ):
            text = "".join(self.writer.process_element(child, {"li"}) for child in node.children)
        else:
            text = self.writer.process_element(node, set())
        return _NO_LINK.sub(r"\\]", re.sub(r"\n{3,}", "\n\n", text)).strip()

    def _drop_links(self, node: Any) -> None:
        """Take away links that lead nowhere or to what no page may lead to; their text stays."""
        for link in node.find_all("a"):
            target = str(link.get("href", "")).strip()
            if _LINK.fullmatch(target) and len(target) <= MAX_LINK:
                link["href"] = quote(target, safe="%/:?#@!$&'*+,;=~-._")
                continue
            self.found["links"] += bool(target and not target.startswith("#"))
            link.unwrap()
        for mark in node.find_all(["sup", "sub", "a", "em", "strong", "s"]):
            if mark.name in {"sup", "sub"} or not mark.get_text(strip=True):
                mark.unwrap()  # it leaves no mark in Markdown, so what stands around it may join
        node.smooth()


def _plain(node: Any) -> str:
    breaks = {"br", "p", "li", "td", "th", "tr"}
    parts = [
        str(part) if part.name is None else " " if part.name in breaks else "" for part in node.descendants
    ]
    return " ".join("".join(parts).split())


def _writer() -> Any:
    """Return what makes Markdown of HTML; typed text stays as it is typed, whatever signs it holds."""
    from markdownify import MarkdownConverter

    base: Any = MarkdownConverter

    class Writer(base):  # type: ignore[misc]  # its stubs leave out what is overridden here
        def escape(self, text: str, parent_tags: Any) -> str:  # noqa: ARG002 - the base's signature
            return _SIGNS.sub(r"\\\g<0>", text)

        def convert_p(self, el: Any, text: str, parent_tags: Any) -> str:
            text = _NUMBER_START.sub(r"\1\\", _LINE_START.sub(r"\1\\", text))
            written: str = super().convert_p(el, text, parent_tags)
            return written

        def convert_input(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002 - the base's signature
            return "☑ " if el.has_attr("checked") else "☐ "

        def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:  # noqa: ARG002 - the base's signature
            return ""

    return Writer(heading_style="atx", bullets="-", newline_style="backslash", autolinks=False)


if __name__ == "__main__":
    main()
