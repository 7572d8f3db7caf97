"""`kb search`: the index, and searching and analysing from the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.cases.models import Case
from kb.house import House
from tests.cli.conftest import Run
from tests.conftest import MakeCase


def objects(lines: str) -> list[Any]:
    return [json.loads(line) for line in lines.splitlines()]


class TestIndex:
    def test_check_agrees(self, kb: Run, data: Path, make_case: MakeCase) -> None:
        make_case()
        answer = kb("search", "check", "--data", data)
        assert (answer.code, answer.out) == (0, "")
        assert answer.err.splitlines()[1:] == ["The index agrees with the database: 2 documents."]

    @pytest.mark.whoosh
    def test_check_tells_each_difference(
        self, kb: Run, data: Path, house: House, make_case: MakeCase
    ) -> None:
        for slug in ("blijft", "gaat", "verandert"):
            make_case(slug=slug, lessons=[])
        make_case(slug="nieuw", lessons=[{"statement": "Nieuw."}], index=False)
        with house.database.transaction() as session:
            session.delete(session.query(Case).filter_by(slug="gaat").one())
            session.query(Case).filter_by(slug="verandert").one().title = "Anders"
        answer = kb("search", "check", "--data", data)
        assert answer.code == 1
        assert sorted(answer.out.splitlines()) == [
            "ghost\tcase\tgaat",
            "missing\tcase\tnieuw",
            "missing\tlesson\t1",
            "stale\tcase\tverandert",
        ]
        assert answer.err.splitlines()[1:] == [
            "kb: The index differs from the database; `kb search rebuild` makes it anew."
        ]
        assert kb("search", "rebuild", "--data", data).err.splitlines()[1:] == ["Indexed: 4"]
        assert kb("search", "check", "--data", data).code == 0

    @pytest.mark.whoosh
    def test_sync_does_what_waits(self, kb: Run, data: Path, make_case: MakeCase) -> None:
        make_case(slug="oud")
        make_case(slug="nieuw", index=False)
        assert kb("search", "check", "--data", data).code == 1
        assert kb("search", "sync", "--data", data).err.splitlines()[1:] == ["Brought up to date: 2"]
        assert kb("search", "check", "--data", data).code == 0
        assert kb("search", "sync", "--data", data).err.splitlines()[1:] == ["Brought up to date: 0"]

    @pytest.mark.whoosh
    @pytest.mark.parametrize("name", ["check", "query wijk"])
    def test_no_index(self, kb: Run, data: Path, name: str) -> None:
        (data / "index" / "current").unlink()
        assert "no search index" in kb("search", *name.split(), "--data", data).failed(data)
        assert kb("search", "rebuild", "--data", data).code == 0
        assert kb("search", *name.split(), "--data", data).code == 0

    @pytest.mark.whoosh
    def test_a_file_where_the_index_should_be(self, kb: Run, data: Path) -> None:
        (data / "index").rename(data / "was")
        (data / "index").touch()
        why = kb("search", "rebuild", "--data", data).failed(data)
        assert why == "The search index can't be written: File exists."


class TestQuery:
    @pytest.fixture(autouse=True)
    def _cases(self, make_case: MakeCase) -> None:
        make_case(slug="wijk", title="De wijk", lessons=[{"statement": "Begin bij de wijk."}])
        make_case(slug="dorp", title="Het dorp", lessons=[{"statement": "Luister naar het dorp."}])
        make_case(slug="stad", title="De stad", lessons=[{"statement": "Wacht niet op de stad."}])

    def test_for_people(self, kb: Run, data: Path) -> None:
        answer = kb("search", "query", "dorp", "--data", data)
        assert answer.code == 0
        title, where = answer.out.splitlines()
        assert title.endswith("  Luister naar het dorp.")
        assert float(title.split()[0]) > 0
        assert where.split() == ["dorp", "/lessons/2"]
        assert answer.err.splitlines()[1].startswith("1 found in ")

    def test_json_is_what_the_api_answers(self, kb: Run, data: Path, client: FlaskClient) -> None:
        answer = kb("search", "query", "Luister, wijk", "--limit", "5", "--json", "--data", data)
        (reply,) = objects(answer.out)
        page = client.get("/api/v1/search", query_string={"q": "Luister, wijk", "per_page": 5}).json
        assert page
        assert reply["total"] == 2
        assert list(reply) == list(page)
        assert {**reply, "took_ms": 0} == {**page, "took_ms": 0}

    def test_kind_and_limit(self, kb: Run, data: Path) -> None:
        cases = kb("search", "query", "de wijk, het dorp", "--kind", "case", "--json", "--data", data)
        (reply,) = objects(cases.out)
        assert {hit["id"] for hit in reply["hits"]} == {"wijk", "dorp"}
        (reply,) = objects(kb("search", "query", "", "--limit", "2", "--json", "--data", data).out)
        assert (reply["total"], len(reply["hits"]), reply["per_page"]) == (3, 2, 2)

    def test_a_file_gets_an_answer_a_line_in_its_order(self, kb: Run, data: Path, tmp_path: Path) -> None:
        asked = ["stad", "", "nergens", "wijk", "  dorp ", "café “x”", "*()\"'", "x" * 5000]
        (tmp_path / "q.txt").write_text("\n".join(asked), encoding="utf-8")
        answer = kb("search", "query", "--file", tmp_path / "q.txt", "--data", data)
        assert answer.code == 0
        replies = objects(answer.out)
        assert [reply["query"] for reply in replies] == [text.strip() for text in asked]
        assert [[hit["case"] for hit in reply["hits"]] for reply in replies[2:5]] == [[], ["wijk"], ["dorp"]]
        assert answer.err == f"Data folder: {data}\n"

    def test_windows_lines_on_standard_input(self, kb: Run, data: Path) -> None:
        answer = kb("search", "query", "--file", "-", "--data", data, stdin=b"stad\r\ndorp\r\n")
        assert [reply["query"] for reply in objects(answer.out)] == ["stad", "dorp"]

    def test_a_file_that_is_not_utf_8(self, kb: Run, data: Path, tmp_path: Path) -> None:
        (tmp_path / "q.txt").write_bytes("café\n".encode("latin-1"))
        why = kb("search", "query", "--file", tmp_path / "q.txt", "--data", data).failed(data)
        assert why == "The file is not UTF-8; save it as that first."


class TestAnalyse:
    def test_a_text(self, kb: Run, data: Path) -> None:
        answer = kb("search", "analyse", "Nieuwe wijkschouwen", "--data", data)
        assert answer.code == 0
        (reply,) = objects(answer.out)
        assert list(reply) == ["text", "words"]
        assert reply["text"] == "Nieuwe wijkschouwen"
        assert [word["word"] for word in reply["words"]] == ["Nieuwe", "wijkschouwen"]
        for word in reply["words"]:
            assert list(word) == ["word", "stem", "parts", "part_stems"]
            assert len(word["parts"]) == len(word["part_stems"])

    def test_the_language(self, kb: Run, data: Path) -> None:
        words = {
            lang: objects(kb("search", "analyse", "children", "--lang", lang, "--data", data).out)[0]["words"]
            for lang in ("nl", "en")
        }
        assert words["en"][0]["stem"] == "child"
        assert words["nl"][0]["stem"] != "child"

    def test_a_file(self, kb: Run, data: Path, tmp_path: Path) -> None:
        (tmp_path / "t.txt").write_text("wijk\n\nstraten\n", encoding="utf-8")
        answer = kb("search", "analyse", "--file", tmp_path / "t.txt", "--data", data)
        assert [reply["text"] for reply in objects(answer.out)] == ["wijk", "", "straten"]

    def test_a_file_that_is_not_utf_8(self, kb: Run, data: Path, tmp_path: Path) -> None:
        (tmp_path / "t.txt").write_bytes(b"wijk\n\xff\n")
        assert "not UTF-8" in kb("search", "analyse", "--file", tmp_path / "t.txt", "--data", data).failed(
            data
        )

    def test_it_needs_no_knowledge_base(self, kb: Run, tmp_path: Path) -> None:
        assert kb("search", "analyse", "wijk", "--data", tmp_path / "none").code == 0
        assert not (tmp_path / "none").exists()
