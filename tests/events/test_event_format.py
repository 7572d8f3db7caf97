"""The format of sessions: its schema, its documentation, what it refuses, and that nothing is lost on the way."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from kb.cases.format import check_as, write
from kb.cli import main
from kb.events import transfer
from kb.events.format import events, schema
from kb.events.records import empty_record
from kb.house import House
from tests.conftest import MakeCase
from tests.events.sessions import stored
from tests.town import ask

DOCS = Path(__file__).parents[2] / "docs" / "event-format.md"
SMALLEST = {"title": "T", "start": "2026-12-01T10:00", "end": "2026-12-01T12:00"}


def full() -> dict[str, Any]:
    """Return the full session that the documentation shows."""
    found = re.search(r"## A full session\n\n```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    loaded: dict[str, Any] = yaml.safe_load(found[1])
    return loaded


def wrong(**fields: Any) -> list[str]:
    _record, slips = check_as(events({"duiven-west"}), {**SMALLEST, **fields})
    return [".".join(map(str, slip.path)) for slip in slips]


def file_of(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


class TestSchema:
    def test_is_valid_and_says_what_each_field_is(self) -> None:
        Draft202012Validator.check_schema(schema())
        fields = [*schema()["properties"].items(), *schema()["properties"]["series"]["properties"].items()]
        for rows in ("organisers", "cases", "programme", "rooms", "questions", "materials"):
            fields += schema()["properties"][rows]["items"]["properties"].items()
        assert [name for name, field in fields if not field["description"].endswith(".")] == []

    def test_has_the_fields_of_a_record_in_which_nothing_is_missing(self) -> None:
        record, slips = check_as(events(), SMALLEST)
        assert slips == []
        assert set(record) == set(empty_record("nl"))

    def test_the_documentation_names_every_field_and_no_other(self) -> None:
        table = DOCS.read_text(encoding="utf-8").partition("## Fields")[2]
        named = set()
        for line in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE):
            named |= set(re.findall(r"`(\w+)`", line))
        assert named == set(schema()["properties"])
        assert set(full()) == set(schema()["properties"])


class TestChecks:
    def test_the_full_session_is_right(self) -> None:
        assert wrong(**full()) == []

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"end": "2026-12-01T09:00"}, "end"),
            ({"end": "2026-12-01T10:00"}, "end"),
            ({"start": "2026-03-29T02:30"}, "start"),
            ({"end": "2026-10-25T02:30", "start": "2026-10-24T10:00"}, "end"),
            ({"start": "2026-02-30T10:00"}, "start"),
            ({"start": "morgen"}, "start"),
            ({"timezone": "Duiven"}, "timezone"),
            ({"slug": "new"}, "slug"),
            ({"slug": "series"}, "slug"),
            ({"status": "busy"}, "status"),
            ({"cancelled": "ja"}, "cancelled"),
            ({"capacity": 0}, "capacity"),
            ({"cases": [{"case": "nergens"}]}, "cases.0.case"),
            ({"online_url": "javascript:alert(1)"}, "online_url"),
            ({"online_url": "https://"}, "online_url"),
            ({"rooms": [{"key": "a", "name": "A"}, {"key": "a", "name": "B"}]}, "rooms.1.key"),
            ({"programme": [{"start": "11:00", "end": "10:00", "title": "T"}]}, "programme.0.end"),
            ({"series": {"slug": "x"}}, "series.title"),
            ({"begin": "10:00"}, "begin"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, fields: dict[str, Any], where: str) -> None:
        assert where in wrong(**fields)


class TestTransfer:
    def test_what_was_exported_is_imported_without_loss(
        self, house: House, make_case: MakeCase, tmp_path: Path
    ) -> None:
        make_case(slug="duiven-west")
        report = transfer.import_file(house.database, file_of(tmp_path, SMALLEST, full()))
        assert report.faults == []
        with house.database.reading() as session:
            records = list(transfer.export(session))
        first = io.BytesIO()
        write(records, first, kind=events())
        again = tmp_path / "again.jsonl"
        again.write_bytes(first.getvalue())
        report = transfer.import_file(house.database, again)
        assert {outcome.value: count for outcome, count in report.counts.items()} == {"unchanged": 2}
        assert stored(house, "kerngericht-werken-2026-12-01")["rooms"] == full()["rooms"]

    def test_importing_the_same_slug_updates_it_and_its_series(
        self, house: House, make_case: MakeCase, tmp_path: Path
    ) -> None:
        make_case(slug="duiven-west")
        transfer.import_file(house.database, file_of(tmp_path, full()))
        changed = {**full(), "title": "Anders", "series": {**full()["series"], "title": "Nieuwe naam"}}
        transfer.import_file(house.database, file_of(tmp_path, changed))
        record = stored(house, "kerngericht-werken-2026-12-01")
        assert (record["title"], record["series"]["title"]) == ("Anders", "Nieuwe naam")

    def test_a_file_is_imported_whole_or_not_at_all(self, house: House, tmp_path: Path) -> None:
        report = transfer.import_file(
            house.database, file_of(tmp_path, SMALLEST, {**SMALLEST, "title": "U", "end": "2020-01-01T10:00"})
        )
        assert [str(fault).partition(": ")[2] for fault in report.faults] == [
            "end: the session ends before it begins"
        ]
        assert ask(house, "SELECT count(*) FROM event") == [(0,)]

    def test_the_sample_is_as_the_community_held_it(self, samples: House) -> None:
        record = stored(samples, "cop-gebiedsgericht-werken-duiven")
        assert (record["start"], record["end"]) == ("2021-01-21T09:45", "2021-01-21T12:00")
        assert [case["case"] for case in record["cases"]] == ["duiven-west"]
        assert len(record["questions"]) == 5
        assert [part["start"] for part in record["programme"]] == [
            "09:45",
            "10:00",
            "10:00",
            "10:10",
            "10:40",
            "11:00",
        ]

    def test_from_the_terminal(self, house: House, make_case: MakeCase, tmp_path: Path) -> None:
        make_case(slug="duiven-west")
        data = ["--data", str(house.settings.data)]
        done = CliRunner().invoke(main, ["import", "--kind", "events", *data, str(file_of(tmp_path, full()))])
        assert (done.exit_code, "1 new" in done.stderr) == (0, True)
        done = CliRunner().invoke(main, ["export", "--kind", "events", *data])
        assert json.loads(done.stdout)["slug"] == "kerngericht-werken-2026-12-01"
        done = CliRunner().invoke(main, ["search", "query", "kerngericht", "--kind", "event", *data])
        assert "Kerngericht werken in Duiven" in done.output
