"""The case format there and back again: write → read → write gives the same bytes, whatever the texts hold."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.cases.format import Fault, Record, check, chunks, read, write, yaml_text
from kb.cases.format.reader import Format
from tests.cases.examples import FULL, MINIMAL, THEMES

FORMATS: tuple[Format, ...] = ("jsonl", "json", "yaml")


def written(cases: Iterable[Mapping[str, Any]], form: Format) -> bytes:
    stream = io.BytesIO()
    write(cases, stream, form)
    return stream.getvalue()


def read_back(content: bytes, form: Format, folder: Path) -> list[dict[str, Any]]:
    path = folder / f"cases.{form}"
    path.write_bytes(content)
    found = list(read(path, themes=THEMES))
    assert [str(item) for item in found if isinstance(item, Fault)] == []
    return [item.data for item in found if isinstance(item, Record)]


NASTY = [
    " leading space",
    "  two\n leading spaces\nin lines",
    "trailing space ",
    "ends in one\n",
    "ends in three\n\n\n",
    "\nstarts with a line end",
    "\n",
    "a\n\n\nb",
    "a\n   \nb  \n",
    "---",
    "--- \n...\n---\n",
    "...",
    "# kop\n\n- een: twee\n# staart",
    "a: b",
    "a #b",
    "tab\there",
    "\ttab first\n\tand second",
    "a\n\tb\n",
    "😀 emoji 👩‍👩‍👧\n🏘️",
    "next\x85line",
    "line\u2028sep\u2029par\nx",
    "\ufeffmark\nin \ufeff text",
    "\x7f\x80\x9f\xa0\ufffe\uffff\nx",
    "x" * 20_000,
    ("woord " * 4_000 + "\n") * 2,
    "no",
    "No",
    "off",
    "y",
    "1e3",
    "0x1",
    "1_0",
    "2016-11-26",
    "12",
    "-1.5",
    "~",
    "null",
    "Null",
    "true",
    "=",
    "<<",
    ".nan",
    "- a",
    "? a",
    "? a\n: b",
    ":",
    "| x\n  y",
    "> x",
    "'quoted'",
    '"quoted"',
    "back\\slash \\n\nx",
    "{a: 1}",
    "[a]",
    "@a",
    "`a`",
    "%a",
    "&a b",
    "*a* b\nc",
    "!a",
    "</script><!--",
    "e\u0301 é",
    "a,b",
    "a.",
    "a: ",
    "\\",
    "\u200b",
]
ATOMS = [
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "a",
    "b c",
    *NASTY[:3],
    "---",
    "#",
    " #",
    ": ",
    "- ",
    "\x85",
    "\u2028",
    "😀",
    "'",
    '"',
]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("form", FORMATS)
class TestRoundTrip:
    @pytest.fixture(autouse=True)
    def _loader(self, monkeypatch: pytest.MonkeyPatch, loader: str) -> None:
        monkeypatch.setattr(yaml_text, "_LOADER", getattr(yaml, loader, yaml.SafeLoader))

    def same(self, cases: list[dict[str, Any]], form: Format, folder: Path) -> None:
        wanted = [check(case, themes=THEMES)[0] for case in cases]
        assert all(wanted)
        content = written(cases, form)
        data = read_back(content, form, folder)
        assert data == wanted
        assert written(data, form) == content

    def test_plain_cases(self, form: Format, tmp_path: Path) -> None:
        self.same([MINIMAL, FULL, MINIMAL | {"title": "Derde"}], form, tmp_path)

    def test_no_cases(self, form: Format, tmp_path: Path) -> None:
        self.same([], form, tmp_path)

    def test_nasty_texts(self, form: Format, tmp_path: Path) -> None:
        cases = [nasty_case(number, text) for number, text in enumerate(NASTY)]
        self.same(cases, form, tmp_path)

    def test_chance_texts(self, form: Format, tmp_path: Path) -> None:
        chance = random.Random(11)  # noqa: S311 - the same chance each time
        texts = ["".join(chance.choices(ATOMS, k=chance.randint(1, 8))) for _ in range(150)]
        self.same([nasty_case(number, text) for number, text in enumerate(texts)], form, tmp_path)


def nasty_case(number: int, text: str) -> dict[str, Any]:
    """Return a case with the text in every kind of place: required ones get a letter when the text is blank."""
    solid = text if text.strip() else text + "q"
    return {
        "slug": f"s{number}",
        "title": (solid if solid[:300].strip() else "q")[:300],
        "story": solid,
        "place": text[:200],
        "authors": [solid[:299] + "q", "q" + solid[:299]],
        "challenges": [{"title": "q" + text[:200], "cause": text}],
        "lessons": [{"statement": "q" + text[:1000], "explanation": text}],
        "translations": {"no": {"title": text[:300], "lessons": {"0": {"statement": text[:2000]}}}},
    }


class TestWrite:
    def test_leaves_out_what_is_empty_and_keeps_the_order(self) -> None:
        shuffled = dict(reversed(MINIMAL.items())) | {"licence": "", "themes": [], "latitude": 0.0}
        assert written([shuffled], "jsonl").decode() == (
            '{"slug": "een-straat", "title": "Een straat", "summary": "Kort.", "language": "nl", "latitude": 0.0, '
            '"status": "published"}\n'
        )

    def test_json_is_a_readable_list(self) -> None:
        lines = written([MINIMAL, FULL], "json").decode().split("\n")
        assert lines[:4] == ["[", "  {", '    "slug": "een-straat",', '    "title": "Een straat",']
        assert lines[-3:] == ["  }", "]", ""]

    def test_yaml_is_what_a_person_would_write(self) -> None:
        text = written([FULL], "yaml").decode()
        assert text.startswith("---\nslug: duiven-west\ntitle: Duiven-West\n")
        assert "\nstory: |\n  # Begin\n\n  Een *wijkschouw*.\nlanguage: nl\n" in text
        assert '\n  - date: "2016-11-26"\n    precision: day\n' in text
        assert '\n    lessons:\n      "0":\n        statement: Say it.\n' in text

    @pytest.mark.parametrize("form", FORMATS)
    def test_is_utf8_without_escapes_or_carriage_returns(self, form: Format) -> None:
        content = written([MINIMAL | {"story": "café 😀\r\nx"}], form)
        assert "café 😀" in content.decode()
        assert b"\r" not in content
        assert b"\\r" not in content

    @pytest.mark.parametrize("form", FORMATS)
    def test_goes_a_case_at_a_time(self, form: Format) -> None:
        endless = (MINIMAL | {"slug": f"s{number}"} for number in count())
        assert "s49" in list(islice(chunks(endless, form), 50))[-1]

    @pytest.mark.parametrize(
        ("case", "why"),
        [
            (MINIMAL | {"storey": "x"}, "storey"),
            ({"summary": "x"}, "title"),
            (MINIMAL | {"story": "a\0b"}, "story: holds a NUL byte"),
            (MINIMAL | {"partners": [{"url": None}]}, "name"),
            (FULL | {"slug": "x", "latitude": float("nan")}, "JSON compliant"),
        ],
    )
    def test_refuses_what_could_not_be_read_back(self, case: dict[str, Any], why: str) -> None:
        with pytest.raises(ValueError, match=why):
            written([case], "jsonl")
