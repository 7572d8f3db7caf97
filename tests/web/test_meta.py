"""Every page that can be reached from the home page: it says what it is, loads nothing from elsewhere, leads nowhere dead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from flask.testing import FlaskClient

from kb.house import House
from tests import town
from tests.tree import Element, parse

HOST = "http://localhost"
LOCALES = {"nl": "nl_NL", "en": "en_GB"}
LINKS = ("src", "href", "action", "data-hx-get", "srcset", "poster", "data", "formaction")


def address(link: str) -> str:
    """Return a link without the part that chooses the page's language."""
    path, _, asked = link.partition("?")
    pairs = [pair for pair in asked.split("&") if pair and not pair.startswith("lang=")]
    return f"{path}?{'&'.join(pairs)}" if pairs else path


def outside(link: str) -> bool:
    return bool(urlsplit(link).netloc) and not link.startswith(f"{HOST}/")


def head_faults(page: Element, language: str, url: str) -> Iterator[str]:
    """Yield what is wrong with what the page says of itself."""
    if page.one("html").get("lang") != language:
        yield "its language"
    head = page.one("head")
    title = head.one("title").text
    if not title or len(page.all("h1")) != 1 or not page.one("h1").text:
        yield f"title {title!r}, {len(page.all('h1'))} h1"
    canonical = head.one("link", rel="canonical")["href"]
    if not canonical.startswith(f"{HOST}/") or "lang=" in canonical:
        yield f"canonical {canonical!r}"
    of_case = url.partition("/v/")[0]  # a version is the case's page as it was
    if urlsplit(canonical).path != urlsplit(of_case).path and not url.startswith("/search?kind=case"):
        yield f"canonical {canonical!r} is of another page"
    description = head.one("meta", name="description")["content"]
    if not 20 <= len(description) <= 160:
        yield f"description {description!r}"
    shared = {element["property"]: element["content"] for element in head.all("meta", property=None)}
    if (
        not title.startswith(shared.get("og:title", "?"))
        or not shared.get("og:site_name")
        or shared.get("og:description") != description
        or shared.get("og:url") != canonical
        or shared.get("og:type") not in {"website", "article"}
        or shared.get("og:locale") != LOCALES[language]
        or not shared.get("og:image", "").startswith(f"{HOST}/static/")
    ):
        yield f"og: {shared}"
    data = [json.loads(script.raw) for script in head.all("script", type="application/ld+json")]
    if [one.get("@context") for one in data] != ["https://schema.org"] or not data[0].get("@type"):
        yield f"JSON-LD {data}"


def body_faults(page: Element, allowed: set[str]) -> Iterator[str]:
    """Yield what the page's policy would block, and what points at nothing."""
    for element in page:
        yield from (f"{name}= in <{element.tag}>" for name in element.attributes if name.startswith("on"))
        if "style" in element.attributes or element.tag in {
            "style",
            "iframe",
            "object",
            "embed",
            "base",
            "img",
        }:
            yield f"<{element.tag}> {element.attributes}"
        if (
            element.tag == "script"
            and not element.get("src")
            and element.get("type") != "application/ld+json"
        ):
            yield "a script in the page"
        for link in (element[name] for name in LINKS if name in element.attributes):
            scheme = urlsplit(link).scheme
            if scheme not in {"", "http", "https"} or link.startswith("//"):
                yield f"link {link!r}"
            if outside(link) and not (
                element.tag == "a" and link in allowed and "noreferrer" in element["rel"]
            ):
                yield f"<{element.tag}> goes to {link}"
    names = [element["id"] for element in page.all(id=None)]
    if len(names) != len(set(names)):
        yield f"an id twice: {sorted(name for name in names if names.count(name) > 1)}"
    for element in page:
        pointers = [element.get("for"), element.get("form"), *element.get("aria-labelledby").split()]
        pointers += element.get("aria-describedby").split()
        pointers += [element["href"][1:]] if element.get("href").startswith("#") else []
        yield from (f"points at #{name}" for name in pointers if name and name not in names)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_from_the_home_page_on(reader: FlaskClient, samples: House, language: str) -> None:
    reader.set_cookie("lang", language)
    allowed = {url for (url,) in town.ask(samples, "SELECT url FROM source UNION SELECT url FROM partner")}
    allowed |= {"https://creativecommons.org/licenses/by/4.0/"}
    names: dict[str, set[str]] = {}
    anchors: list[tuple[str, str, str]] = []
    faults: list[str] = []
    waiting = ["/"]
    seen = set(waiting)
    while waiting:
        url = waiting.pop()
        answer = reader.get(url)
        if answer.status_code != 200:
            faults.append(f"{url}: {answer.status_code}")
            continue
        if answer.mimetype != "text/html":
            answer.close()  # a file
            continue
        page = parse(answer.text)
        names[url] = {element["id"] for element in page.all(id=None)}
        faults += [f"{url}: {fault}" for fault in head_faults(page, language, url)]
        faults += [f"{url}: {fault}" for fault in body_faults(page, allowed)]
        links = [element[name] for element in page for name in LINKS if name in element.attributes]
        for found in [*links, page.one("meta", property="og:image")["content"]]:
            link, anchor = urldefrag(address(found.removeprefix(HOST)))
            if outside(link) or not link or ("?" in link and "?" in url):
                continue  # from one search to the next there is no end; tests/pages/test_search_page.py follows some
            if anchor:
                anchors.append((url, link, anchor))
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    faults += [f"{url}: {link}#{name}" for url, link, name in anchors if name not in names[link]]
    assert faults == []
    published = town.ask(samples, """SELECT slug FROM "case" WHERE status = 'published'""")
    assert {f"/cases/{slug}" for (slug,) in published} <= seen
    assert {f"/lessons/{key}" for (key,) in town.ask(samples, "SELECT id FROM lesson")} <= seen
    assert {"/about", "/cases/", "/search", *(f"/themes/{slug}" for slug in town.THEME_ORDER)} <= seen
