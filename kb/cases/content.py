"""The content of a draft: a case as somebody types it, which may be incomplete or wrong and is kept all the same.

It has the fields of the case format, but each value is text as typed, so that nothing typed is ever lost: a year may be
"20x6", a lesson may have no statement yet. Rows carry keys, so that they stay themselves when they move: a challenge its
key of the format, a lesson the number of its row in the tables (its address hangs on that) or n1, n2 … while it is new.

    title summary story language place municipality province country latitude longitude scale period_start period_end
    licence                 text
    themes participants     lists of words
    topics methods          keywords, separated by commas
    authors                 one on a line
    partners                rows: name, url
    challenges              rows: key, title, cause, cause_unknown, approach, outcome, status, themes
    lessons                 rows: key, statement, explanation, challenge (a key), themes, perspectives, origin, translations
    timeline                rows: date (2016, 2016-11 or 2016-11-26), what
    sources                 rows: title, url, publisher, accessed
    attachments             rows: key, title, maker, licence, alt
    translations            as in the format, but for its lessons: nobody types them here, they go along
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kb.cases.format import Slip, check
from kb.cases.records import Record

Content = dict[str, Any]

TEXTS = (
    "title",
    "summary",
    "story",
    "language",
    "place",
    "municipality",
    "province",
    "country",
    "latitude",
    "longitude",
    "scale",
    "period_start",
    "period_end",
    "licence",
    "topics",
    "methods",
    "authors",
)
LISTS = ("themes", "participants")
ROWS: dict[str, tuple[str, ...]] = {
    "partners": ("name", "url"),
    "challenges": ("key", "title", "cause", "cause_unknown", "approach", "outcome", "status", "themes"),
    "lessons": ("key", "statement", "explanation", "challenge", "themes", "perspectives", "origin"),
    "timeline": ("date", "what"),
    "sources": ("title", "url", "publisher", "accessed"),
    "attachments": ("key", "title", "maker", "licence", "alt"),
}
"""The repeatable rows and their fields."""
ROW_LISTS = frozenset({"themes", "perspectives"})
"""Fields of rows that hold a list of words."""
_DATE_LENGTHS = {"day": 10, "month": 7, "year": 4}
_NOT_TYPED = frozenset(
    {"key", "cause_unknown", "themes", "perspectives", "origin", "challenge", "status", "licence"}
)
"""Fields that do not make a row more than empty."""


def empty_row(name: str, key: str = "") -> Content:
    """Return a new row of a list; `key` is its key where rows have one."""
    row: Content = {field: [] if field in ROW_LISTS else "" for field in ROWS[name]}
    if "key" in row:
        row["key"] = key
    if name == "lessons":
        row.update(origin="stated", translations={})
    return row


def empty_content(language: str = "nl") -> Content:
    """Return the content of a case of which nothing was written yet."""
    return {
        **dict.fromkeys(TEXTS, ""),
        **{name: [] for name in (*LISTS, *ROWS)},
        "language": language,
        "country": "NL",
        "licence": "CC-BY-4.0",
        "translations": {},
    }


def next_key(rows: Iterable[Mapping[str, Any]], letter: str) -> str:
    """Return a key that no row of these has: the letter with the next number."""
    numbers = [int(m[1]) for row in rows if (m := re.fullmatch(rf"{letter}([0-9]{{1,6}})", str(row["key"])))]
    return f"{letter}{max(numbers, default=0) + 1}"


def content_of(
    record: Record, lesson_keys: Sequence[str] = (), attachments: Sequence[Mapping[str, str]] = ()
) -> Content:
    """Return the content that stands for a complete record.

    `lesson_keys` are the keys of its lessons, in order (n1, n2 … without); `attachments` their rows.
    """
    content = empty_content()
    for name in TEXTS:
        if name in record:
            content[name] = _text(record[name])
    content["authors"] = "\n".join(record["authors"])
    for kind, name in (("topic", "topics"), ("method", "methods")):
        content[name] = ", ".join(tag["name"] for tag in record["tags"] if tag["kind"] == kind)
    content["themes"], content["participants"] = list(record["themes"]), list(record["participants"])
    content["partners"] = [
        {name: _text(row[name]) for name in ROWS["partners"]} for row in record["partners"]
    ]
    content["challenges"] = [
        {
            **{name: _text(row[name]) for name in ("key", "title", "cause", "approach", "outcome", "status")},
            "cause_unknown": "" if row["cause"] else "yes",
            "themes": list(row["themes"]),
        }
        for row in record["challenges"]
    ]
    keys = list(lesson_keys) or [f"n{number}" for number, _row in enumerate(record["lessons"], start=1)]
    content["lessons"] = [
        {
            "key": key,
            **{name: _text(row[name]) for name in ("statement", "explanation", "challenge", "origin")},
            "themes": list(row["themes"]),
            "perspectives": list(row["perspectives"]),
            "translations": {
                language: dict(told["lessons"][str(at)])
                for language, told in record["translations"].items()
                if str(at) in told["lessons"]
            },
        }
        for at, (key, row) in enumerate(zip(keys, record["lessons"], strict=True))
    ]
    content["timeline"] = [
        {"date": row["date"][: _DATE_LENGTHS[row["precision"]]], "what": row["what"]}
        for row in record["timeline"]
    ]
    content["sources"] = [{name: _text(row[name]) for name in ROWS["sources"]} for row in record["sources"]]
    content["attachments"] = [
        {name: _text(row.get(name)) for name in ROWS["attachments"]} for row in attachments
    ]
    content["translations"] = {
        language: {name: told[name] for name in ("title", "summary", "story")}
        for language, told in record["translations"].items()
    }
    return content


def record_from(content: Content, slug: str, *, status: str) -> Record:
    """Return the record that the content is meant as: trimmed, without empty rows; values that can't be read stay text.

    It need not be right: `checked` says.
    """
    lessons, challenges = _filled(content, "lessons"), _filled(content, "challenges")
    known = {row["key"] for row in challenges}
    told: dict[str, Any] = {
        language: {**texts, "lessons": {}} for language, texts in content["translations"].items()
    }
    for at, row in enumerate(lessons):
        for language, texts in row.get("translations", {}).items():
            empty: Record = {"title": "", "summary": "", "story": "", "lessons": {}}
            told.setdefault(language, empty)["lessons"][str(at)] = texts
    return {
        "slug": slug,
        **{
            name: _block(content[name]) if name == "story" else _trimmed(content[name])
            for name in TEXTS
            if name not in {"topics", "methods", "authors"}
        },
        **{name: _number(content[name], int) for name in ("period_start", "period_end")},
        **{name: _number(content[name].replace(",", "."), float) for name in ("latitude", "longitude")},
        "scale": content["scale"] or None,
        "language": content["language"] or "nl",
        "country": content["country"].strip() or None,
        "themes": list(content["themes"]),
        "tags": [
            {"name": name, "kind": kind}
            for kind, field in (("topic", "topics"), ("method", "methods"))
            for name in keywords(content[field])
        ],
        "participants": list(content["participants"]),
        "partners": [
            {"name": _trimmed(row["name"]), "url": _trimmed(row["url"]) or None}
            for row in _filled(content, "partners")
        ],
        "challenges": [
            {
                "key": row["key"],
                "title": _trimmed(row["title"]),
                **{name: _block(row[name]) for name in ("cause", "approach", "outcome")},
                "status": row["status"] or None,
                "themes": list(row["themes"]),
            }
            for row in challenges
        ],
        "lessons": [
            {
                "statement": _trimmed(row["statement"]),
                "explanation": _block(row["explanation"]),
                "challenge": row["challenge"] if row["challenge"] in known else None,
                "themes": list(row["themes"]),
                "perspectives": list(row["perspectives"]),
                "origin": row["origin"] or "stated",
            }
            for row in lessons
        ],
        "timeline": [
            {**_dated(_trimmed(row["date"])), "what": _trimmed(row["what"])}
            for row in _filled(content, "timeline")
        ],
        "sources": [
            {
                "title": _trimmed(row["title"]),
                "url": _trimmed(row["url"]) or None,
                "publisher": _trimmed(row["publisher"]),
                "accessed": _trimmed(row["accessed"]) or None,
            }
            for row in _filled(content, "sources")
        ],
        "authors": [name for line in content["authors"].splitlines() if (name := line.strip())],
        "status": status,
        "translations": told,
    }


def checked(content: Content, slug: str, *, status: str, themes: frozenset[str]) -> tuple[Record, list[Slip]]:
    """Return the content as a complete, right record and no slips; or an empty one and what is wrong with it."""
    return check(record_from(content, slug, status=status), themes=themes)


def lesson_keys(content: Content) -> list[str]:
    """Return the keys of the lessons that are in the record, in order."""
    return [row["key"] for row in _filled(content, "lessons")]


def is_empty(name: str, row: Mapping[str, Any]) -> bool:
    """Tell whether nobody typed anything in a row; choices alone don't count."""
    return not any(str(row[field]).strip() for field in ROWS[name] if field not in _NOT_TYPED)


def row_keys(content: Content) -> set[str]:
    """Return the keys of the lessons and challenges in a content."""
    return {row["key"] for name in ("lessons", "challenges") for row in content[name]}


def keywords(text: str) -> list[str]:
    """Return the keywords that stand in a text, separated by commas or line ends; each once."""
    return list(dict.fromkeys(word for part in re.split(r"[,;\n]", text) if (word := " ".join(part.split()))))


def _filled(content: Content, name: str) -> list[Content]:
    return [row for row in content[name] if not is_empty(name, row)]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _trimmed(text: str) -> str:
    return text.strip()


def _block(text: str) -> str:
    """Return a text of several lines as it is, with line feeds only; nothing when it is blank."""
    return text.replace("\r\n", "\n") if text.strip() else ""


def _number(text: str, kind: Callable[[str], float]) -> float | str | None:
    text = text.strip()
    try:
        return kind(text) if text else None
    except ValueError:
        return text


def _dated(text: str) -> Record:
    """Return a date as typed in the way of the format: the first day, and how exactly it is known."""
    if re.fullmatch(r"[0-9]{4}", text):
        return {"date": f"{text}-01-01", "precision": "year"}
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        return {"date": f"{text}-01", "precision": "month"}
    return {"date": text, "precision": "day"}
