"""What machines read of a case and a lesson, and what a page shows when it is shared."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient

from kb import create_app
from kb.house import House
from tests import town
from tests.cases.test_services import EVERYTHING, save
from tests.conftest import MakeCase, opened
from tests.tree import parse


def data(client: FlaskClient, path: str) -> dict[str, Any]:
    script = parse(client.get(path).text).one("script", type="application/ld+json")
    found = json.loads(script.raw)
    assert isinstance(found, dict)
    return found


def test_a_case_is_an_article_with_all_that_is_known(client: FlaskClient, house: House) -> None:
    save(house, {**EVERYTHING, "status": "published"})
    found = data(client, "/cases/alles")
    assert found["@context"] == "https://schema.org"
    assert found["@type"] == "Article"
    assert found["@id"] == "http://localhost/cases/alles"
    assert (found["headline"], found["abstract"], found["inLanguage"]) == (
        "Duiven-West",
        "Samen aan zet",
        "nl",
    )
    assert found["creditText"] == "Z. Laatst, A. Eerst, Z. Laatst"
    ((published, updated),) = town.ask(house, 'SELECT date(published_at), date(updated_at) FROM "case"')
    assert (found["datePublished"], found["dateModified"]) == (published, updated)
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["keywords"] == ["wijkschouw", "wijkschouw", "Élan"]
    assert len(found["about"]) == 2
    assert found["spatialCoverage"] == {"@type": "Place", "name": "Duiven-West, Duiven, Gelderland, NL"}
    assert found["citation"] == [
        {"@type": "CreativeWork", "name": "Zonder adres"},
        {"@type": "CreativeWork", "name": "Met", "url": "http://x.example", "publisher": "P"},
    ]


def test_what_is_not_known_is_left_out(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(slug="weinig", title="Weinig", summary="", story="Een verhaal.", lessons=[])
    found = data(client, "/cases/weinig")
    assert set(found) == {
        "@context",
        "@type",
        "@id",
        "headline",
        "inLanguage",
        "datePublished",
        "dateModified",
    }


def test_a_place_with_the_name_of_its_municipality_is_named_once(
    client: FlaskClient, make_case: MakeCase
) -> None:
    make_case(slug="stein", place="Stein", municipality="Stein", province="Limburg")
    assert data(client, "/cases/stein")["spatialCoverage"]["name"] == "Stein, Limburg"


def test_a_lesson_is_a_part_of_its_case(client: FlaskClient, make_case: MakeCase) -> None:
    make_case(slug="plein", title="Plein", lessons=[{"statement": "Begin klein.", "themes": ["inclusion"]}])
    found = data(client, "/lessons/1")
    assert found["@type"] == "CreativeWork"
    assert found["@id"] == "http://localhost/lessons/1"
    assert found["name"] == found["text"] == "Begin klein."
    assert found["inLanguage"] == "nl"
    assert len(found["about"]) == 1
    assert found["isPartOf"] == {
        "@type": "Article",
        "@id": "http://localhost/cases/plein",
        "headline": "Plein",
    }


def test_it_follows_the_language_of_the_page(client: FlaskClient, make_case: MakeCase) -> None:
    told = {"title": "Square", "lessons": {"0": {"statement": "Start small."}}}
    make_case(slug="plein", title="Plein", lessons=[{"statement": "Begin klein."}], translations={"en": told})
    client.set_cookie("lang", "en")
    case, lesson = data(client, "/cases/plein"), data(client, "/lessons/1")
    assert (case["headline"], case["inLanguage"]) == ("Square", "en")
    assert (lesson["name"], lesson["inLanguage"], lesson["isPartOf"]["headline"]) == (
        "Start small.",
        "en",
        "Square",
    )


def test_all_addresses_are_those_that_were_set(house: House, make_case: MakeCase) -> None:
    make_case(slug="plein")
    named = opened(house.settings.data, KB_BASE_URL="https://praktijk.example")
    client = create_app(named).test_client()
    for path in ("/", "/search", "/cases/", "/cases/plein", "/lessons/1", "/themes/inclusion", "/about"):
        text = json.dumps(data(client, path))
        assert "http://localhost" not in text
        assert '"http' not in text.replace('"https://praktijk.example', "").replace('"https://schema.org', "")
    named.close()
