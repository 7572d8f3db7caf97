"""Referring to a version of a case: as a line of text, and as BibTeX and RIS for reference managers.

Both formats are lines with marks. Whatever people typed becomes one line of visible signs, and the marks of the format
in it are made harmless, so that a title can't end its own field and begin another (TRUST 12).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}


@dataclass(frozen=True)
class Cited:
    """What is referred to. `kind` is what such a text is called, `version` as people read it: "version 3"."""

    key: str
    authors: tuple[str, ...]
    year: str
    title: str
    version: str
    kind: str
    site: str
    url: str
    language: str
    abstract: str


def text(cited: Cited) -> str:
    """Return a reference in the order of APA: authors, year, title, version and kind, site, address."""
    authors = [one_line(name) for name in cited.authors]
    names = " & ".join(filter(None, (", ".join(authors[:-1]), authors[-1]))) if authors else ""
    year = f"({cited.year})."
    start = f"{names} {year} {one_line(cited.title)}" if names else f"{one_line(cited.title)} {year}"
    return f"{start} ({cited.version}) [{cited.kind}]. {one_line(cited.site)}. {cited.url}"


def bibtex(cited: Cited) -> str:
    """Return a version as a BibTeX entry."""
    fields = {
        "author": _authors(cited.authors),
        "title": f"{{{_tex(cited.title)}}}",
        "year": _tex(cited.year),
        "version": _tex(cited.version),
        "howpublished": _tex(cited.kind),
        "publisher": _tex(cited.site),
        "language": _tex(cited.language),
        "url": re.sub(r"[{}\\\s]", "", cited.url),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{re.sub('[^a-z0-9-]', '', cited.key)},\n" + ",\n".join(lines) + "\n}\n"


def ris(cited: Cited) -> str:
    """Return a version as a RIS record; its lines end as RIS wants them."""
    fields = [
        ("TY", "RPRT"),
        *(("AU", name) for name in cited.authors),
        ("PY", cited.year),
        ("TI", cited.title),
        ("ET", cited.version),
        ("M3", cited.kind),
        ("PB", cited.site),
        ("LA", cited.language),
        ("AB", cited.abstract),
        ("UR", cited.url),
    ]
    lines = [f"{name}  - {one_line(value)}" for name, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def one_line(words: str) -> str:
    """Return a text as one line, without signs that do not show or turn the line about."""
    shown = "".join(
        " " if unicodedata.category(sign)[0] in "CZ" and sign != "\u00ad" else sign for sign in words
    )
    return " ".join(shown.replace("\u00ad", "").split())


def _tex(words: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in one_line(words))


def _authors(names: Sequence[str]) -> str:
    # A name in braces is one name, whatever stands in it: BibTeX parts names at " and " and at commas.
    return " and ".join(f"{{{_tex(name)}}}" for name in names)
