"""Hostile text in every field of a case, looked at on every page that shows it: it stays text.

The numbers are those of the project's list of attacks; each test shows that the attack fails and that the page still
works. What Markdown alone must hold is in tests/test_markup.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb import create_app
from kb.cases.format import check
from kb.cases.models import Theme, ThemeText
from kb.house import House
from tests import town
from tests.cases.examples import THEMES
from tests.cases.test_services import complete, save
from tests.conftest import opened
from tests.databases import Databases
from tests.tree import Element, parse
from tests.web.test_meta import body_faults

HOSTILE = (
    "\"'></title></script></main><script>alert(1)</script><b onmouseover=alert(1) style=x>vondst</b>"
    "<meta http-equiv=refresh content=0;url=//x> ![spion](https://track.example/a.png) <img src=//track.example>"
    " {{7*7}} {% include 'error.html' %} ${7} %(q)s %s % {0} &lt;i&gt; \u2028 ]]> </style><!-- <script>"
)
"""Closes what it could be in (an attribute, a title, a script, a comment) and then begins something of its own."""

FIELDS = {"title": 300, "summary": 2000, "place": 200, "municipality": 200, "province": 200, "licence": 60}


def hostile(text: str, slug: str = "vijandig", language: str = "nl") -> dict[str, Any]:
    """Return a case with this text in every field that takes text, and an ordinary word to find it by."""
    told = {"title": text, "summary": text, "story": text}
    told_lesson = {"statement": text, "explanation": text}
    address = "https://x.example/?" + re.sub(r"\s", "%20", text)
    return complete(
        **{field: text[:length] for field, length in FIELDS.items()},
        slug=slug,
        story=f"{text}\n\n# {text}\n\n- {text}\n\n[{text}]({text})\n\n> {text}\n\n`{text}`\n",
        language=language,
        country="NL",
        period_start=2016,
        themes=list(town.THEME_ORDER),
        tags=[{"name": text[:100]}, {"name": text[:100], "kind": "method"}],
        participants=["resident"],
        partners=[{"name": text, "url": address}, {"name": text}],
        challenges=[
            {"key": "c1", "title": text, "cause": text, "approach": text, "outcome": text, "status": "open"}
        ],
        lessons=[
            {
                "statement": text,
                "explanation": text,
                "challenge": "c1",
                "themes": ["inclusion"],
                "origin": "derived",
            },
            {"statement": f"{text} 2", "explanation": f"# {text}", "perspectives": ["resident"]},
        ],
        timeline=[{"date": "2016-01-01", "what": text}],
        sources=[
            {"title": text, "url": address, "publisher": text},
            {"title": text, "publisher": text, "accessed": "2026-11-23"},
        ],
        authors=[text, text],
        translations={
            "en" if language == "nl" else "nl": {**told, "lessons": {"0": told_lesson, "1": told_lesson}},
        },
    )


@dataclass(frozen=True)
class Shown:
    """A page that was shown: its address, its text as sent, and its tree."""

    path: str
    text: str
    page: Element


def pages(client: FlaskClient, house: House, *more: str) -> Iterator[Shown]:
    """Yield every page that shows something of a case, in both languages, and `more`."""
    lessons = [f"/lessons/{key}" for (key,) in town.ask(house, "SELECT id FROM lesson")]
    cases = [f"/cases/{slug}" for (slug,) in town.ask(house, 'SELECT slug FROM "case"')]
    found = [f"{path}?q=vondst" for path in ("/search", "/cases/")]
    for language in ("nl", "en"):
        client.set_cookie("lang", language)
        for path in ("/", "/search", "/cases/", "/themes/inclusion", *found, *lessons, *cases, *more):
            answer = client.get(path)
            assert answer.status_code == 200, path
            yield Shown(f"{path} {language}", answer.text, parse(answer.text))


@pytest.fixture(scope="module")
def attacked(
    databases: Databases, _empty_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Give a knowledge base with a case that is hostile in every field; for reading only."""
    folder = tmp_path_factory.mktemp("attacked") / "data"
    with databases.copied(_empty_data, folder) as data, closing(opened(data)) as house:
        save(house, hostile(HOSTILE))
        house.search.sync()
        yield house


@pytest.fixture(scope="module")
def shown(attacked: House) -> list[Shown]:
    """Give every page on which the hostile case can be seen, and one that repeats what was asked."""
    asked = f"/search?{urlencode({'q': HOSTILE})}"
    return list(pages(create_app(attacked).test_client(), attacked, asked))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def outside(house: House) -> set[str]:
    urls = {url for (url,) in town.ask(house, "SELECT url FROM source UNION SELECT url FROM partner")}
    return urls | {
        "https://track.example/a.png"
    }  # an image in Markdown is a link: nothing is loaded until it is followed


def assert_stays_text(page: Element, house: House) -> None:
    """Check that a page is what its templates made it: well formed, and with nothing in it that runs or loads."""
    for script in page.all("script"):
        assert script.get("src").startswith("/static/") or script["type"] == "application/ld+json"
    assert list(body_faults(page, outside(house))) == []
    assert len(page.all("main")) == len(page.all("h1")) == len(page.one("head").all("title")) == 1


def test_trust_01_script_in_every_field(shown: list[Shown], attacked: House) -> None:
    for one in shown:
        assert_stays_text(one.page, attacked)
        assert "<script>" not in one.text, one.path
        assert "<b " not in one.text, one.path
    readable = [one.path for one in shown if "<script>alert(1)</script>" in one.page.one("main").text]
    # the text itself can be read on each page, so that nobody wonders where it went
    assert len(readable) == len(shown) >= 20


def test_trust_01_and_the_pages_still_work(attacked: House) -> None:
    client = create_app(attacked).test_client()
    (found,) = parse(client.get("/cases/?q=vondst").text).all("article", class_="case")
    shown = parse(client.get(found.one("h3").one("a")["href"]).text)
    assert shown.one("h1").text == " ".join(HOSTILE.split())
    for link in shown.one("aside").all("a", class_="chip"):
        assert parse(client.get(link["href"]).text).all("article", class_="case")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_trust_02_links_in_disguise(house: House, client: FlaskClient, lang: str) -> None:
    links = (
        "[a](javascript:alert(1)) [a](JaVa&Tab;Script&colon;alert(1)) [a](&#106;avascript:alert(1))\n\n"
        "<javascript:alert(1)> [a](data:text/html,x) [b](vbscript:x) [c](//x.example)\n\n"
        "[goed](https://goed.example)"
    )
    record = complete(
        slug="links",
        title="Links",
        summary=links,
        story=links,
        challenges=[{"key": "c1", "title": "T", "cause": links, "approach": links, "outcome": links}],
        lessons=[{"statement": "S", "explanation": links, "challenge": "c1"}],
    )
    save(house, record)
    client.set_cookie("lang", lang)
    good = 0
    for path in ("/cases/links", "/lessons/1"):
        for link in parse(client.get(path).text).all(href=None):
            # no scheme has a percent sign: what has one before its colon is a path here
            assert re.match(r"https?:|/|#|[^:]*%[^:]*:", link["href"]), link["href"]
            good += link["href"] == "https://goed.example"
    assert good == 4 + 4


def test_trust_02_a_source_or_partner_with_another_scheme_is_refused() -> None:
    for url in (
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        " javascript:x",
        "data:text/html,x",
        "//x.example",
        "/x",
        "x",
    ):
        for field in ("sources", "partners"):
            _, slips = check(
                {"title": "T", "summary": "S", field: [{"title": "x", "url": url}]}
                if field == "sources"
                else {"title": "T", "summary": "S", field: [{"name": "x", "url": url}]},
                themes=THEMES,
            )
            assert [slip.path for slip in slips] == [(field, 0, "url")], url


def test_trust_03_no_image_tells_who_reads(shown: list[Shown]) -> None:
    loading = {"src", "srcset", "poster", "background", "data", "action", "formaction"}
    for one in shown:
        assert not one.page.all("img"), one.path
        for element in one.page:
            assert not any("track.example" in element[name] for name in loading & element.attributes.keys())


def test_trust_04_raw_html_is_shown_as_text(house: House, client: FlaskClient) -> None:
    save(
        house, complete(slug="ruw", title="Ruw", summary="S", story="<div class=x>\n\n<h1>Kop</h1>\n\n</div>")
    )
    story = parse(client.get("/cases/ruw").text).one("section", id="story")
    assert not story.all("div", class_="x")
    assert not story.all("h1")
    assert "<h1>Kop</h1>" in story.text


def test_trust_05_names_in_attributes_and_the_title(house: House) -> None:
    name = HOSTILE[:100].strip()
    with house.database.transaction() as session:
        theme = session.scalars(select(Theme).where(Theme.slug == "inclusion")).one()
        for told in theme.texts:
            session.delete(told)
        session.flush()
        session.add(ThemeText(theme_id=theme.id, language="nl", name=name, question=HOSTILE[:300]))
    save(house, hostile(name))
    house.search.sync()
    client = create_app(house).test_client()
    for one in pages(client, house, "/search?theme=inclusion", "/cases/?municipality=x&tag=%22%3E%3Cb%3E"):
        assert_stays_text(one.page, house)
        assert not one.page.all("b"), one.path
    assert name in parse(client.get("/themes/inclusion").text).one("title").raw
    facets = parse(client.get("/search").text).all("input", name="municipality")
    assert [box["value"] for box in facets] == [name]


def test_trust_05_the_name_of_the_site_is_text_too(house: House) -> None:
    name = "\"'><script>alert(1)</script>"
    client = create_app(replace(house, settings=replace(house.settings, site_name=name))).test_client()
    for path in ("/", "/about", "/search", "/nowhere"):
        page = parse(client.get(path).text)
        assert_stays_text(page, house)
        assert name in page.one("title").raw


def test_trust_06_marks_in_a_snippet_are_the_only_markup(house: House, client: FlaskClient) -> None:
    nasty = "vondst <b onmouseover=alert(1)>vondst</b> <mark>vondst</mark> &lt;i&gt; <mark onclick=x>"
    save(
        house,
        complete(
            slug="snippet",
            title=nasty,
            summary=nasty,
            story=nasty,
            lessons=[{"statement": nasty, "explanation": nasty}],
        ),
    )
    house.search.sync()
    for path in ("/search?q=vondst", "/cases/?q=vondst", "/search?q=onmouseover", "/cases/?q=mark+b"):
        shown = parse(client.get(path).text).one("ol", class_="cards")
        for mark in shown.all("mark"):
            assert mark.attributes == {}
            assert "<" not in mark.raw
        assert not shown.all("b")
        assert "<b onmouseover=alert(1)>" in shown.text
        assert "&lt;i&gt;" in shown.text, "what was typed with an ampersand is shown with one"
    for kind in ("lesson", "case"):
        data = client.get(f"/api/v1/search?q=vondst&kind={kind}").json
        assert data is not None
        snippet = data["hits"][0]["snippet"]
        assert set(re.findall(r"<[^>]*>", snippet)) == {"<mark>", "</mark>"}


def test_trust_09_structured_data_can_not_end_its_script(shown: list[Shown]) -> None:
    for one in shown:
        script = one.page.one("script", type="application/ld+json")
        assert json.loads(script.raw)["@context"] == "https://schema.org", one.path
        assert "<" not in script.raw
    case = next(one for one in shown if one.path == "/cases/vijandig nl")
    article = json.loads(case.page.one("script", type="application/ld+json").raw)
    assert article["headline"] == HOSTILE, "and what machines read is the text itself"


def test_trust_10_a_quote_can_not_leave_a_meta_tag(shown: list[Shown]) -> None:
    for one in shown:
        head = one.page.one("head")
        assert not one.page.all(http_equiv=None), one.path
        assert len(head.all("meta", name="description")) == len(head.all("meta", property="og:title")) == 1
    head = next(one for one in shown if one.path == "/cases/vijandig nl").page.one("head")
    assert head.one("meta", property="og:title")["content"] == HOSTILE
    assert HOSTILE.startswith(head.one("meta", name="description")["content"][:100])


def test_trust_13_template_syntax_stays_text(shown: list[Shown]) -> None:
    for one in shown:
        text = one.page.one("main").text
        assert "{{7*7}}" in text, one.path
        assert "{% include 'error.html' %}" in text
        assert "%(q)s %s % {0}" in text
        assert " 49 " not in text


@pytest.mark.parametrize(
    "q", ["{{7*7}}", "{{ config }}", "{% raw %}", "${7*7}", "#{7*7}", "%(q)s %s %d %", "{0} {q}"]
)
def test_trust_13_nor_is_what_was_asked_worked_out(visitor: FlaskClient, q: str) -> None:
    for path in ("/search", "/cases/"):
        answer = visitor.get(path, query_string={"q": q, "municipality": q})
        assert answer.status_code == 200
        page = parse(answer.text)
        assert q in page.one("title").raw
        assert q in page.one("a", class_="chip--on").raw
        assert "SECRET" not in answer.text


def test_trust_14_what_turns_a_text_round_is_refused_in_every_field() -> None:
    right = hostile("gewoon")
    holders: list[tuple[dict[str, Any], Any]] = []

    def gather(value: Any) -> None:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in list(items):
            if isinstance(item, str) and "gewoon" in item:
                holders.append((value, key))
            elif isinstance(item, dict | list):
                gather(item)

    gather(right)
    assert len(holders) == 35
    for code in ("\u202e", "\u202a", "\u2066", "\u2069", "\x00", "\x08", "\x1b"):
        for holder, key in holders:
            before = holder[key]
            holder[key] = f"ge{code}woon"
            _, slips = check(right, themes=THEMES)
            holder[key] = before
            assert len(slips) == 1, (code, key)
    assert check(right, themes=THEMES)[1] == []


def test_trust_14_what_does_not_show_makes_no_other_word(house: House, client: FlaskClient) -> None:
    save(house, complete(slug="nul", title="Wijk\u200braad \u2060vondst\u00ad", summary="S"))
    house.search.sync()
    for q in ("wijkraad", "wijk\u200draad", "vondst"):
        page = parse(client.get("/cases/", query_string={"q": q}).text)
        assert [card.one("h3").one("a")["href"] for card in page.all("article")] == ["/cases/nul"], q
