"""The load must be the same everywhere, or the figures measured with it can't be measured again."""

import hashlib
import json
import re
from collections import Counter
from functools import cache
from math import log
from typing import Any

import pytest

from benchmarks import generate, places, templates
from benchmarks.vocabulary import SIZE, join, vocabulary

CASES_SUM = "9507f6a818d7c25aa831353ac6426a32285a2492243cea01861e1cd75e7a80b5"
QUERIES_SUM = "4c7edcf98326be1f5bd1839e02f1892c2dfbb267ded3d186df888a9e3cd3c5f8"

CASE_KEYS = (
    "slug title summary story language place municipality province country latitude longitude scale period_start period_end "
    "themes tags participants partners challenges lessons timeline sources authors licence status"
)
PART_KEYS = {
    "challenges": "key title cause approach outcome status themes",
    "lessons": "statement explanation challenge themes perspectives origin",
    "timeline": "date precision what",
    "sources": "title url publisher accessed",
    "tags": "name kind",
    "partners": "name url",
}


@cache
def sample() -> list[dict[str, Any]]:
    return list(generate.cases(150))


def texts(case: dict[str, Any]) -> str:
    parts = [case["title"], case["summary"], case["story"]]
    parts += [each[key] for each in case["challenges"] for key in ("title", "cause", "approach", "outcome")]
    parts += [each[key] for each in case["lessons"] for key in ("statement", "explanation")]
    parts += [each["what"] for each in case["timeline"]]
    parts += [each[key] for each in case["sources"] for key in ("title", "publisher")]
    return "\n".join(parts)


def tokens(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text.lower())


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_on_every_python() -> None:
    assert digest([generate.line(case) for case in sample()[:20]]) == CASES_SUM
    assert digest(generate.queries(200)) == QUERIES_SUM


def test_a_shorter_run_is_the_beginning_of_a_longer_one() -> None:
    assert list(generate.cases(3)) == sample()[:3]


def test_another_seed_gives_other_cases() -> None:
    assert next(generate.cases(1, seed=2)) != sample()[0]
    assert generate.queries(20, seed=2) != generate.queries(20)


@pytest.mark.parametrize("key", ["slug", "title"])
def test_slugs_and_titles_are_unique(key: str) -> None:
    assert len({case[key] for case in sample()}) == len(sample())


def test_slugs_end_in_the_number_and_fit_a_url() -> None:
    assert sample()[0]["slug"].endswith("-00001")
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case["slug"]) for case in sample())


def test_only_keys_of_the_case_format_are_used() -> None:
    for case in sample():
        assert set(case) <= set(CASE_KEYS.split())
        for part, keys in PART_KEYS.items():
            assert all(set(entry) <= set(keys.split()) for entry in case[part])


def test_a_case_holds_together() -> None:
    for case in sample():
        keys = {challenge["key"] for challenge in case["challenges"]}
        assert {lesson["challenge"] for lesson in case["lessons"] if "challenge" in lesson} <= keys
        dates = [entry["date"] for entry in case["timeline"]]
        assert dates == sorted(dates)
        assert str(case["period_start"]) <= dates[0]
        assert dates[-1][:4] <= str(case.get("period_end", 2026))
        assert case["municipality"] in places.PROVINCES[case["province"]][2]
        assert not re.search(r"[{}]", texts(case))


@pytest.mark.parametrize("words", [500, 850, 2000])
def test_a_case_has_about_the_words_asked_for(words: int) -> None:
    counts = [len(texts(case).split()) for case in generate.cases(20, words=words)]
    assert words * 0.9 < sum(counts) / len(counts) < words * 1.15


def test_word_frequencies_fall_as_in_language() -> None:
    counts = Counter(token for case in sample() for token in tokens(texts(case)))
    points = [(log(rank), log(count)) for rank, (_, count) in enumerate(counts.most_common(2000), 1)]
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    assert -1.3 < slope < -0.8
    assert counts.most_common(1)[0][0] == "de"
    assert len(counts) > 10_000


def test_facets_are_skewed_and_places_many() -> None:
    themes = Counter(theme for case in sample() for theme in case["themes"])
    assert len(themes) == 4
    assert themes["organising"] > 2 * themes["inclusion"]
    assert len(places.PROVINCES) == 12
    assert sum(len(names) for _, _, names in places.PROVINCES.values()) >= 300


def test_the_vocabulary_has_its_size_and_no_form_twice() -> None:
    forms = vocabulary().forms
    assert len(forms) == len(set(forms)) == SIZE
    assert len(set(templates.STATEMENTS)) == 40


def test_compounds_get_a_hyphen_where_vowels_clash() -> None:
    assert join("coöperatie", "initiatief") == "coöperatie-initiatief"
    assert join("wijk", "agenda") == "wijkagenda"


def test_queries_are_short_and_find_words_of_the_cases() -> None:
    asked = generate.queries(500)
    assert all(1 <= len(query.split()) <= 4 for query in asked)
    known = {token for case in sample() for token in tokens(texts(case))}
    hits = sum(any(token in known for token in tokens(query)) for query in asked)
    assert hits > 400


@pytest.mark.parametrize("bad", [{"count": -1}, {"count": 1, "seed": -1}, {"count": 1, "words": 10}])
def test_impossible_wishes_are_refused_at_the_call(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"negative|at least"):
        generate.cases(**bad)


def test_the_command_writes_json_lines(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert generate.main(["2", "--words", "400"]) == 0
    written = capfdbinary.readouterr().out.decode().splitlines()
    assert [json.loads(each) for each in written] == list(generate.cases(2, words=400))


def test_the_command_refuses_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        generate.main(["1", "--words", "10"])
    assert stopped.value.code == 2
    assert "at least" in capsys.readouterr().err
