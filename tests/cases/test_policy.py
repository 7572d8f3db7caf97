"""Who may see a case: the rule says the same as a predicate and as a filter, and no page goes round it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb import create_app
from kb.cases.models import Case, CaseStatus
from kb.cases.policy import may_read, readable
from kb.house import House
from tests import town
from tests.cases.test_services import complete, save
from tests.tree import parse

MARK = "zeldzaamwoord"
"""Stands in every text of the case that may not be seen."""


def secret(status: str, slug: str = f"{MARK}-slug") -> dict[str, Any]:
    """Return a case of this status that has much in common with the published ones, and a word that none has."""
    return complete(
        slug=slug,
        title=f"Titel {MARK}",
        summary=f"Samenvatting {MARK}.",
        story=f"Verhaal {MARK}.",
        place=f"Plaats {MARK}",
        municipality=f"Gemeente {MARK}",
        province=f"Provincie {MARK}",
        period_start=1812,
        period_end=1813,
        themes=list(town.THEME_ORDER),
        tags=[{"name": "moestuin"}, {"name": "wijkschouw", "kind": "method"}, {"name": f"trefwoord {MARK}"}],
        participants=["researcher"],
        partners=[{"name": f"Partner {MARK}"}],
        challenges=[
            {"key": "c1", "title": f"Uitdaging {MARK}", "cause": f"Oorzaak {MARK}", "status": "open"}
        ],
        lessons=[
            {
                "statement": f"Les {number} {MARK}.",
                "explanation": f"Uitleg {MARK}.",
                "challenge": "c1",
                "themes": list(town.THEME_ORDER),
                "perspectives": ["researcher"],
            }
            for number in range(3)
        ],
        timeline=[{"date": "1812-01-01", "what": f"Begin {MARK}"}],
        sources=[{"title": f"Bron {MARK}", "publisher": MARK}],
        authors=[f"Auteur {MARK}"],
        status=status,
        translations={"en": {"title": f"Title {MARK}", "lessons": {"0": {"statement": f"Lesson {MARK}."}}}},
    )


@pytest.mark.parametrize("status", list(CaseStatus))
def test_only_what_was_published_may_be_read(house: House, status: CaseStatus) -> None:
    save(house, secret(status.value))
    with house.database.reading() as session:
        case = session.scalars(select(Case)).one()
        assert may_read(case) is (status is CaseStatus.PUBLISHED)
        assert session.scalars(select(Case).where(readable())).all() == ([case] if may_read(case) else [])


SLUGS = [f"{MARK}-{status}" for status in town.HIDDEN]


@pytest.fixture
def hidden(house: House) -> FlaskClient:
    """Give a reader of a town with a case more of every status but published; some were published once."""
    for slug in SLUGS[2:]:
        save(house, secret("published", slug))
    house.search.sync()
    for slug, status in zip(SLUGS, town.HIDDEN, strict=True):
        save(house, secret(status, slug))
    town.fill(house, 5, hidden=0)
    return create_app(house).test_client()


def take_away(house: House) -> None:
    """Delete the cases that may not be seen, as if they never were."""
    with house.database.transaction() as session:
        for case in session.scalars(select(Case).where(Case.slug.in_(SLUGS))):
            session.delete(case)
    house.search.rebuild()


def lesson_ids(house: House) -> list[int]:
    sql = """SELECT l.id FROM lesson l JOIN "case" c ON c.id = case_id WHERE c.status <> 'published'"""
    return [key for (key,) in town.ask(house, sql)]


def test_trust_31_it_is_nowhere(hidden: FlaskClient, house: House) -> None:
    keys = lesson_ids(house)
    assert len(keys) == 15
    paths = [
        "/",
        "/search",
        "/cases/",
        "/about",
        "/search?q=moestuin",
        "/cases/?q=moestuin",
        "/cases/?tag=moestuin",
    ]
    paths += [f"/themes/{slug}" for slug in town.THEME_ORDER]
    paths += [f"/cases/published-{number}" for number in range(5)]
    paths += [f"/lessons/{key}" for key in town.lessons(house)]
    paths += ["/search?per_page=100", "/cases/?per_page=100&sort=newest", "/search?sort=newest&per_page=100"]
    paths += [f"/api/v1/search?kind={kind}&per_page=100" for kind in ("lesson", "case")]
    paths += ["/api/v1/search?q=les&per_page=100", "/search?q=les", "/nowhere"]
    for language, some in (("nl", paths), ("en", paths[::4])):
        hidden.set_cookie("lang", language)
        for path in some:
            text = hidden.get(path).text
            assert MARK not in text, path
            for key in keys:
                assert f'/lessons/{key}"' not in text, path


ASKED = {
    "q": MARK,
    "municipality": f"Gemeente {MARK}",
    "province": f"Provincie {MARK}",
    "tag": f"trefwoord {MARK}",
    "year": "1812",
}
ALSO_ITS = {"theme": "inclusion", "perspective": "researcher", "status": "open", "language": "en"}


def test_asking_for_it_finds_nothing(hidden: FlaskClient) -> None:
    for name, value in ASKED.items():
        for path in ("/search", "/cases/"):
            page = parse(hidden.get(path, query_string={name: value}).text)
            assert page.one("h2", id="results-heading").text.startswith("0 ")
            assert not page.all("article")
        for kind in ("lesson", "case"):
            data = hidden.get("/api/v1/search", query_string={name: value, "kind": kind}).json
            assert data is not None
            assert data["total"] == 0
    for name, value in ALSO_ITS.items():
        for path in ("/search", "/cases/", "/api/v1/search"):
            assert MARK not in hidden.get(path, query_string={name: value, "per_page": "100"}).text


def test_counts_are_as_if_it_were_not_there(hidden: FlaskClient, house: House) -> None:
    def counts() -> list[str]:
        pages = [parse(hidden.get(path).text) for path in ("/", "/search", "/cases/", "/themes/inclusion")]
        texts = [page.text for page in pages]
        data = [hidden.get(f"/api/v1/search?kind={kind}").json for kind in ("lesson", "case")]
        return texts + [str([one["total"], one["facets"]]) for one in data if one]

    with_it = counts()
    take_away(house)
    assert counts() == with_it


def told(answer: TestResponse) -> dict[str, str]:
    """Return the headers of an answer, but for the name of its request."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


def test_trust_34_its_pages_are_those_of_what_never_was(hidden: FlaskClient, house: House) -> None:
    paths = [*(f"/cases/{slug}" for slug in SLUGS), *(f"/lessons/{key}" for key in lesson_ids(house))]
    with_it = [hidden.get(path) for path in paths]
    take_away(house)
    without = [hidden.get(path) for path in paths]
    for one, other in zip(with_it, without, strict=True):
        assert one.status_code == other.status_code == 404
        assert one.data == other.data
        assert told(one) == told(other)


@pytest.mark.parametrize("path", [f"/cases/{MARK}-slug", "/lessons/1"])
def test_trust_42_it_is_not_there_in_any_other_way_either(house: House, path: str) -> None:
    save(house, secret("draft"))
    client = create_app(house).test_client()
    assert client.head(path).status_code == 404
    assert client.get(f"{path}/").status_code == 404
    assert client.get(f"/{path}", base_url="http://localhost/").status_code == 404
    assert client.get(f"{path}?lang=en&status=draft&preview=1").status_code == 404
    assert client.post(path).status_code == 405
    assert MARK not in client.open(path, method="OPTIONS").text


def test_it_appears_when_it_is_published_and_goes_when_it_is_withdrawn(house: House) -> None:
    client = create_app(house).test_client()
    for status, seen in [
        ("draft", 404),
        ("published", 200),
        ("withdrawn", 404),
        ("published", 200),
        ("archived", 404),
    ]:
        save(house, secret(status))
        assert client.get(f"/cases/{MARK}-slug").status_code == seen
        assert (MARK in client.get("/").text) == (seen == 200)
        before = client.get("/api/v1/search").json
        assert before is not None
        if seen == 404:
            assert before["hits"] == [], (
                "a hit is checked against the tables, also before the index has heard of it"
            )
        house.search.sync()
        after = client.get("/api/v1/search").json
        assert after is not None
        assert after["total"] == (3 if seen == 200 else 0)
