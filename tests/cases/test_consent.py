"""Consent: who is named and agreed, and a name that is taken out of all that is kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.cases.models import Attachment, Consent
from kb.cases.services import consent, drafts, remarks, review, sharing
from kb.cases.services.consent import Agreement
from kb.cases.services.drafts import Outdated
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.house import House
from tests import town
from tests.cases import reviewing
from tests.cases.reviewing import change, look, reader
from tests.people import Person, make_person, post
from tests.tree import parse

NAME = "Truus Zonderland"
GONE = "[naam weggelaten]"
DAY = dt.date(2026, 11, 1)
YES = Agreement(NAME, "Haar naam", DAY, "Per mail", given=True)


@pytest.fixture
def writer(house: House) -> Person:
    return make_person(house, "author", name="Wil")


@pytest.fixture
def editor(house: House) -> Person:
    return make_person(house, "editor", name="Rita")


@pytest.fixture
def client(house: House, writer: Person) -> FlaskClient:
    return reader(house, writer)


def add(house: House, who: Person, slug: str, agreement: Agreement = YES) -> int:
    return int(change(house, slug, lambda s, case: consent.add(s, who.actor, case, agreement).id))


def withdraw(house: House, who: Person, slug: str, number: int, **more: Any) -> None:
    given = {"replacement": GONE, **more}
    change(house, slug, lambda s, case: consent.withdraw(s, who.actor, case, number, **given))


@pytest.fixture
def everywhere(house: House, writer: Person, editor: Person) -> str:
    """Give a case in which a name stands everywhere, with versions, a draft, remarks, a link, a file and an index."""
    lesson = {
        **reviewing.ready()["lessons"][0],
        "statement": f"Vraag het {NAME}.",
        "explanation": f"{NAME} weet het.",
        "translations": {"en": {"statement": f"Ask {NAME}.", "explanation": ""}},
    }
    challenge = {
        **reviewing.ready()["challenges"][0],
        "title": f"Wat wil {NAME}?",
        "cause": f"**{NAME}**s hond",
        "approach": NAME.upper(),
        "outcome": f"{NAME}'s idee",
    }
    slug = reviewing.begin(
        house,
        writer,
        title="Het plein",
        summary=f"Van {NAME}.",
        story=f"{NAME} begon.\n\nToen zei TRUUS  ZONDERLAND het.",
        place=f"Bij {NAME}",
        topics=f"plein, {NAME}",
        authors=f"A. Schrijver\n{NAME}",
        partners=[{"name": f"Stichting {NAME}", "url": "https://truus-zonderland.example"}],
        challenges=[challenge],
        lessons=[lesson],
        timeline=[{"date": "2016", "what": f"{NAME} begint"}],
        sources=[{"title": f"Gesprek met {NAME}", "url": "", "publisher": NAME, "accessed": ""}],
        translations={"en": {"title": "The square", "summary": f"By {NAME}.", "story": ""}},
    )

    def attach(_session: Any, case: Any) -> None:
        name = "truus_zonderland.pdf"
        row = Attachment(key="brief", file_name=name, media_type="application/pdf", size=1, sha256="0" * 64)
        case.attachments.append(row)

    change(house, slug, attach)
    rows = [
        {"key": "brief", "title": f"Brief van {NAME}", "maker": NAME, "licence": "", "alt": f"Met {NAME}"}
    ]
    reviewing.write(house, writer, slug, attachments=rows)
    add(house, writer, slug)
    add(house, writer, slug, Agreement("Bep", f"Net als {NAME}", DAY, "Via " + NAME, given=True))
    reviewing.submit(house, writer, slug, f"Gesproken met {NAME}.")
    change(
        house,
        slug,
        lambda s, case: remarks.make(s, editor.actor, case, field="title", text=f"Wie is {NAME}?"),
    )
    change(
        house, slug, lambda s, case: remarks.answer(s, writer.actor, case, 1, text=f"{NAME} van hiernaast.")
    )
    change(house, slug, lambda s, case: review.publish(s, editor.actor, case))
    reviewing.publish_again(house, writer, editor, slug, place=f"Voor {NAME}")
    reviewing.write(house, writer, slug, municipality=f"Gemeente {NAME}")
    change(
        house, slug, lambda s, case: sharing.make(s, writer.actor, case, meant_for=f"Zus van {NAME}", days=3)
    )
    house.search.sync()
    return slug


def everything_kept(house: House) -> str:
    """Return all texts of all tables, but for those of the people who write."""
    return str(town.everything(house)).casefold().replace("\\xa0", " ")


def test_withdrawn_consent_takes_the_name_out_of_all_that_is_kept(
    house: House, writer: Person, everywhere: str
) -> None:
    assert "zonderland" in everything_kept(house)
    version = look(house, everywhere, drafts.version_of)
    withdraw(house, writer, everywhere, 1)
    assert "zonderland" not in everything_kept(house)
    case = look(house, everywhere, lambda case: case)
    assert case.names_removed_at is not None
    row = look(
        house, everywhere, lambda case: (case.named[0].name, case.named[0].consent, case.named[0].agreed_to)
    )
    assert row == ("", Consent.WITHDRAWN, "")
    assert look(house, everywhere, drafts.version_of) == version + 1
    house.search.sync()
    for path in Path(house.settings.index_folder).rglob("*"):
        assert not path.is_file() or b"zonderland" not in path.read_bytes().lower(), path.name


def test_what_readers_see_holds_the_notice_and_not_the_name(
    house: House, writer: Person, everywhere: str
) -> None:
    withdraw(house, writer, everywhere, 1)
    house.search.sync()
    visitor = reader(house)
    for path in ("", "/history", "/v/1", "/v/2", "/v/1.bib", "/v/2.ris", "/compare?from=1&to=2"):
        answer = visitor.get(f"/cases/{everywhere}{path}")
        assert answer.status_code == 200, path
        assert "zonderland" not in answer.text.casefold(), path
        if path in {"/history", "/v/1", "/v/2"}:
            assert "withdrew their consent" in answer.text, path
    for path in ("/search?q=zonderland", "/api/v1/search?q=zonderland", "/search?q=truus&kind=case"):
        assert NAME not in visitor.get(path).text


def test_the_rest_of_the_text_stays_and_goes_on_its_way(
    house: House, writer: Person, editor: Person, everywhere: str
) -> None:
    withdraw(house, writer, everywhere, 1)
    found = look(house, everywhere, lambda case: (case.title, case.story, case.authors, case.partners[0].url))
    assert found == ("Het plein", f"{GONE} begon.\n\nToen zei {GONE} het.", ["A. Schrijver", GONE], None)
    assert look(house, everywhere, lambda case: [tag.name for tag in case.tags]) == ["plein"]
    reviewing.submit(house, writer, everywhere)
    change(house, everywhere, lambda s, case: review.publish(s, editor.actor, case))
    assert look(house, everywhere, lambda case: len(case.revisions)) == 3


def test_a_submitted_text_is_published_as_the_version_that_was_submitted(
    house: House, writer: Person, editor: Person, everywhere: str
) -> None:
    reviewing.submit(house, writer, everywhere)
    withdraw(house, writer, everywhere, 1)
    change(house, everywhere, lambda s, case: review.publish(s, editor.actor, case))
    assert look(house, everywhere, lambda case: [row.number for row in case.revisions]) == [1, 2, 3]


def test_a_keyword_that_other_cases_carry_stays_with_them(
    house: House, writer: Person, editor: Person
) -> None:
    slug = reviewing.publish(house, writer, editor, title="Eén", topics=NAME)
    other = reviewing.publish(house, writer, editor, title="Twee", topics=NAME)
    withdraw(house, writer, slug, add(house, writer, slug))
    assert look(house, slug, lambda case: list(case.tags)) == []
    assert look(house, other, lambda case: [tag.name for tag in case.tags]) == [NAME]


def test_an_editor_that_stands_open_meets_the_new_text_first(
    house: House, writer: Person, everywhere: str
) -> None:
    content, version = look(house, everywhere, lambda case: (case.draft.content, case.draft.version))
    withdraw(house, writer, everywhere, 1)
    with pytest.raises(Outdated) as caught:
        change(house, everywhere, lambda s, case: drafts.save(s, writer.actor, case, content, version))
    assert NAME not in str(caught.value.content)


def test_another_name_can_stand_in_its_place(house: House, writer: Person) -> None:
    slug = reviewing.begin(house, writer, story=f"{NAME}'s hond, en Truus.")
    number = add(house, writer, slug)
    withdraw(house, writer, slug, number, replacement="Bep", parts=["Truus"], pseudonym=True)
    assert look(house, slug, lambda case: case.draft.content["story"]) == "Bep's hond, en Bep."


@pytest.mark.parametrize("replacement", ["", "  ", NAME, f"voorheen {NAME}", "x" * 81])
def test_what_comes_in_its_place_is_not_the_name(house: House, writer: Person, replacement: str) -> None:
    slug = reviewing.begin(house, writer)
    number = add(house, writer, slug)
    with pytest.raises(Refusal):
        withdraw(house, writer, slug, number, replacement=replacement)


def test_the_log_tells_that_it_was_done_and_not_of_whom(
    house: House, writer: Person, everywhere: str
) -> None:
    withdraw(house, writer, everywhere, 1)
    ((by, did, detail),) = town.ask(
        house, "SELECT by_id, did, detail FROM log_entry WHERE did = 'consent.withdraw'"
    )
    assert (by, did, detail) == (writer.id, "consent.withdraw", "1")


def test_a_withdrawn_consent_stays_withdrawn(house: House, writer: Person, everywhere: str) -> None:
    withdraw(house, writer, everywhere, 1)
    for act in (
        lambda s, case: consent.withdraw(s, writer.actor, case, 1, replacement=GONE),
        lambda s, case: consent.change(s, writer.actor, case, 1, YES),
        lambda s, case: consent.remove(s, writer.actor, case, 1),
    ):
        with pytest.raises(Conflict):
            change(house, everywhere, act)


def test_a_name_leaves_the_list_only_when_it_left_the_text(house: House, writer: Person) -> None:
    slug = reviewing.begin(house, writer, story=f"Van {NAME}.")
    number = add(house, writer, slug)
    with pytest.raises(Refusal):
        change(house, slug, lambda s, case: consent.remove(s, writer.actor, case, number))
    reviewing.write(house, writer, slug, story="Van niemand.")
    change(house, slug, lambda s, case: consent.remove(s, writer.actor, case, number))
    assert look(house, slug, lambda case: list(case.named)) == []


def test_a_list_of_names_and_nobody_named_exclude_each_other(house: House, writer: Person) -> None:
    slug = reviewing.begin(house, writer)
    number = add(house, writer, slug)
    assert look(house, slug, lambda case: case.nobody_named) is False
    with pytest.raises(Refusal):
        change(house, slug, lambda s, case: consent.nobody_is_named(s, writer.actor, case, nobody=True))
    withdraw(house, writer, slug, number)
    change(house, slug, lambda s, case: consent.nobody_is_named(s, writer.actor, case, nobody=True))
    assert look(house, slug, lambda case: case.nobody_named) is True


@pytest.mark.parametrize(
    "agreement",
    [
        Agreement(""),
        Agreement(" x "),
        Agreement("Jan", "", DAY, given=True),
        Agreement("Jan", "Alles", None, given=True),
        Agreement("TRUUS  zonderland"),
    ],
)
def test_what_is_written_down_is_whole(house: House, writer: Person, agreement: Agreement) -> None:
    slug = reviewing.begin(house, writer)
    add(house, writer, slug)
    with pytest.raises(Refusal):
        add(house, writer, slug, agreement)


def test_trust_32_only_those_who_write_handle_consent(house: House, writer: Person) -> None:
    slug = reviewing.begin(house, writer)
    number = add(house, writer, slug)
    for who in (make_person(house), make_person(house, "author")):
        for act in (
            lambda s, case, who=who: consent.add(s, who.actor, case, Agreement("Jan")),
            lambda s, case, who=who: consent.change(s, who.actor, case, number, YES),
            lambda s, case, who=who: consent.remove(s, who.actor, case, number),
            lambda s, case, who=who: consent.withdraw(s, who.actor, case, number, replacement=GONE),
            lambda s, case, who=who: consent.nobody_is_named(s, who.actor, case, nobody=True),
        ):
            with pytest.raises(Forbidden):
                change(house, slug, act)


def test_trust_33_somebody_of_another_case_is_not_found(
    house: House, writer: Person, client: FlaskClient
) -> None:
    slug = reviewing.begin(house, writer, story=f"{NAME}.")
    number = add(house, writer, slug)
    other = reviewing.begin(house, writer, title="Een andere casus")
    with pytest.raises(NotFound):
        withdraw(house, writer, other, number)
    for path in (f"/{number}", f"/{number}/withdraw"):
        assert client.get(f"/cases/{other}/people{path}").status_code == 404
        assert client.get(f"/cases/{slug}/people{path}").status_code == 200
        assert post(client, f"/cases/{other}/people{path}", name="Jan").status_code == 404
    assert NAME in look(house, slug, lambda case: case.draft.content["story"])


def test_the_list_is_made_and_changed_on_its_pages(house: House, writer: Person, client: FlaskClient) -> None:
    slug = reviewing.begin(house, writer, story=f"{NAME} en <b>Bep</b>.")
    people = f"/cases/{slug}/people"
    sent = {"agreed_to": "Haar naam", "agreed_on": "1-11-2026", "medium": "Brief", "given": "yes"}
    answer = post(client, people, name="<b>Bep</b>", back="edit", **sent)
    assert answer.headers["Location"] == f"/cases/{slug}/edit#permissions"
    assert "<b>Bep</b>" in parse(client.get(people).text).one("main").text
    assert post(client, f"{people}/1", name=NAME, **sent).headers["Location"] == people
    page = parse(client.get(f"{people}/1/withdraw").text)
    assert [box["value"] for box in page.all("input", name="parts")] == ["Truus", "Zonderland"]
    post(client, f"{people}/1/withdraw", parts=["Truus", "plein"], instead="left-out")
    assert look(house, slug, lambda case: case.draft.content["story"]) == f"{GONE} en <b>Bep</b>."
    assert "plein" in look(house, slug, lambda case: case.draft.content["title"])
    post(client, f"{people}/nobody", nobody="yes")
    assert look(house, slug, lambda case: case.nobody_named)


def test_what_was_typed_stays_when_it_is_not_right(house: House, writer: Person, client: FlaskClient) -> None:
    slug = reviewing.begin(house, writer)
    answer = post(
        client,
        f"/cases/{slug}/people",
        name="Jan",
        agreed_to='"<b>',
        agreed_on="ooit",
        medium="Brief",
        given="yes",
    )
    page = parse(answer.text)
    assert answer.status_code == 400
    assert page.one("div", id="error-summary").one("a")["href"] == "#agreed_on"
    assert page.one("input", id="name")["value"] == "Jan"
    assert page.one("textarea", id="agreed_to").text == '"<b>'
    assert page.one("input", id="agreed_on")["value"] == "ooit"
    assert page.one("input", id="given").has("checked", None)
    assert town.count(house, "named_person") == 0


def test_a_name_in_the_address_is_told_as_it_cannot_be_changed(
    house: House, writer: Person, client: FlaskClient
) -> None:
    slug = reviewing.begin(house, writer, title=f"De tuin van {NAME}")
    number = add(house, writer, slug)
    assert (
        f"/cases/{slug}" in parse(client.get(f"/cases/{slug}/people/{number}/withdraw").text).one("code").text
    )
