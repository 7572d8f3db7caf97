"""Cases in and out, a file at a time: all of it or nothing, and what went out comes in again the same."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kb.cases import queries, transfer
from kb.cases.format import write
from kb.cases.models import Case
from kb.cases.services import Stored, store_case
from kb.cases.transfer import (
    BATCH,
    MOST_FAULTS,
    Progress,
    export,
    export_lessons,
    import_file,
    import_samples,
)
from kb.house import House
from tests import town
from tests.cases.test_services import EVERYTHING


def file_of(folder: Path, *cases: Any, name: str = "cases.jsonl") -> Path:
    """Write cases to a file, a line each; a text is written as it is."""
    path = folder / name
    lines = [one if isinstance(one, str) else json.dumps(one) for one in cases]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def case(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "slug": f"c-{number:04}",
        "title": f"Case {number}",
        "summary": "Kort.",
        "tags": [{"name": f"tag {number % 7}"}],
        "themes": ["inclusion"],
        "lessons": [{"statement": f"Les {number}.", "themes": ["organising"]}],
        **fields,
    }


def exported(house: House, form: Any = "jsonl") -> bytes:
    """Return all of the knowledge base, as the command writes it."""
    stream = io.BytesIO()
    with house.database.reading() as session:
        write(export(session), stream, form)
    return stream.getvalue()


def test_new_updated_and_unchanged_are_counted(house: House, tmp_path: Path) -> None:
    first = import_file(house.database, file_of(tmp_path, case(1), case(2)))
    assert first.counts == {Stored.NEW: 2}
    again = import_file(house.database, file_of(tmp_path, case(2, title="Anders"), case(3), case(1)))
    assert again.counts == {Stored.NEW: 1, Stored.UPDATED: 1, Stored.UNCHANGED: 1}
    assert (again.faults, again.more_faults) == ([], 0)


def test_the_same_file_again_writes_nothing(house: House, tmp_path: Path) -> None:
    path = file_of(tmp_path, *(case(number) for number in range(5)), EVERYTHING)
    import_file(house.database, path)
    house.search.sync()
    before = town.everything(house)
    assert import_file(house.database, path).counts == {Stored.UNCHANGED: 6}
    assert town.everything(house) == before


@pytest.mark.parametrize(
    "wrong",
    [
        '{"title": "x"',
        {"title": "Zonder tekst"},
        case(9, themes=["nowhere"]),
        case(1),
        case(9, timeline=[{"date": "2021-02-31", "what": "x"}]),
    ],
    ids=["broken", "incomplete", "theme", "slug twice", "date"],
)
@pytest.mark.parametrize("first", [True, False])
def test_one_fault_and_nothing_is_stored(house: House, tmp_path: Path, wrong: Any, *, first: bool) -> None:
    import_file(house.database, file_of(tmp_path, case(0)))
    before = town.everything(house)
    right = [case(1), case(2), case(0, title="Anders")]
    path = file_of(tmp_path, *([right[0], wrong, *right[1:]] if first else [*right, wrong]))
    report = import_file(house.database, path)
    assert len(report.faults) == 1
    assert report.faults[0].line == (2 if first else 4)
    assert report.counts == {}
    assert town.everything(house) == before


def test_a_failure_while_storing_takes_all_back(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_the_last(session: Session, record: dict[str, Any]) -> tuple[Case, Stored]:
        if record["slug"] == "c-0007":
            raise RuntimeError("the disk is full")
        return store_case(session, record)

    monkeypatch.setattr(transfer, "store_case", fail_at_the_last)
    monkeypatch.setattr(transfer, "BATCH", 3)
    before = town.everything(house)
    with pytest.raises(RuntimeError, match="disk"):
        import_file(house.database, file_of(tmp_path, *(case(number) for number in range(9))))
    assert town.everything(house) == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "BATCH", 4)
    import_file(house.database, file_of(tmp_path, case(1), case(2)))
    house.search.sync()
    before, rows = exported(house), town.everything(house)
    many = [case(number, title="Anders") for number in range(1, 12)]
    report = import_file(house.database, file_of(tmp_path, *many), dry_run=True)
    assert report.counts == {Stored.UPDATED: 2, Stored.NEW: 9}
    assert exported(house) == before
    assert town.everything(house) == rows
    report = import_file(
        house.database, file_of(tmp_path, case(1), {"title": 7, "summary": "x"}), dry_run=True
    )
    assert len(report.faults) == 1
    assert town.everything(house) == rows
    # and the real one still works after it
    assert import_file(house.database, file_of(tmp_path, *many)).counts[Stored.NEW] == 9


@pytest.mark.whoosh
def test_more_than_a_batch_goes_well(house: House, tmp_path: Path) -> None:
    count = BATCH + 10
    path = file_of(tmp_path, *(case(number) for number in range(count)))
    assert import_file(house.database, path).counts == {Stored.NEW: count}
    assert town.count(house, "case") == town.count(house, "lesson") == count
    assert town.count(house, "tag") == 7
    assert town.number(house, "SELECT count(DISTINCT key) FROM search_outbox WHERE kind = 'case'") == count
    assert import_file(house.database, path).counts == {Stored.UNCHANGED: count}
    with house.database.reading() as session:
        assert [record["slug"] for record in export(session)] == [f"c-{number:04}" for number in range(count)]


def test_each_batch_may_change_what_one_before_it_touched(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "BATCH", 2)
    import_file(house.database, file_of(tmp_path, *(case(number) for number in range(9))))
    changed = [
        case(number, title="Anders", tags=[{"name": "tag 1"}, {"name": "tag 2"}]) for number in range(9)
    ]
    assert import_file(house.database, file_of(tmp_path, *changed)).counts == {Stored.UPDATED: 9}
    with house.database.reading() as session:
        assert {record["title"] for record in export(session)} == {"Anders"}
    assert town.number(house, "SELECT count(*) FROM case_tag") == 18


def test_progress_is_told_of_each_case(house: House, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []

    def told_of(step: str) -> Progress:
        return lambda count: told.append((step, count))

    def storing(total: int) -> Progress:
        told.append(("to store", total))
        return told_of("stored")

    path = file_of(tmp_path, *(case(number) for number in range(3)))
    import_file(house.database, path, reading=told_of("read"), storing=storing)
    assert told == [("read", 1)] * 3 + [("to store", 3)] + [("stored", 1)] * 3


def test_with_a_fault_no_storing_begins(house: House, tmp_path: Path) -> None:
    def storing(_total: int) -> Any:
        raise AssertionError("nothing is stored")

    assert import_file(house.database, file_of(tmp_path, case(1), "x"), storing=storing).faults


def test_so_many_faults_are_kept_and_the_rest_is_counted(house: House, tmp_path: Path) -> None:
    report = import_file(house.database, file_of(tmp_path, *({"title": number} for number in range(150))))
    assert len(report.faults) == MOST_FAULTS
    assert report.more_faults == 150 * 2 - MOST_FAULTS
    assert all("cases.jsonl" in str(fault) for fault in report.faults)


@pytest.mark.parametrize("form", ["jsonl", "json", "yaml"])
def test_out_and_in_again_is_the_same_to_the_byte(
    samples: House, house: House, tmp_path: Path, form: Any
) -> None:
    path = tmp_path / f"all.{form}"
    path.write_bytes(exported(samples, form))
    assert import_file(house.database, path).faults == []
    assert exported(house, form) == path.read_bytes()


def test_an_export_holds_every_status_by_slug(town_house: House) -> None:
    with town_house.database.reading() as session:
        records = list(export(session))
    names = [record["slug"] for record in records]
    assert names == sorted(names)
    assert len(names) == town.count(town_house, "case")
    assert {record["status"] for record in records} == {"published", *town.HIDDEN}


def test_lessons_are_exported_with_their_case_in_its_order(town_house: House) -> None:
    with town_house.database.reading() as session:
        lessons = list(export_lessons(session))
    rows = town.ask(
        town_house,
        'SELECT slug, statement FROM lesson l JOIN "case" c ON c.id = case_id ORDER BY slug, l.position',
    )
    assert [(lesson["case"], lesson["statement"]) for lesson in lessons] == rows
    assert len(rows) > 30


def test_an_export_lets_go_of_what_it_wrote(town_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "BATCH", 3)
    with town_house.database.reading() as session:
        most = 0
        for _ in export(session):
            most = max(most, sum(type(row).__name__ == "Case" for row in session))
        assert 0 < most <= 3
        assert len(queries.slugs(session, public=False)) > 9


def test_the_samples_can_be_imported_and_imported_again(house: House) -> None:
    count = import_samples(house.database)
    assert count == town.count(house, "case") == len(list(transfer.SAMPLES.glob("*.yaml")))
    house.search.sync()
    before = town.everything(house)
    assert import_samples(house.database) == count
    assert town.everything(house) == before


def test_a_sample_that_is_wrong_is_a_fault_of_ours(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.yaml").write_text("title: 7\nsummary: x\n")
    monkeypatch.setattr(transfer, "SAMPLES", tmp_path)
    with pytest.raises(AssertionError, match="title"):
        import_samples(house.database)


def test_listeners_hear_of_an_import_once_it_is_safe(house: House, tmp_path: Path) -> None:
    heard: list[int] = []
    house.database.listeners.append(lambda: heard.append(town.count(house, "case")))
    import_file(house.database, file_of(tmp_path, case(1), case(2)))
    assert heard == [2]
