"""The history: which versions who sees, as pages, compared, referred to and restored."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kb.cases.models import CaseStatus, Revision
from kb.cases.services import drafts, review
from kb.house import House
from tests.cases import reviewing
from tests.cases.reviewing import change, look, reader, status
from tests.people import Person, make_person, post
from tests.statements import statements
from tests.tree import Element, parse

SECRET = "geheimwoord"
HOSTILE = "</textarea><script>alert(1)</script> \" onmouseover='x'"


@pytest.fixture
def writer(house: House) -> Person:
    return make_person(house, "author", name="Wil Schrijver")


@pytest.fixture
def editor(house: House) -> Person:
    return make_person(house, "editor", name="Rita Redacteur")


@pytest.fixture
def slug(house: House, writer: Person, editor: Person) -> str:
    """Give a case with two published versions, one that was only submitted, and a draft beside it."""
    slug = reviewing.publish(house, writer, editor)
    reviewing.publish_again(house, writer, editor, slug, summary="Bewoners en gemeente maken een plein.")
    reviewing.write(house, writer, slug, summary=f"Met {SECRET}.")
    reviewing.submit(house, writer, slug, f"Om {SECRET}.")
    change(house, slug, lambda s, case: review.send_back(s, editor.actor, case, reason=f"Niet om {SECRET}."))
    return slug


def page(client: FlaskClient, path: str) -> Element:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return parse(answer.text)


def versions(shown: Element) -> list[str]:
    return [row.one("h3").one("a").text for row in shown.all("li", class_="versions__row")]


def test_everybody_sees_the_published_versions_and_writers_and_editors_all(
    house: House, writer: Person, editor: Person, slug: str
) -> None:
    for who in (None, make_person(house), make_person(house, "author")):
        shown = page(reader(house, who), f"/cases/{slug}/history")
        assert versions(shown) == ["Version 2", "Version 1"]
        assert SECRET not in shown.text
        assert not shown.all("section", id="share")
    for seer in (writer, editor):
        shown = page(reader(house, seer), f"/cases/{slug}/history")
        assert versions(shown) == ["Version 3", "Version 2", "Version 1"]
        assert f"Niet om {SECRET}." in shown.text


def test_a_version_says_who_made_it_who_published_it_when_and_why(
    house: House, writer: Person, editor: Person
) -> None:
    slug = reviewing.begin(house, writer)
    reviewing.submit(house, writer, slug, "Het eerste verhaal.")
    change(house, slug, lambda s, case: review.publish(s, editor.actor, case, reason="Mooi."))
    row = page(reader(house), f"/cases/{slug}/history").one("li", id="v1").text
    for said in ("what readers see now", "Rita Redacteur", "Wil Schrijver", "Het eerste verhaal."):
        assert said in row
    assert "Mooi." not in row
    assert "Mooi." in page(reader(house, writer), f"/cases/{slug}/history").one("li", id="v1").text


def test_a_version_is_a_page_with_its_own_text_and_says_which_it_is(house: House, slug: str) -> None:
    client = reader(house)
    old = page(client, f"/cases/{slug}/v/1")
    assert "Bewoners maken een plein." in old.text
    assert "There is a newer one." in old.text
    assert old.one("meta", name="robots")["content"] == "noindex"
    assert old.one("link", rel="canonical")["href"].endswith(f"/cases/{slug}/v/1")
    new = page(client, f"/cases/{slug}/v/2")
    assert "Bewoners en gemeente maken een plein." in new.text
    assert not new.all("meta", name="robots")
    assert new.one("link", rel="canonical")["href"].endswith(f"/cases/{slug}")


def test_the_lessons_of_a_version_lead_to_where_they_are_now(
    house: House, writer: Person, editor: Person, slug: str
) -> None:
    (number,) = look(house, slug, lambda case: [lesson.id for lesson in case.lessons])
    links = [
        card.one("h3").one("a")["href"]
        for card in page(reader(house), f"/cases/{slug}/v/1").all("article", class_="lesson")
    ]
    assert links == [f"/lessons/{number}"]
    rows = reviewing.ready()["lessons"]
    change(house, slug, lambda s, case: drafts.give_up(s, writer.actor, case))
    reviewing.publish_again(
        house, writer, editor, slug, lessons=[{**rows[0], "key": "n9", "statement": "Anders."}]
    )
    links = [
        card.one("h3").one("a")["href"]
        for card in page(reader(house), f"/cases/{slug}/v/1").all("article", class_="lesson")
    ]
    assert len(links) == 1
    assert links[0].startswith("#")


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn", "archived"])
def test_trust_31_nothing_of_a_case_without_readers_is_there_for_others(
    house: House, writer: Person, editor: Person, state: str
) -> None:
    if state in {"withdrawn", "archived"}:
        slug = reviewing.publish(house, writer, editor, summary=f"Met {SECRET}.")
        take = review.withdraw if state == "withdrawn" else review.archive
        change(house, slug, lambda s, case: take(s, editor.actor, case, reason="Zo."))
    else:
        slug = reviewing.begin(house, writer, summary=f"Met {SECRET}.")
        if state != "draft":
            reviewing.submit(house, writer, slug)
        if state == "returned":
            change(house, slug, lambda s, case: review.send_back(s, editor.actor, case, reason="Nee."))
    paths = (
        "/history",
        "/v/1",
        "/v/1.bib",
        "/v/1.ris",
        "/compare?from=1&to=1",
        "/compare?from=draft&to=draft",
    )
    for who in (None, make_person(house), make_person(house, "author"), make_person(house, "session-lead")):
        client = reader(house, who)
        for path in paths:
            hidden, none = client.get(f"/cases/{slug}{path}"), client.get(f"/cases/geen-casus{path}")
            assert hidden.status_code == none.status_code == 404, path
            assert hidden.text.replace(slug, "x") == none.text.replace("geen-casus", "x"), path
    for seer in (writer, editor):
        assert reader(house, seer).get(f"/cases/{slug}/history").status_code == 200


def test_trust_31_a_version_that_was_not_published_is_there_for_its_writers_only(
    house: House, writer: Person, slug: str
) -> None:
    other = reader(house, make_person(house, "author"))
    paths = (
        "/v/3",
        "/v/3.bib",
        "/v/3.ris",
        "/compare?from=2&to=3",
        "/compare?from=3&to=1",
        "/compare?from=2&to=draft",
    )
    for path in paths:
        for client in (reader(house), other):
            assert client.get(f"/cases/{slug}{path}").status_code == 404, path
        assert reader(house, writer).get(f"/cases/{slug}{path}").status_code == 200, path
    assert "was not published" in page(reader(house, writer), f"/cases/{slug}/v/3").text


def test_trust_33_both_sides_of_a_comparison_belong_to_the_case_and_to_the_reader(
    house: House, writer: Person, editor: Person, slug: str
) -> None:
    other = reviewing.publish(house, writer, editor, title="Een andere casus")
    client = reader(house)
    assert client.get(f"/cases/{slug}/compare?from=1&to=2").status_code == 200
    for query in (
        "from=1&to=3",
        "from=1",
        "",
        "from=1&to=99",
        "from=x&to=2",
        "from=1&to=2%00",
        "from=01&to=2",
    ):
        assert client.get(f"/cases/{slug}/compare?{query}").status_code == 404, query
    assert client.get(f"/cases/{other}/compare?from=1&to=2").status_code == 404


def test_trust_7_a_comparison_shows_what_was_typed_as_text(
    house: House, writer: Person, editor: Person
) -> None:
    slug = reviewing.publish(house, writer, editor, summary=f"Eerst {HOSTILE}", story=HOSTILE)
    reviewing.publish_again(
        house, writer, editor, slug, summary=f"Later {HOSTILE} {{{{7*7}}}}", story=f"Nu {HOSTILE}"
    )
    shown = page(reader(house), f"/cases/{slug}/compare?from=1&to=2")
    assert "alert(1)" in shown.one("main").text
    assert "{{7*7}}" in shown.one("main").text
    assert not [one for one in shown if "onmouseover" in one.attributes]
    assert not [one for one in shown.one("main").all("script") if not one.get("src")]


def test_a_comparison_tells_what_came_and_went(house: House, slug: str) -> None:
    shown = page(reader(house), f"/cases/{slug}/compare?from=1&to=2")
    assert [ins.text for ins in shown.all("ins")] == ["added: en gemeente"]
    assert shown.one("select", id="compare-to").one("option", selected=None)["value"] == "2"


def test_trust_12_references_are_one_field_a_line_whatever_the_title_holds(
    house: House, writer: Person, editor: Person
) -> None:
    evil = "Plein}, note = {x}\u2028TY  - JOUR \\input{/etc/passwd} 100% & \u202e#1"
    slug = reviewing.publish(
        house, writer, editor, title="Plein", summary="Kort.", authors="Jan and Piet, {x}\nB. Groep"
    )
    with house.database.transaction() as session:
        row = session.query(Revision).one()
        row.record = {
            **row.record,
            "title": evil,
            "authors": ["Jan and Piet, {x}\r\nAU  - Mallory", "B. Groep"],
        }
    client = reader(house)
    bib = client.get(f"/cases/{slug}/v/1.bib")
    assert bib.mimetype == "application/x-bibtex"
    assert bib.headers["Content-Disposition"] == f'attachment; filename="{slug}-v1.bib"'
    assert re.findall(r"^  (\w+) = ", bib.text, re.MULTILINE) == [
        *("author", "title", "year", "version", "howpublished", "publisher", "language", "url"),
    ]
    for line in bib.text.splitlines()[1:-1]:
        bare = re.sub(r"\\[\\{}]", "", line)
        depths = [bare[: at + 1].count("{") - bare[: at + 1].count("}") for at in range(len(bare))]
        assert depths[-1] == 0, line
        assert min(depths[bare.index("{") : bare.rindex("}")]) > 0, line
    assert "\\textbackslash{}input\\{" in bib.text
    ris = client.get(f"/cases/{slug}/v/1.ris")
    lines = ris.get_data(as_text=True).split("\r\n")
    assert [line[:6] for line in lines if line] == [
        *("TY  - ", "AU  - ", "AU  - ", "PY  - ", "TI  - ", "ET  - ", "M3  - ", "PB  - ", "LA  - ", "AB  - "),
        *("UR  - ", "ER  - "),
    ]
    for sign in "\u2028\u202e\r":
        assert sign not in ris.text.replace("\r\n", "")
    assert "Plein" in ris.text


def test_the_reference_names_authors_year_title_version_and_address(house: House, slug: str) -> None:
    text = page(reader(house), f"/cases/{slug}/v/1").one("section", class_="cite").text
    assert re.search(
        rf"A\. Schrijver \(\d{{4}}\)\. Het plein van Stein \(version 1\) \[practice case\]\. Praktijkbank\. http://localhost/cases/{slug}/v/1",
        text,
    )


def test_an_earlier_version_is_written_on_from(house: House, writer: Person, editor: Person) -> None:
    slug = reviewing.publish(house, writer, editor)
    reviewing.publish_again(house, writer, editor, slug, summary="Anders.")
    answer = post(reader(house, writer), f"/cases/{slug}/v/1/restore")
    assert answer.headers["Location"] == f"/cases/{slug}/edit"
    assert look(house, slug, lambda case: (case.summary, case.draft.content["summary"])) == (
        "Anders.",
        "Bewoners maken een plein.",
    )
    reviewing.submit(house, writer, slug)
    change(house, slug, lambda s, case: review.publish(s, editor.actor, case))
    assert look(house, slug, lambda case: (case.summary, len(case.revisions))) == (
        "Bewoners maken een plein.",
        3,
    )


def test_a_draft_is_replaced_only_after_asking_and_not_when_it_changed_meanwhile(
    house: House, writer: Person, slug: str
) -> None:
    client = reader(house, writer)
    asked = post(client, f"/cases/{slug}/v/1/restore")
    assert asked.status_code == 200
    assert SECRET in look(house, slug, lambda case: case.draft.content["summary"])
    form = parse(asked.text).one("main").one("form")
    version = form.one("input", name="version")["value"]
    reviewing.write(house, writer, slug, summary="Meanwhile.")
    assert post(client, f"/cases/{slug}/v/1/restore", version=version).status_code == 200
    assert look(house, slug, lambda case: case.draft.content["summary"]) == "Meanwhile."
    version = str(look(house, slug, drafts.version_of))
    assert post(client, f"/cases/{slug}/v/1/restore", version=version).status_code == 302
    assert look(house, slug, lambda case: case.draft.content["summary"]) == "Bewoners maken een plein."


def test_trust_32_only_those_who_write_restore(house: House, writer: Person, editor: Person) -> None:
    slug = reviewing.publish(house, writer, editor)
    reviewing.publish_again(house, writer, editor, slug, summary="Anders.")
    assert post(reader(house), f"/cases/{slug}/v/1/restore").status_code in {302, 400}
    for who in (make_person(house), make_person(house, "author")):
        assert post(reader(house, who), f"/cases/{slug}/v/1/restore").status_code == 404
    assert status(house, slug) == (CaseStatus.PUBLISHED, None)
    assert post(reader(house, writer), f"/cases/{slug}/v/9/restore").status_code == 404
    assert post(reader(house, editor), f"/cases/{slug}/v/1/restore").status_code == 302


def test_what_was_submitted_is_not_replaced(house: House, writer: Person, slug: str) -> None:
    reviewing.submit(house, writer, slug)
    version = str(look(house, slug, drafts.version_of))
    assert post(reader(house, writer), f"/cases/{slug}/v/1/restore", version=version).status_code == 409


@pytest.mark.parametrize("path", ["/history", "/v/1", "/compare?from=1&to=2"])
def test_a_page_asks_the_database_as_often_for_many_versions_as_for_few(
    house: House, writer: Person, editor: Person, path: str
) -> None:
    slug = reviewing.publish(house, writer, editor)
    counts = []
    for number in range(4):
        reviewing.publish_again(house, writer, editor, slug, summary=f"Versie {number}.")
        if number in {0, 3}:
            for who in (None, writer):
                client = reader(house, who)
                client.get(f"/cases/{slug}{path}")
                with statements(house.database) as sent:
                    assert client.get(f"/cases/{slug}{path}").status_code == 200
                counts.append(len(sent))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 16, counts
