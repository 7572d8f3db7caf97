"""The case format on bad days: whatever is in the file, one clear line each with file, line and field."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.cases.format import Fault, Record, check, read, reader, yaml_text
from kb.cases.format.reader import Format

THEMES = frozenset({"roles-partnership", "inclusion", "connecting", "organising"})
GOOD = {"title": "Goed", "story": "x"}
LONG = "x" * 10 * 2**20


def faults(path: str | Path, form: Format | None = None) -> list[Fault]:
    found = [item for item in read(path, themes=THEMES, format=form) if isinstance(item, Fault)]
    for fault in found:
        assert len(str(fault)) <= 300
        assert str(fault).isprintable()
    return found


def of(folder: Path, name: str, content: str | bytes) -> list[tuple[int | None, str | None, str]]:
    """Return (line, field, why) of each fault in a file with this content."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(fault.line, fault.field, fault.why) for fault in faults(folder / name)]


# One case with one thing wrong: what is wrong, the field that must be named, a part of the reason.
WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("no title", {"title": None}, "title", "null stands where text is expected"),
    ("blank title", {"title": " \t "}, "title", "is empty"),
    ("title too long", {"title": "x" * 301}, "title", "301 characters, at most 300"),
    ("ten megabytes", {"title": LONG}, "title", "10485760 characters, at most 300"),
    ("ten megabytes story", {"story": LONG}, "story", "10485760 characters, at most 500000"),
    ("empty story", {"story": ""}, "story", "a summary or a story is required"),
    ("blank summary and story", {"story": "\n", "summary": " "}, "summary", "a summary or a story is required"),
    ("number for text", {"place": 12}, "place", "12 is a number, not text; put quotes around it"),
    ("list for text", {"title": ["a"]}, "title", "a list stands where text is expected"),
    ("text for list", {"lessons": "x"}, "lessons", "'x' is text, not a list"),
    ("null for list", {"lessons": None}, "lessons", "null stands where a list is expected"),
    ("text for mapping", {"lessons": ["x"]}, "lessons[0]", "'x' is text, not a mapping of fields"),
    ("text for number", {"latitude": "52"}, "latitude", "'52' is text, not a number"),
    ("truth for number", {"latitude": True}, "latitude", "true is true or false, not a number"),
    ("text for year", {"period_start": "2016"}, "period_start", "'2016' is text, not a whole number"),
    ("fraction for year", {"period_start": 2016.5}, "period_start", "2016.5 is a number, not a whole number"),
    ("year too early", {"period_start": 999}, "period_start", "999 is less than 1000"),
    ("year too late", {"period_end": 2201}, "period_end", "2201 is more than 2200"),
    ("year too large", {"period_end": 10**17}, "period_end", "is more than 2200"),
    ("period reversed", {"period_start": 2017, "period_end": 2016}, "period_end", "2016 is before period_start 2017"),
    ("latitude", {"latitude": 90.5}, "latitude", "90.5 is more than 90"),
    ("longitude", {"longitude": -181}, "longitude", "-181 is less than -180"),
    ("misspelt field", {"lesons": []}, "lesons", "is not a field of the format; did you mean lessons?"),
    ("unknown field", {"qqq": 1}, "qqq", "is not a field of the format"),
    ("odd field", {"a b.c": 1}, '["a b.c"]', "is not a field"),
    ("misspelt inner field", {"lessons": [{"statement": "s", "Origin": "stated"}]}, "lessons[0].Origin", "mean origin?"),
    ("unknown scale", {"scale": "city"}, "scale", "'city' is not one of street, neighbourhood, village, municip"),
    ("unknown status", {"status": "live"}, "status", "'live' is not one of draft, submitted"),
    ("slug with capitals", {"slug": "Duiven"}, "slug", "'Duiven' is not made of lower-case letters"),
    ("slug with a line end", {"slug": "duiven\n"}, "slug", "is not made of"),
    ("slug with two hyphens", {"slug": "a--b"}, "slug", "is not made of"),
    ("empty slug", {"slug": ""}, "slug", "'' is not made of"),
    ("slug too long", {"slug": "a" * 81}, "slug", "81 characters, at most 80"),
    ("reserved slug", {"slug": "new"}, "slug", "'new' is an address of the site itself"),
    ("language", {"language": "NL"}, "language", "'NL' is not a language in two lower-case letters"),
    ("language with a line end", {"language": "nl\n"}, "language", "is not a language"),
    ("country", {"country": "nl"}, "country", "'nl' is not a country in two capital letters"),
    ("licence too long", {"licence": "x" * 61}, "licence", "61 characters, at most 60"),
    ("unknown theme", {"themes": ["inclusie"]}, "themes[0]", "'inclusie' is not a theme here; did you mean inclusion?"),
    ("strange theme", {"themes": ["qq"]}, "themes[0]", "known are connecting, inclusion, organising, roles-partnership"),
    ("theme of a lesson", {"lessons": [{"statement": "s", "themes": ["x"]}]}, "lessons[0].themes[0]", "is not a theme"),
    ("theme of a challenge", {"challenges": [{"title": "s", "themes": ["x"]}]}, "challenges[0].themes[0]", "not a th"),
    ("theme twice", {"themes": ["inclusion", "inclusion"]}, "themes[1]", "'inclusion' stands in the list twice"),
    ("tag without name", {"tags": [{"kind": "topic"}]}, "tags[0].name", "is required and missing"),
    ("tag twice", {"tags": [{"name": "a"}, {"name": "a", "kind": "topic"}]}, "tags[1].name", "stands in the list twice"),
    ("participant", {"participants": ["mayor"]}, "participants[0]", "'mayor' is not one of resident, volunteer"),
    ("origin", {"lessons": [{"statement": "s", "origin": "foo"}]}, "lessons[0].origin", "'foo' is not one of stated, derived, session"),
    ("lesson without statement", {"lessons": [{}]}, "lessons[0].statement", "is required and missing"),
    ("unknown challenge", {"lessons": [{"statement": "s", "challenge": "c9"}]}, "lessons[0].challenge", "'c9' is not the key"),
    ("challenge key twice", {"challenges": [{"title": "a", "key": "k"}, {"title": "b", "key": "k"}]}, "challenges[1].key", "'k' is the key of challenges[0] already"),
    ("challenge key", {"challenges": [{"title": "a", "key": "c 1"}]}, "challenges[0].key", "is not made of letters"),
    ("31 February", {"timeline": [{"date": "2023-02-31", "what": "w"}]}, "timeline[0].date", "'2023-02-31' does not exist: 2023-02 has 28 days"),
    ("29 February", {"timeline": [{"date": "1900-02-29", "what": "w"}]}, "timeline[0].date", "1900-02 has 28 days"),
    ("month 13", {"timeline": [{"date": "2023-13-01", "what": "w"}]}, "timeline[0].date", "there is no month 13"),
    ("day 0", {"timeline": [{"date": "2023-01-00", "what": "w"}]}, "timeline[0].date", "2023-01 has 31 days"),
    ("Dutch date", {"timeline": [{"date": "26-11-2016", "what": "w"}]}, "timeline[0].date", "is not a date written as YYYY-MM-DD"),
    ("year only", {"timeline": [{"date": "2016", "what": "w"}]}, "timeline[0].date", "is not a date written as"),
    ("date with a line end", {"timeline": [{"date": "2016-11-26\n", "what": "w"}]}, "timeline[0].date", "is not a date"),
    ("date too late", {"timeline": [{"date": "2201-01-01", "what": "w"}]}, "timeline[0].date", "(1000 to 2200)"),
    ("year nought", {"timeline": [{"date": "0000-02-31", "what": "w"}]}, "timeline[0].date", "(1000 to 2200)"),
    ("accessed", {"sources": [{"title": "t", "accessed": "2026-11-31"}]}, "sources[0].accessed", "2026-11 has 30 days"),
    ("script address", {"sources": [{"title": "t", "url": "javascript:alert(1)"}]}, "sources[0].url", "does not start with http"),
    ("address without host", {"sources": [{"title": "t", "url": "https:///x"}]}, "sources[0].url", "is not a web address"),
    ("broken address", {"partners": [{"name": "n", "url": "http://[::1"}]}, "partners[0].url", "is not a web address"),
    ("address with space", {"partners": [{"name": "n", "url": "http://a b"}]}, "partners[0].url", "is not a web address"),
    ("too many items", {"authors": ["a"] * 501}, "authors", "501 items, at most 500"),
    ("far too many items", {"themes": [[1], "a"] * 50_000}, "themes", "100000 items, at most 500"),
    ("translation language", {"translations": {"eng": {}}}, "translations.eng", "is not a language"),
    ("own language", {"translations": {"nl": {"title": "t"}}}, "translations.nl", "the case itself is in 'nl'"),
    ("lesson that is not there", {"translations": {"en": {"lessons": {"0": {}}}}}, "translations.en.lessons.0", "there is no lesson 0: the case has 0"),
    ("lesson position", {"translations": {"en": {"lessons": {"01": {}}}}}, "translations.en.lessons.01", "is not the position of a lesson"),
    ("translated field", {"translations": {"en": {"places": "x"}}}, "translations.en.places", "is not a field"),
    ("NUL", {"title": "a\0b"}, "title", "holds a NUL byte (U+0000)"),
    ("control character", {"story": "a\x1b[31mb"}, "story", "holds a control character (U+001B)"),
    ("form feed", {"story": "a\fb"}, "story", "holds a control character (U+000C)"),
    ("lone surrogate", {"story": "a\udc80b"}, "story", "holds half a character (lone surrogate U+DC80)"),
    ("right-to-left override", {"title": "a\u202eb"}, "title", "holds a text-direction control (U+202E)"),
    ("isolate", {"authors": ["x", "a\u2066b"]}, "authors[1]", "holds a text-direction control (U+2066)"),
    ("control character in a name", {"a\x07": 1}, r'["a\x07"]', "the name of this field holds a control character"),
    ("line end in a name", {"translations": {"en\n": {}}}, r'translations["en\n"]', "holds a control character"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "field", "why"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_one_thing_wrong_is_one_line(tmp_path: Path, case: dict[str, Any], field: str, why: str) -> None:
    text = json.dumps(GOOD) + "\n\n" + json.dumps(GOOD | {"slug": "s"} | case) + "\n"
    ((line, named, reason),) = of(tmp_path, "cases.jsonl", text)
    assert (line, named) == (3, field)
    assert why in reason


ONE = json.dumps(GOOD | {"slug": "een"})
# A file that can't be parsed, or not quite: name, content, and the line, field and reason of its one fault.
FILES: list[tuple[str, str, str | bytes, int | None, str | None, str]] = [
    ("broken JSON", "a.jsonl", f'{ONE}\n{{"title": "x",}}\n', 2, None, "is not valid JSON at column"),
    ("cut off", "a.jsonl", '{"title": "x", "story": "y', 1, None, "is not valid JSON at column 25"),
    ("two on a line", "a.jsonl", ONE + ONE, 1, None, "Extra data"),
    ("not a mapping", "a.jsonl", f"{ONE}\n[1]\n", 2, None, "a case is a mapping of fields; this is a list"),
    ("a number", "a.jsonl", "12\n", 1, None, "this is 12"),
    ("null", "a.jsonl", "null", 1, None, "this is null"),
    ("JSON in JSON Lines", "a.jsonl", json.dumps([GOOD], indent=2), 1, None, "name the file .json"),
    ("same field twice", "a.jsonl", '{"title": "a", "story": "x", "title": "b"}', 1, "title", "this field stands twice"),
    ("same inner field twice", "a.jsonl", '{"title": "a", "story": "x", "tags": [{"name": "a", "name": "a"}]}', 1, "tags[0].name", "this field stands twice"),
    ("NaN", "a.jsonl", '{"title": "a", "story": "x", "latitude": NaN}', 1, "latitude", "NaN is not a number that JSON knows"),
    ("Infinity", "a.jsonl", '{"title": "a", "story": "x", "latitude": -Infinity}', 1, "latitude", "-Infinity is not"),
    ("1e999", "a.jsonl", '{"title": "a", "story": "x", "latitude": 1e999}', 1, "latitude", "the number 1e999 is too large"),
    ("5,000 digits", "a.jsonl", '{"title": "a", "story": "x", "period_start": ' + "9" * 5000 + "}", 1, "period_start", "is too large"),
    ("deep", "a.jsonl", '{"title": "a", "story": "x", "tags": ' + "[" * 60 + "]" * 60 + "}", 1, "tags", "is nested too deep"),
    ("very deep", "a.jsonl", "[" * 200_000 + "]" * 200_000, 1, None, "is nested too deep"),
    ("very deep and open", "a.json", '{"a":' * 200_000, 1, None, "is nested too deep"),
    ("many values", "a.jsonl", json.dumps(GOOD | {"tags": [[[0] * 450] * 450]}), 1, None, "holds more than 200000 values"),
    ("NUL byte", "a.jsonl", b'{"title": "a\0b", "story": "x"}', 1, "title", "holds a NUL byte"),
    ("NUL byte outside text", "a.jsonl", b'{"title": \0"ab", "story": "x"}', 1, None, "holds a NUL byte"),
    ("Latin-1", "a.jsonl", (ONE + '\n{"title": "Caf\xe9", "story": "x"}').encode("latin-1"), 2, "title", "byte 0xE9 is not UTF-8; save"),
    ("Latin-1 in JSON", "a.json", '[\n{"title": "Caf\xe9",\n "story": "x"}]'.encode("latin-1"), 2, "title", "byte 0xE9 is not UTF-8"),
    ("Latin-1 in YAML", "a.yaml", "title: x\nstory: |\n  a\n  b \xe9\n".encode("latin-1"), 4, "story", "byte 0xE9 is not UTF-8"),
    ("Latin-1 outside text", "a.jsonl", b"\xe9", 1, None, "byte 0xE9 is not UTF-8"),
    ("UTF-16", "a.jsonl", ONE.encode("utf-16"), 1, None, "is UTF-16; save the file as UTF-8"),
    ("UTF-16 without a mark", "a.json", ONE.encode("utf-16-le"), 1, None, "is UTF-16"),
    ("slug twice", "a.jsonl", f"{ONE}\n\n{ONE}\n", 3, "slug", "'een' is the slug of the case on line 1 already"),
    ("slug twice on a line", "a.json", f"[{ONE}, {ONE}]", 1, "slug", "'een' is the slug of the case on line 1 already"),
    ("title twice", "a.yaml", "title: x\nstory: y\n---\ntitle: x\nstory: y\n", 4, "slug", "'x', made from the title, is the slug of the case on line 1"),
    ("neither summary nor story", "a.jsonl", '{"title": "x"}', 1, "summary", "a summary or a story is required"),
    ("empty JSON", "a.json", " \n", 2, None, "the file is empty"),
    ("open list", "a.json", f"[{ONE}\n", 2, None, "is not valid JSON"),
    ("no comma", "a.json", f"[{ONE}\n{ONE}]", 2, None, "Expecting ',' delimiter"),
    ("comma at the end", "a.json", f"[{ONE},\n]", 2, None, "is not valid JSON at column 1"),
    ("JSON Lines in JSON", "a.json", f"{ONE}\n{ONE}\n", 2, None, "a second value; put cases in a list, or name the file .jsonl"),
    ("broken YAML", "a.yaml", "title: a\nstory: b: c\n", 2, None, "is not valid YAML: mapping values are not allowed"),
    ("open quote", "a.yaml", 'title: "a\nstory: b\n', 3, None, "of line 1)"),
    ("tab in YAML", "a.yaml", "title: a\n\tstory: b\n", 2, None, "is not valid YAML"),
    ("YAML version", "a.yaml", "%YAML 3.0\n---\ntitle: a", 1, None, "is not valid YAML"),
    ("text in YAML", "a.yaml", "zomaar een tekst", 1, None, "this is 'zomaar een tekst'"),
    ("number for text in YAML", "a.yaml", "title: a\nstory: b\nplace:\n  12\n", 3, "place", "12 is a number, not text; put quotes"),
    ("line of a field in YAML", "a.yaml", "title: a\nstory: b\nlessons:\n  - statement: s\n    origin: foo\n", 5, "lessons[0].origin", "'foo' is not one"),
    ("line of a missing field", "a.yaml", "title: a\nstory: b\nlessons:\n  - statement: s\n  - origin: stated\n", 5, "lessons[1].statement", "is required"),
    ("31 February in YAML", "a.yaml", "title: a\nstory: b\ntimeline:\n- what: w\n  date: 2023-02-31\n", 5, "timeline[0].date", "does not exist"),
    ("same field twice in YAML", "a.yaml", "title: a\nstory: b\ntitle: c\n", 3, "title", "this field stands twice"),
    ("a list as a name", "a.yaml", "title: a\nstory: b\n? [c, {d: e}]\n: f\n", 3, '["?"]', "a field's name must be plain text"),
    ("merge key", "a.yaml", "title: a\nstory: b\n<<: {place: c}\n", 3, '["<<"]', "is not a field of the format"),
    ("alias", "a.yaml", "title: a\nstory: *title\n", 2, "story", "anchors (&) and aliases (*) are not read"),
    ("anchor", "a.yaml", "title: a\nstory: &b b\n", 2, "story", "anchors (&) and aliases (*) are not read"),
    ("anchor on the whole", "a.yaml", "- &a {title: a, story: b}\n", 1, None, "anchors (&) and aliases (*) are not read"),
    ("anchor on the list", "a.yaml", "&a\n- {title: a, story: b}\n", 1, None, "anchors (&) and aliases (*) are not read"),
    ("tag", "a.yaml", "title: a\nstory: !!python/object/apply:os.system [x]\n", 2, "story", "tags such as tag:yaml.org,2002:python/object/apply"),
    ("binary", "a.yaml", "title: a\nstory: !!binary aGk=\n", 2, "story", "are not read"),
    ("NaN in YAML", "a.yaml", "title: a\nstory: b\nlatitude: .nan\n", 3, "latitude", "'.nan' is text, not a number"),
    ("5,000 digits in YAML", "a.yaml", "title: a\nstory: b\nperiod_start: " + "9" * 5000, 3, "period_start", "is too large"),
    ("1e999 in YAML", "a.yaml", "title: a\nstory: b\nlatitude: 1e999", 3, "latitude", "is too large"),
    ("NUL in YAML", "a.yaml", b"title: a\nstory: b\nlessons:\n- statement: |\n    x\n    y\0z\n", 6, "lessons[0].statement", "holds a NUL byte"),
    ("escaped NUL in YAML", "a.yaml", 'title: a\nstory: "b\\0"\n', 2, "story", "holds a NUL byte"),
    ("escape character in YAML", "a.yaml", "title: a\n---\ntitle: \x1b\n", 3, "title", "holds a control character (U+001B)"),
    ("escape character before more", "a.yaml", "title: a\nstory: \x1b\n---\ntitle: b\n", 2, "story", "holds a control"),
    ("C1 in YAML", "a.yaml", "title: a\nstory: \x80\n", 2, "story", "holds a control character (U+0080)"),
    ("deep in YAML", "a.yaml", "title: a\nstory: b\ntags: " + "[" * 60 + "]" * 60, 3, "tags", "is nested too deep"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "line", "field", "why"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_a_bad_file_is_one_line(  # noqa: PLR0917 - pytest passes them by name
    tmp_path: Path, name: str, content: str | bytes, line: int | None, field: str | None, why: str
) -> None:
    ((found, named, reason),) = of(tmp_path, name, content)
    assert (found, named) == (line, field)
    assert why in reason


@pytest.mark.parametrize("row", [row for row in FILES if row[1] == "a.yaml"], ids=lambda row: str(row[0]))
def test_the_slow_yaml_parser_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: tuple[Any, ...]
) -> None:
    monkeypatch.setattr(yaml_text, "_LOADER", yaml.SafeLoader)
    ((line, field, why),) = of(tmp_path, row[1], row[2])
    assert field == row[4]
    assert "is not valid YAML" in why or (line == row[3] and row[5] in why)


def test_a_yaml_error_without_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_args: object, **_options: object) -> None:
        raise yaml.YAMLError("odd")

    monkeypatch.setattr(yaml, "parse", failing)
    assert of(tmp_path, "a.yaml", "title: x") == [(None, None, "is not valid YAML: odd")]


def test_a_billion_laughs_stay_small(tmp_path: Path) -> None:
    lines = ["a0: &a0 [lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    found = of(tmp_path, "a.yaml", "\n".join(["title: t", "story: s", *lines]))
    assert len(found) == 12
    assert all("anchors" in why for _, _, why in found)


@pytest.mark.parametrize("text", ["[", "{", "- ", "? ", "? [", "a: [", "- &a [", "[[],["])
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_yaml_that_only_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, loader: str
) -> None:
    monkeypatch.setattr(yaml_text, "_LOADER", getattr(yaml, loader, yaml.SafeLoader))
    line, _, why = of(tmp_path, "a.yaml", text * 100_000)[-1]
    assert line == 1
    assert "is nested too deep" in why or "is not valid YAML" in why


class TestWhere:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        (fault,) = faults(tmp_path / "niets.jsonl")
        assert (fault.line, fault.field, fault.why) == (None, None, "does not exist")

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "map.json").mkdir()
        assert [fault.why for fault in faults(tmp_path / "map.json")] == ["is a folder, not a file"]

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be read here")
    def test_no_permission(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").touch(mode=0)
        assert [fault.why for fault in faults(tmp_path / "a.json")] == ["can't be read: no permission"]

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            (PermissionError(13, "Permission denied"), "can't be read: no permission"),
            (OSError(5, "Input/output error"), "can't be read: Input/output error"),
        ],
    )
    def test_a_file_that_fails(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, why: str
    ) -> None:
        class Failing(io.BytesIO):
            def readline(self, _size: int | None = -1, /) -> bytes:
                raise error

        monkeypatch.setattr(reader, "_opened", lambda _: Failing())
        assert [fault.why for fault in faults(tmp_path / "a.jsonl")] == [why]

    @pytest.mark.parametrize("name", ["a.csv", "a", "a.jsonl.gz", ".json"])
    def test_an_unknown_suffix(self, tmp_path: Path, name: str) -> None:
        ((line, field, why),) = of(tmp_path, name, ONE)
        assert (line, field) == (None, None)
        assert "ends in none of .jsonl, .ndjson, .json, .yaml, .yml" in why

    def test_a_name_that_can_not_be(self) -> None:
        (fault,) = faults("a\0b.json")
        assert str(fault).startswith(r"a\x00b.json: can't be read: embedded null")

    def test_standard_input_that_is_closed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        assert [str(fault) for fault in faults("-")] == ["standard input: can't be read: it is closed"]

    def test_standard_input_has_lines_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'\n{"title": 1, "story": "x"}\n')))
        (fault,) = faults("-")
        assert str(fault) == "standard input:2: title: 1 is a number, not text; put quotes around it"


class TestSizes:
    def test_a_line_that_is_too_long(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "LINE_LIMIT", 2**20)
        content = json.dumps(GOOD | {"story": "x" * 3 * 2**20}) + "\n" + ONE + "\n" + "x" * 2**21
        found = of(tmp_path, "a.jsonl", content)
        assert found == [(line, None, "the line is longer than 1 MiB") for line in (1, 3)]
        assert [type(item) for item in read(tmp_path / "a.jsonl", themes=THEMES)] == [Fault, Record, Fault]

    @pytest.mark.parametrize("name", ["a.json", "a.yaml"])
    def test_a_file_that_is_too_large(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setattr(reader, "FILE_LIMIT", 2**20)
        found = of(tmp_path, name, ONE + " " * 2**20)
        assert found == [(None, None, "is larger than 1 MiB; use JSON Lines for more")]

    def test_the_limits_that_hold(self) -> None:
        assert (reader.LINE_LIMIT, reader.FILE_LIMIT) == (32 * 2**20, 64 * 2**20)

    def test_many_cases_with_faults_do_not_stop_the_rest(self, tmp_path: Path) -> None:
        content = "\n".join(["{", "x", ONE, "[]", "{}"][1:])
        (tmp_path / "a.jsonl").write_text(content)
        found = list(read(tmp_path / "a.jsonl", themes=THEMES))
        assert [item.line for item in found] == [1, 2, 3, 4, 4]
        assert [type(item) for item in found] == [Fault, Record, Fault, Fault, Fault]


class TestAllFaults:
    def test_every_fault_of_a_case_is_given(self, tmp_path: Path) -> None:
        case = {
            "titel": "x",
            "period_start": 2020,
            "period_end": 2016,
            "themes": ["x"],
            "lessons": [{"statement": 1, "origin": "x", "challenge": "c1"}],
            "story": "a\0",
        }
        fields = {field for _, field, _ in of(tmp_path, "a.jsonl", json.dumps(case))}
        lesson = {"lessons[0].statement", "lessons[0].origin", "lessons[0].challenge"}
        assert fields == {"titel", "title", "period_end", "themes[0]", "story"} | lesson

    def test_at_most_twenty(self, tmp_path: Path) -> None:
        found = of(tmp_path, "a.jsonl", json.dumps(GOOD | {f"x{number}": 1 for number in range(100)}))
        assert len(found) == 20
        assert found[-1] == (1, None, "and at least 81 more faults in this case")

    def test_many_wrong_items_are_quick(self) -> None:
        case = GOOD | {"lessons": [{"statement": 1, "themes": ["x"] * 400}] * 400}
        assert len(check(case, themes=THEMES)[1]) == 20

    @pytest.mark.parametrize(
        "data", [None, [], "x", 1, True, {"": ""}, {"translations": {"en": {"lessons": []}}}]
    )
    def test_whatever_the_data_it_says_something(self, data: Any) -> None:
        empty, slips = check(data, themes=THEMES)
        assert empty == {}
        assert slips

    def test_a_value_that_refers_to_itself(self) -> None:
        data: dict[str, Any] = dict(GOOD)
        data["tags"] = [data]
        assert check(data, themes=THEMES)[1]

    def test_no_theme_exists(self) -> None:
        ((path, why),) = check(GOOD | {"themes": ["x"]}, themes=frozenset())[1]
        assert (path, why) == (("themes", 0), "'x' is not a theme here")

    def test_any_wrong_type_anywhere_is_a_fault_and_no_crash(self) -> None:
        full = {
            "title": "t", "summary": "s", "slug": "s", "period_start": 2016, "period_end": 2017, "themes": ["inclusion"],
            "tags": [{"name": "a"}], "partners": [{"name": "n", "url": "http://a.nl"}],
            "challenges": [{"key": "c1", "title": "t"}], "lessons": [{"statement": "s", "challenge": "c1"}],
            "timeline": [{"date": "2016-01-01", "what": "w"}], "sources": [{"title": "t"}], "authors": ["a"],
            "translations": {"en": {"lessons": {"0": {"statement": "s"}}}},
        }  # fmt: skip
        assert check(full, themes=THEMES)[1] == []
        odd: list[Any] = [
            None,
            True,
            0,
            1.5,
            "",
            "\ud800",
            "x" * 50,
            [],
            [None],
            {},
            {"a": {}},
            [[]],
            [{}],
            [{"key": {}}],
        ]
        for path in places(full, ()):
            for value in odd:
                check(replaced(full, path, value), themes=THEMES)


def places(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    """Return the paths of all values within a value."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    return [path] * bool(path) + [place for key in keys for place in places(value[key], (*path, key))]


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """Return a copy of the value with another value at the path."""
    copy = json.loads(json.dumps(value))
    holder = copy
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = new
    return copy


class TestFault:
    def test_is_one_line(self) -> None:
        fault = Fault("cases.jsonl", 12, "lessons[0].origin", "'foo' is not one of stated, derived, session")
        assert str(fault) == "cases.jsonl:12: lessons[0].origin: 'foo' is not one of stated, derived, session"

    def test_without_line_and_field(self) -> None:
        assert str(Fault("a.json", None, None, "does not exist")) == "a.json: does not exist"

    def test_is_never_long_and_always_printable(self) -> None:
        text = str(Fault("map/" * 100 + "a\x1b.json", 1, "\u202e" * 500, "x\ny" * 500))
        assert len(text) <= 300
        assert text.isprintable()
        assert "a\\x1b.json:1: \\u202e" in text

    def test_shows_strange_values_harmlessly(self, tmp_path: Path) -> None:
        ((_, _, why),) = of(tmp_path, "a.jsonl", json.dumps(GOOD | {"scale": "\x7f\u200f" + "é" * 5000}))
        assert why.startswith(r"'\x7f\u200fééé")
        assert len(why) < 150
