"""Collections to search: generated cases with their lessons, and questions with their passages from a judged file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.generate import cases
from kb.search.documents import Document, Text

_SENTENCE = re.compile(r"[.!?][\"'\u201d\u2019)\]]*\s+(?=[A-Z0-9\"\u201c\u2018'(])")


@dataclass(frozen=True)
class Questions:
    """Passages by key, and questions with the key of the one passage that answers each."""

    name: str
    language: str
    passages: dict[str, str]
    questions: list[tuple[str, str]]


def generated(count: int) -> Iterator[Document]:
    """Yield so many generated cases and their lessons, with the facets that a search counts."""
    number = 0
    for case in cases(count):
        language = case["language"]
        shared = {
            "municipality": (case["municipality"],),
            "province": (case["province"],),
            "year": tuple(
                str(year) for year in range(case["period_start"], (case.get("period_end") or 2026) + 1)
            ),
            "tag": tuple(tag["name"] for tag in case["tags"]),
            "language": (language,),
        }
        told = [
            *(" ".join(_texts(row)) for row in case["challenges"]),
            *(" ".join(_texts(row)) for row in case["lessons"]),
        ]
        body = " ".join([case["summary"], case["story"], *told])
        facets = {**shared, "theme": tuple(case["themes"])}
        yield Document("case", case["slug"], (Text(language, case["title"], body),), facets, float(number))
        for lesson in case["lessons"]:
            number += 1
            text = Text(
                language, lesson["statement"], f"{lesson['explanation']} {case['title']} {case['place']}"
            )
            own = {"theme": tuple(lesson["themes"]), "perspective": tuple(lesson["perspectives"])}
            yield Document("lesson", str(number), (text,), {**shared, **own}, float(number))


def _texts(row: dict[str, Any]) -> Iterator[str]:
    return (
        value
        for name, value in row.items()
        if isinstance(value, str) and name not in {"key", "status", "origin"}
    )


def questions(path: Path, language: str = "nl") -> list[Questions]:
    """Return the collections of a file in the format of SQuAD: paragraphs with their questions, and the same by sentence.

    The passage of a sentence's question is the sentence in which its answer begins.
    """
    paragraphs: dict[str, str] = {}
    sentences: dict[str, str] = {}
    of_paragraphs: list[tuple[str, str]] = []
    of_sentences: list[tuple[str, str]] = []
    for context, asked in _contexts(json.loads(path.read_text(encoding="utf-8"))):
        paragraph = str(len(paragraphs))
        paragraphs[paragraph] = context
        of_paragraphs += [(question, paragraph) for question, _ in asked]
        start = 0
        for end in [*(match.end() for match in _SENTENCE.finditer(context)), len(context)]:
            key = str(len(sentences))
            sentences[key] = context[start:end]
            of_sentences += [(question, key) for question, at in asked if start <= at < end]
            start = end
    name = path.name.partition(".")[0]
    return [
        Questions(f"{name}, paragraphs", language, paragraphs, of_paragraphs),
        Questions(f"{name}, sentences", language, sentences, of_sentences),
    ]


def _contexts(data: Any) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Yield each paragraph with its questions and where their answers begin."""
    rows = data["data"] if isinstance(data, dict) else data
    if rows and "paragraphs" in rows[0]:
        for article in rows:
            for paragraph in article["paragraphs"]:
                yield (
                    paragraph["context"],
                    [(it["question"], it["answers"][0]["answer_start"]) for it in paragraph["qas"]],
                )
        return
    found: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        found.setdefault(row["context"], []).append((row["question"], row["answers"]["answer_start"][0]))
    yield from found.items()
