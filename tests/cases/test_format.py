"""The case format on good days: schema, defaults, slugs, the three notations and the documentation."""

from __future__ import annotations

import io
import json
import random
import re
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from kb.cases.format import Fault, Record, check, read, schema, slug_from, yaml_text
from kb.cases.format.cleaning import MAX_ITEMS
from kb.cases.format.reader import Format
from kb.cases.format.shape import flat_schema
from kb.cases.format.words import PATTERNS
from kb.events.format import schema as event_schema
from tests.cases.examples import FULL, MINIMAL, THEMES

DOCS = Path(__file__).parents[2] / "docs" / "case-format.md"


def read_back(content: bytes, form: Format, folder: Path) -> list[dict[str, Any]]:
    path = folder / f"cases.{form}"
    path.write_bytes(content)
    found = list(read(path, themes=THEMES))
    assert [str(item) for item in found if isinstance(item, Fault)] == []
    return [item.data for item in found if isinstance(item, Record)]


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Yield each schema of an object with named properties in a schema."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            yield node
        for value in node.values():
            yield from objects(value)


class TestSchema:
    def test_is_a_valid_schema(self) -> None:
        Draft202012Validator.check_schema(schema())

    def test_every_property_has_a_description(self) -> None:
        silent = [
            name
            for shape in objects(schema())
            for name, prop in shape["properties"].items()
            if not prop.get("description", "").endswith(".")
        ]
        assert silent == []

    def test_every_property_is_required_or_has_a_default(self) -> None:
        for shape in objects(schema()):
            required = set(shape.get("required", ()))
            assert {name for name, prop in shape["properties"].items() if "default" not in prop} == required

    def test_no_object_takes_unknown_fields(self) -> None:
        found = list(objects(schema()))
        assert len(found) == 9
        assert all(shape["additionalProperties"] is False for shape in found)

    def test_null_is_absent_for_every_optional_scalar_and_for_nothing_else(self) -> None:
        for shape in objects(flat_schema()):
            for name, prop in shape["properties"].items():
                nullable = "null" in prop.get("type", ()) or None in prop.get("enum", ())
                scalar = prop.get("type") not in ("array", "object")
                assert nullable == (scalar and name not in shape.get("required", ())), name

    def test_every_text_and_list_has_a_limit(self) -> None:
        bounded = {"maxLength", "enum", "format", "pattern"}
        for shape in objects(flat_schema()):
            for name, prop in shape["properties"].items():
                if "string" in prop.get("type", ()):
                    assert "maxLength" in prop or bounded & prop.keys(), name
                if prop.get("type") == "array":
                    assert prop["maxItems"] == MAX_ITEMS, name

    def test_every_pattern_has_words(self) -> None:
        text = json.dumps(schema()) + json.dumps(event_schema())
        patterns = set(re.findall(r'"pattern": "(.*?)"', text)) | {"^[a-z]{2}$", "^(0|[1-9][0-9]{0,2})$"}
        assert {pattern.replace("\\\\", "\\") for pattern in patterns} == set(PATTERNS)

    def test_the_limits_of_the_contract(self) -> None:
        top = flat_schema()["properties"]
        assert (top["title"]["maxLength"], top["summary"]["maxLength"], top["story"]["maxLength"]) == (
            300,
            2000,
            500000,
        )
        assert (top["slug"]["maxLength"], top["licence"]["maxLength"]) == (80, 60)
        assert (top["period_start"]["minimum"], top["period_end"]["maximum"]) == (1000, 2200)

    def test_agrees_with_a_plain_validator(self) -> None:
        validator = Draft202012Validator(schema())
        validator.validate(FULL)
        data, _ = check(MINIMAL, themes=THEMES)
        assert data["country"] == ""
        assert not list(validator.iter_errors(MINIMAL))


class TestSlug:
    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Duiven-West", "duiven-west"),
            ("  Café 't Fort & Zo!  ", "cafe-t-fort-zo"),
            ("Zo\u2019n buurt", "zon-buurt"),
            ("Große Straße", "grosse-strasse"),
            ("Ærø, Łódź, Þingvellir, Ĳssel", "aero-lodz-thingvellir-ijssel"),
            ("cafe\u0301", "cafe"),
            ("Duiven\u2013West \u2014 wijk\u00adplan", "duiven-west-wijkplan"),
            ("½ dorp", "1-2-dorp"),
            ("New", "casus-new"),
            ("new", "casus-new"),
            ("a" * 200, "a" * 80),
            ("woord " * 40, "-".join(["woord"] * 13)),
            ("a" * 80 + " b", "a" * 80),
        ],
    )
    def test_is_made_from_the_title(self, title: str, slug: str) -> None:
        assert slug_from(title) == slug

    @pytest.mark.parametrize("title", ["", "!!!", "你好", "مرحبا", "\ud800", "😀"])
    def test_is_never_empty(self, title: str) -> None:
        assert re.fullmatch(r"casus-[0-9a-f]{8}", slug_from(title))
        assert slug_from(title) == slug_from(title)

    def test_always_fits_the_schema(self) -> None:
        chance = random.Random(7)  # noqa: S311 - the same chance each time
        pattern = flat_schema()["properties"]["slug"]["pattern"]
        for _ in range(500):
            slug = slug_from(
                "".join(chr(chance.randrange(0x20, 0x2FFF)) for _ in range(chance.randrange(120)))
            )
            assert re.fullmatch(pattern, slug)
            assert len(slug) <= 80


class TestNormalised:
    def test_a_minimal_case_gets_every_field(self) -> None:
        data, slips = check(MINIMAL, themes=THEMES)
        assert slips == []
        assert list(data) == list(schema()["properties"])
        assert data["slug"] == "een-straat"
        assert (data["language"], data["status"], data["licence"]) == ("nl", "published", "")
        assert (data["story"], data["country"], data["scale"], data["latitude"]) == ("", "", None, None)
        assert (data["themes"], data["lessons"], data["translations"]) == ([], [], {})

    def test_a_full_case_stays_as_it_is(self) -> None:
        assert check(FULL, themes=THEMES) == (FULL, [])

    def test_defaults_are_not_shared_between_cases(self) -> None:
        check(MINIMAL, themes=THEMES)[0]["themes"].append("inclusion")
        assert check(MINIMAL, themes=THEMES)[0]["themes"] == []

    def test_parts_get_their_defaults(self) -> None:
        case = MINIMAL | {
            "tags": [{"name": "x"}],
            "lessons": [{"statement": "s"}],
            "timeline": [{"date": "2016-01-01", "what": "w"}],
            "sources": [{"title": "t", "url": None}],
        }
        data, _ = check(case, themes=THEMES)
        assert data["tags"] == [{"name": "x", "kind": "topic"}]
        assert data["lessons"][0]["origin"] == "stated"
        assert data["lessons"][0]["challenge"] is None
        assert data["timeline"][0]["precision"] == "day"
        assert data["sources"] == [{"title": "t", "url": None, "publisher": "", "accessed": None}]

    def test_null_means_absent(self) -> None:
        nothing = {
            name: None
            for name, prop in flat_schema()["properties"].items()
            if prop.get("default", 0) in ("", None)
        }
        case = nothing | {"language": None, "status": None} | MINIMAL
        assert check(case, themes=THEMES) == check(MINIMAL, themes=THEMES)

    def test_challenges_without_a_key_get_one(self) -> None:
        challenges = [{"title": "a"}, {"title": "b", "key": "c1"}, {"title": "c", "key": None}]
        case = MINIMAL | {"challenges": challenges, "lessons": [{"statement": "s", "challenge": "c3"}]}
        data, slips = check(case, themes=THEMES)
        assert slips == []
        assert [challenge["key"] for challenge in data["challenges"]] == ["c2", "c1", "c3"]

    def test_line_ends_become_line_feeds(self) -> None:
        case = MINIMAL | {"story": "a\r\nb\rc\n", "authors": ["x\r\ny"]}
        data, _ = check(case, themes=THEMES)
        assert (data["story"], data["authors"]) == ("a\nb\nc\n", ["x\ny"])

    def test_numbers_have_one_form(self) -> None:
        case = MINIMAL | {"latitude": 52, "longitude": -0.0, "period_start": 2016.0}
        data, _ = check(case, themes=THEMES)
        assert repr((data["latitude"], data["longitude"], data["period_start"])) == "(52.0, 0.0, 2016)"

    def test_translations_stand_in_order_and_empty_ones_go(self) -> None:
        case = MINIMAL | {
            "lessons": [{"statement": "s"}] * 11,
            "translations": {
                "fy": {"title": "t", "lessons": {"10": {"statement": "b"}, "2": {"statement": "a"}, "0": {}}},
                "de": {},
                "en": {"summary": "s"},
            },
        }
        data, slips = check(case, themes=THEMES)
        assert slips == []
        assert list(data["translations"]) == ["en", "fy"]
        assert list(data["translations"]["fy"]["lessons"]) == ["2", "10"]


class TestRead:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.jsonl", '{"title": "A", "story": "x"}\n\n   \r\n{"title": "B", "story": "x"}\r\n'),
            ("a.NDJSON", '\n{"title": "A", "story": "x"}\n{"title": "B", "story": "x"}'),
            ("a.json", ' [\n{"title": "A", "story": "x"}\n ,\n\n {"title": "B", "story": "x"} ] \n'),
            ("a.yaml", "title: A\nstory: x\n---\ntitle: B\nstory: x\n"),
            ("a.yml", "- title: A\n  story: x\n- title: B\n  story: x\n"),
            ("b.yaml", "---\n---\ntitle: A\nstory: x\n...\n---\n# niets\n---\n- {title: B, story: x}\n"),
        ],
    )
    @pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with byte order mark"])
    def test_every_notation(self, tmp_path: Path, name: str, content: str, mark: str) -> None:
        path = tmp_path / name
        path.write_bytes((mark + content).encode())
        found = [item for item in read(str(path), themes=THEMES) if isinstance(item, Record)]
        assert [record.data["title"] for record in found] == ["A", "B"]

    @pytest.mark.parametrize(
        ("name", "content", "lines"),
        [
            (
                "a.jsonl",
                '\n{"title": "A", "story": "x"}\n\n{"title": "B", "story": "x\u2028\u0085"}\n',
                [2, 4],
            ),
            ("a.json", '[\n{"title": "A",\n "story": "x"}\n,\n\n{"title": "B", "story": "x"}]', [2, 6]),
            ("b.json", '\n\n{"title": "A", "story": "x"}', [3]),
            ("a.yaml", "# kop\ntitle: A\nstory: x\n---\n\ntitle: B\nstory: x\n", [2, 6]),
            ("b.yaml", "\n- title: A\n  story: x\n- title: B\n  story: x\n", [2, 4]),
        ],
    )
    def test_a_record_knows_its_line(self, tmp_path: Path, name: str, content: str, lines: list[int]) -> None:
        (tmp_path / name).write_text(content, encoding="utf-8")
        found = list(read(tmp_path / name, themes=THEMES))
        assert [record.line for record in found if isinstance(record, Record)] == lines

    @pytest.mark.parametrize("name", ["a.jsonl", "a.yaml"])
    def test_an_empty_file_holds_no_cases(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"")
        assert list(read(tmp_path / name, themes=THEMES)) == []

    def test_standard_input_is_json_lines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(MINIMAL).encode())))
        (record,) = read("-", themes=THEMES)
        assert isinstance(record, Record)

    def test_the_format_can_be_said(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"title: A\nstory: x\n")))
        (tmp_path / "cases").write_bytes(b'[{"title": "A", "story": "x"}]')
        assert isinstance(next(read("-", themes=THEMES, format="yaml")), Record)
        assert isinstance(next(read(tmp_path / "cases", themes=THEMES, format="json")), Record)

    def test_json_lines_are_read_one_at_a_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Endless(io.BytesIO):
            numbers = count()

            def readline(self, _size: int | None = -1, /) -> bytes:
                return json.dumps(MINIMAL | {"slug": f"s{next(self.numbers)}"}).encode() + b"\n"

        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Endless()))
        assert len(list(islice(read("-", themes=THEMES), 50))) == 50


class TestYamlScalars:
    @pytest.mark.parametrize(
        "text",
        [
            "no",
            "yes",
            "on",
            "Off",
            "True",
            "NULL",
            "0x1",
            "010",
            "1_000",
            "+1",
            ".5",
            ".inf",
            ".nan",
            "2016-11-26",
        ],
    )
    def test_stay_text(self, tmp_path: Path, text: str) -> None:
        assert self.story(tmp_path, text) == text

    @pytest.mark.parametrize("text", ["12:30:45", "=", "<<", "1e", "1.", "nul"])
    def test_odd_words_stay_text(self, tmp_path: Path, text: str) -> None:
        assert self.story(tmp_path, text) == text

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("'null'", "null"),
            ('"~"', "~"),
            ("! 12", "12"),
            ("!!str 12", "12"),
            ("'1'", "1"),
            ("|\n  12", "12\n"),
        ],
    )
    def test_quoted_ones_are_text(self, tmp_path: Path, text: str, value: str) -> None:
        assert self.story(tmp_path, text) == value

    def story(self, folder: Path, text: str) -> object:
        (folder / "a.yaml").write_text(f"title: t\nstory: {text}\n")
        (record,) = read(folder / "a.yaml", themes=THEMES)
        assert isinstance(record, Record)
        return record.data["story"]

    @pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("51", 51.0),
            ("-5.25", -5.25),
            ("1e1", 10.0),
            ("null", None),
            ("~", None),
            ("", None),
            ("2.5E+1", 25.0),
        ],
    )
    def test_become_values(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: Any, text: str, value: float | None
    ) -> None:
        monkeypatch.setattr(yaml_text, "_LOADER", loader)
        (tmp_path / "a.yaml").write_text(f"title: t\nstory: x\nlatitude: {text}\n")
        (record,) = read(tmp_path / "a.yaml", themes=THEMES)
        assert isinstance(record, Record)
        assert record.data["latitude"] == value

    def test_keys_are_text(self, tmp_path: Path) -> None:
        text = "title: t\nstory: x\nlessons: [{statement: s}]\ntranslations: {no: {lessons: {0: {statement: y}}}}\n"
        (tmp_path / "a.yaml").write_text(text)
        (record,) = read(tmp_path / "a.yaml", themes=THEMES)
        assert isinstance(record, Record)
        assert record.data["translations"]["no"]["lessons"]["0"]["statement"] == "y"


class TestDocs:
    TABLES = {  # noqa: RUF012 - read only
        "The case": schema(),
        **{
            f"A {name}": schema()["$defs"][name.replace(" ", "_")]
            for name in ("tag", "partner", "challenge", "lesson")
        },
        **{
            f"A {name}": schema()["$defs"][name.replace(" ", "_")]
            for name in ("timeline entry", "source", "translation")
        },
        "A translated lesson": schema()["$defs"]["lesson_translation"],
    }

    @pytest.mark.parametrize("heading", TABLES)
    def test_the_tables_name_every_property(self, heading: str) -> None:
        section = DOCS.read_text(encoding="utf-8").split(f"\n### {heading}\n")[1].split("\n#")[0]
        rows = dict(re.findall(r"^\| `(\w+)` \|[^|]+\| ([^|]+) \|", section, re.MULTILINE))
        shape = self.TABLES[heading]
        assert list(rows) == list(shape["properties"])
        assert {name for name, word in rows.items() if word == "yes"} == set(shape.get("required", ()))
        for name, prop in shape["properties"].items():
            if prop.get("default"):
                assert rows[name] == f"no, `{prop['default']}`"
            for word in prop.get("enum", ()):
                assert word is None or f"`{word}`" in section

    @pytest.mark.parametrize(("form", "fields"), [("json", 2), ("yaml", len(FULL))])
    def test_the_examples_can_be_read(self, tmp_path: Path, form: Format, fields: int) -> None:
        (example,) = re.findall(rf"```{form}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
        (data,) = read_back(example.encode(), form, tmp_path)
        assert len(yaml.safe_load(example)) == fields
        if form == "yaml":
            assert data["timeline"][0]["date"] == "2016-11-26"
            assert all(value not in ("", [], {}, None) for value in data.values())
