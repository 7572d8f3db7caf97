from __future__ import annotations

from pathlib import Path

import pytest

from kb import config
from kb.house import House
from tests.conftest import MakeCase, opened


def test_opening_makes_nothing(tmp_path: Path) -> None:
    house = House.open(config.read(tmp_path / "data", {}))
    assert house.settings.data == tmp_path / "data"
    house.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sqlite
def test_all_is_where_the_settings_say(data: Path, tmp_path: Path) -> None:
    (data / "kb.sqlite3").rename(tmp_path / "elsewhere.sqlite3")
    house = opened(data, KB_DATABASE_URL=f"sqlite:///{tmp_path}/elsewhere.sqlite3")
    house.database.check()
    house.search.engine.ready()
    house.close()
    assert not (data / "kb.sqlite3").exists()


def test_lessons_and_cases_are_what_can_be_found(house: House, make_case: MakeCase) -> None:
    make_case(lessons=[{"statement": "Een."}, {"statement": "Twee."}])
    with house.database.reading() as session:
        assert house.search.size(session) == 3
    assert {kind for kind, _ in house.search.engine.fingerprints()} == {"lesson", "case"}


def test_closed_it_holds_no_file(house: House, data: Path) -> None:
    with house.database.reading() as session:
        house.search.size(session)
    house.close()
    assert not (data / "kb.sqlite3-wal").exists()
