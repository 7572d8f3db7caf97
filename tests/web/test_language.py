"""The language of the page: chosen by the reader, kept in a cookie, and never guessed."""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb import create_app
from tests.conftest import opened
from tests.tree import parse


def language(answer: TestResponse) -> str:
    return parse(answer.text).one("html")["lang"]


def cookie(answer: TestResponse) -> Morsel[str]:
    """Return the one cookie that an answer sets."""
    (header,) = answer.headers.getlist("Set-Cookie")
    (morsel,) = SimpleCookie(header).values()
    return morsel


def test_without_a_choice_pages_are_dutch_whatever_the_browser_wants(reader: FlaskClient) -> None:
    answer = reader.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert language(answer) == "nl"
    assert "Set-Cookie" not in answer.headers


def test_the_knowledge_base_has_a_language_of_its_own(data: Path) -> None:
    house = opened(data, KB_LANGUAGE="en")
    client = create_app(house).test_client()
    assert language(client.get("/")) == "en"
    assert language(client.get("/?lang=nl")) == "nl"
    assert language(client.get("/")) == "nl"
    house.close()


@pytest.mark.parametrize(
    "path", ["/", "/search?q=wijk", "/cases/", "/cases/duiven-west", "/lessons/1", "/about"]
)
def test_a_choice_counts_at_once_and_is_remembered(reader: FlaskClient, path: str) -> None:
    chosen = reader.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert language(chosen) == "en"
    assert language(reader.get(path)) == "en"
    back = reader.get("/about?lang=nl")
    assert language(back) == "nl"
    assert cookie(back).value == "nl"
    assert language(reader.get(path)) == "nl"


def test_the_cookie_holds_the_choice_and_nothing_else(reader: FlaskClient) -> None:
    kept = cookie(reader.get("/?lang=en"))
    assert (kept.key, kept.value) == ("lang", "en")
    assert kept["path"] == "/"
    assert int(kept["max-age"]) == 365 * 24 * 3600
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"
    assert not kept["domain"]
    assert not kept["secure"]


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({"KB_PROXIES": "1"}, {"X-Forwarded-Proto": "https"}),
        ({"KB_BASE_URL": "https://localhost"}, {}),
    ],
)
def test_over_a_safe_line_the_cookie_stays_there(
    data: Path, settings: dict[str, str], headers: dict[str, str]
) -> None:
    house = opened(data, **settings)
    answer = create_app(house).test_client().get("/?lang=en", headers=headers)
    assert cookie(answer)["secure"]
    house.close()


def test_a_choice_that_was_kept_is_not_set_again(reader: FlaskClient) -> None:
    reader.get("/?lang=en")
    assert "Set-Cookie" not in reader.get("/?lang=en").headers
    assert "Set-Cookie" not in reader.get("/").headers


@pytest.mark.parametrize(
    "value", ["de", "", "EN", "nl-NL", "<script>", "en\r\nSet-Cookie: x=y", "\x00", "e" * 9000]
)
def test_an_unknown_language_is_left_alone(reader: FlaskClient, value: str) -> None:
    for answer in (
        reader.get("/", query_string={"lang": value}),
        reader.get("/search", query_string={"lang": value}),
    ):
        assert answer.status_code == 200
        assert language(answer) == "nl"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("value", ["de", "", "../../x", "%00", "x" * 4000])
def test_an_unknown_language_in_the_cookie_is_left_alone(reader: FlaskClient, value: str) -> None:
    answer = reader.get("/", headers={"Cookie": f"lang={value}"})
    assert answer.status_code == 200
    assert language(answer) == "nl"


def test_errors_can_be_switched_too(reader: FlaskClient) -> None:
    assert language(reader.get("/nowhere?lang=en")) == "en"
    assert language(reader.get("/search?page=0&lang=en")) == "en"


def test_a_redirect_takes_the_choice_along(reader: FlaskClient) -> None:
    answer = reader.get("/cases?lang=en", follow_redirects=True)
    assert answer.request.path == "/cases/"
    assert language(answer) == "en"


def test_for_the_api_lang_is_the_language_of_the_texts(reader: FlaskClient) -> None:
    some, everything = reader.get("/api/v1/search?lang=en"), reader.get("/api/v1/search")
    assert "Set-Cookie" not in some.headers
    assert some.json is not None
    assert everything.json is not None
    assert 0 < some.json["total"] < everything.json["total"]
    assert language(reader.get("/")) == "nl"


def test_the_page_filters_on_the_language_of_texts_under_another_name(reader: FlaskClient) -> None:
    everything = reader.get("/search")
    some = reader.get("/search?language=en")
    assert language(some) == "nl"
    assert parse(some.text).one("h2", id="results-heading").text != (
        parse(everything.text).one("h2", id="results-heading").text
    )


def switch(answer: TestResponse) -> str:
    """Return where the page's language switch leads."""
    link = parse(answer.text).one("nav", id="language-switch").one("a")
    assert link["lang"] == link["hreflang"]
    return link["href"]


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [("q", "wijk & plein=1 #2 %41 +")],
        [("theme", "inclusion"), ("theme", "organising"), ("page", "2")],
        [("q", "wijk"), ("lang", "nl")],
        [("lang", "en"), ("lang", "nl"), ("q", "wijk")],
        [("unknown", "é 🏘")],
    ],
)
def test_the_switch_keeps_the_rest_of_the_address(reader: FlaskClient, asked: list[tuple[str, str]]) -> None:
    answer = reader.get("/search", query_string=asked)
    other = "nl" if language(answer) == "en" else "en"
    link = urlsplit(switch(answer))
    assert (link.scheme, link.netloc, link.path, link.fragment) == ("", "", "/search", "")
    rest = [pair for pair in asked if pair[0] != "lang"]
    assert parse_qsl(link.query, strict_parsing=True) == [*rest, ("lang", other)]


@pytest.mark.parametrize("path", ["/a%3Fb%23c d%2520", "/caf%C3%A9/<b>"])
def test_the_switch_leads_back_to_this_very_page(reader: FlaskClient, path: str) -> None:
    first = reader.get(path)
    again = reader.get(switch(first))
    assert again.request.path == first.request.path
    assert language(again) == "en"


def test_the_switch_names_the_language_in_that_language(reader: FlaskClient) -> None:
    def shown(answer: TestResponse) -> tuple[str, str]:
        link = parse(answer.text).one("nav", id="language-switch").one("a")
        return link["lang"], link.text

    assert shown(reader.get("/")) == ("en", "English")
    assert shown(reader.get("/?lang=en")) == ("nl", "Nederlands")


def test_the_words_of_the_page_differ_between_the_languages(reader: FlaskClient) -> None:
    """Show that the catalogue is there: a page in two languages does not read the same."""
    for path in ("/", "/search", "/cases/", "/about", "/nowhere"):
        dutch = parse(reader.get(f"{path}?lang=nl").text).one("main").text
        english = parse(reader.get(f"{path}?lang=en").text).one("main").text
        assert dutch != english
