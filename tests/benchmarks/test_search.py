"""The benchmarks of the search: that they ask all engines the same and count right."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from benchmarks import effectiveness, engines, search, trials
from benchmarks.collection import generated, questions
from kb.search.whoosh_engine import WhooshEngine

CONTEXT = "De wijk maakt een plan. De raad stelt het vast! Daarna begint het werk."


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    asked = [
        {"question": "Wie maakt een plan?", "answers": [{"answer_start": 3}]},
        {"question": "Wie stelt het vast?", "answers": [{"answer_start": CONTEXT.index("raad")}]},
    ]
    other = {"context": "Een heel ander verhaal.", "qas": []}
    data = {"data": [{"paragraphs": [{"context": CONTEXT, "qas": asked}, other]}]}
    (tmp_path / "squad.json").write_text(json.dumps(data), encoding="utf-8")
    return tmp_path / "squad.json"


def test_questions_have_the_passage_with_their_answer(squad: Path) -> None:
    paragraphs, sentences = questions(squad)
    assert paragraphs.questions == [("Wie maakt een plan?", "0"), ("Wie stelt het vast?", "0")]
    assert len(paragraphs.passages) == 2
    assert [sentences.passages[key].strip() for _, key in sentences.questions] == [
        "De wijk maakt een plan.",
        "De raad stelt het vast!",
    ]


def test_the_table_has_every_engine(squad: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cut").write_text("wijk+plan\nbewoners+participatie\n")
    (tmp_path / "words").write_text("# rem\nfiets\n")
    given = [f"--squad={squad}", f"--compounds={tmp_path / 'cut'}", f"--words={tmp_path / 'words'}"]
    effectiveness.main([*given, f"--whole={tmp_path / 'words'}"])
    out = capsys.readouterr().out
    for name in ("ours", "Whoosh as it comes", "tantivy-py", "SQLite FTS5"):
        assert f"squad, sentences: {name}" in out
    assert "2 of 2" in out
    assert "1 of 1" in out
    assert "0.00 %" in out


def test_pairs_count_when_each_finds_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pairs").write_text(
        "# rem\nwijk plan\twijkplannen\nzorgcooperatie\tcoöperaties\nfiets\tauto\n"
    )
    effectiveness.main([f"--variants={tmp_path / 'pairs'}"])
    ours, whoosh, *_others = (
        line.split() for line in capsys.readouterr().out.splitlines() if "pairs" in line
    )
    assert ours[-6:] == ["2", "of", "3", "one", "way", "0"]
    assert whoosh[-6:] == ["0", "of", "3", "one", "way", "0"]


@pytest.mark.parametrize(
    ("found", "wanted", "right"),
    [
        ("wijk+plan", "wijk+plan", True),
        ("", "wijk+plan", False),
        ("wijk+plan", "wijk~plan", True),
        ("", "wijk~plan", True),
        ("wij+kplan", "wijk+plan", False),
        ("wijk+ontwikkel+plan", "wijk+ontwikkel~plan", True),
        ("wijk+ontwik+kel+plan", "wijk+ontwikkel~plan", False),
    ],
)
def test_a_compound_is_cut_exactly(found: str, wanted: str, right: bool) -> None:
    assert effectiveness._is_right(found, wanted) == right


def test_ndcg_and_slips() -> None:
    asked = [("een", "a"), ("twee", "b"), ("drie", "c")]
    ranked = {"een": ["a"], "twee": ["x", "b"], "drie": ["x"]}
    assert effectiveness.ndcg(ranked.__getitem__, asked) == pytest.approx((1 + 0.6309 + 0) / 3, abs=1e-4)
    chance = random.Random(1)  # noqa: S311 - nothing secret is made of it
    for _ in range(50):
        first, slip = effectiveness.slipped("wat bewonersparticipatie is", chance).split()[:2]
        assert first == "wat"
        assert abs(len(slip) - len("bewonersparticipatie")) <= 1


def test_all_engines_find_and_count_the_same(tmp_path: Path) -> None:
    documents = list(generated(12))
    ours, peers = engines.Ours("ours", plain=True), [engines.Tantivy(), engines.Fts5()]
    for peer in (ours, *peers):
        peer.build(tmp_path, documents)
        peer.forget()
    for query in ("bewoners", "overleg buurt"):
        expected = ours.answer(query, "case", "organising")
        for peer in peers:
            answer = peer.answer(query, "case", "organising")
            assert answer.keys
            assert answer.total <= expected.total, "whole words alone find no more than stems do"
            assert answer.facets.keys() == expected.facets.keys()
            assert any("<" in snippet for snippet in answer.snippets)


def test_the_speed_of_a_few(capsys: pytest.CaptureFixture[str]) -> None:
    search.main(["--cases", "6", "--queries", "4"])
    out = capsys.readouterr().out
    assert "ours, whole" in out
    assert "to FTS5" in out


def test_the_trials_know_right_from_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    engine = WhooshEngine(folder)
    with engine.writing():
        engine.rebuild(map(trials.LANGUAGES.entry, trials.shelf(0)))
    trials.write(engine, 1)
    assert trials.state(engine) == 1
    assert trials.compared(folder) == ""
    with engine.writing():
        engine.update([("lesson", "3")], [trials.LANGUAGES.entry(trials.document(3, 2))])
    with pytest.raises(AssertionError, match="two states"):
        trials.state(engine)
    with engine.writing():
        engine.update([("lesson", "3")], [])
    with pytest.raises(AssertionError, match="found"):
        trials.state(engine)
