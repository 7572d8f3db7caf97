"""Share links: one outsider reads one draft for a set time, and nobody learns anything else from an address."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.cases.models import Attachment
from kb.cases.services import review, sharing
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.house import House
from tests import town
from tests.cases import reviewing
from tests.cases.reviewing import change, look, reader
from tests.people import Person, make_person, post
from tests.tree import parse

SECRET = "geheimwoord"


@pytest.fixture
def writer(house: House) -> Person:
    return make_person(house, "author", name="Wil <i>Schrijver</i>")


@pytest.fixture
def slug(house: House, writer: Person) -> str:
    return reviewing.begin(house, writer, summary=f"Met {SECRET}.")


@pytest.fixture
def outsider(house: House) -> FlaskClient:
    return reader(house)


def share(house: House, who: Person, slug: str, meant_for: str = "Mevrouw De Wit", days: int = 7) -> str:
    made: str = change(
        house, slug, lambda s, case: sharing.make(s, who.actor, case, meant_for=meant_for, days=days)
    )
    return made


def end(house: House, who: Person, slug: str, number: int) -> None:
    change(house, slug, lambda s, case: sharing.end(s, who.actor, case, number))


def test_whoever_has_the_link_reads_the_draft_without_signing_in(
    house: House, writer: Person, slug: str, outsider: FlaskClient
) -> None:
    answer = outsider.get(f"/shared/{share(house, writer, slug)}")
    page = parse(answer.text)
    assert answer.status_code == 200
    assert SECRET in page.one("main").text
    assert "Wil <i>Schrijver</i>" in page.one("main").text
    assert "Mevrouw De Wit" in page.one("main").text
    assert page.one("meta", name="robots")["content"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not page.all("link", rel="canonical")


def test_the_secret_is_kept_nowhere(house: House, writer: Person, slug: str) -> None:
    token = share(house, writer, slug)
    assert token not in str(town.everything(house))


def test_ended_expired_and_unknown_links_get_the_very_same_answer(
    house: House, writer: Person, slug: str, outsider: FlaskClient
) -> None:
    ended, expired, good = (share(house, writer, slug) for _number in range(3))
    end(house, writer, slug, look(house, slug, lambda case: case.share_links[0].id))

    def pass_by(_session: Any, case: Any) -> None:
        case.share_links[1].expires_at -= dt.timedelta(days=8)

    change(house, slug, pass_by)
    bodies = set()
    for token in (ended, expired, "onbekend", "x" * 43):
        answer = outsider.get(f"/shared/{token}")
        assert answer.status_code == 404
        bodies.add(answer.text.replace(token, ""))
    assert len(bodies) == 1
    assert SECRET not in bodies.pop()
    assert outsider.get(f"/shared/{good}").status_code == 200


def test_trust_31_a_link_opens_nothing_once_the_case_is_published_or_taken_away(
    house: House, writer: Person, outsider: FlaskClient
) -> None:
    editor = make_person(house, "editor")
    slug = reviewing.publish(house, writer, editor, title="Een plein")
    reviewing.write(house, writer, slug, summary=f"Met {SECRET}.")
    token = share(house, writer, slug)
    assert outsider.get(f"/shared/{token}").status_code == 200
    change(house, slug, lambda s, case: review.withdraw(s, editor.actor, case, reason="Zo."))
    assert outsider.get(f"/shared/{token}").status_code == 404
    change(house, slug, lambda s, case: review.reopen(s, editor.actor, case, reason="Toch."))
    reviewing.submit(house, writer, slug)
    assert outsider.get(f"/shared/{token}").status_code == 200
    change(house, slug, lambda s, case: review.publish(s, editor.actor, case))
    assert outsider.get(f"/shared/{token}").status_code == 404


def test_a_link_opens_the_draft_and_no_other_address(
    house: House, writer: Person, slug: str, outsider: FlaskClient
) -> None:
    outsider.get(f"/shared/{share(house, writer, slug)}")
    for path in ("", "/v/1", "/compare?from=draft&to=draft", "/history", "/attachments/x"):
        assert outsider.get(f"/cases/{slug}{path}").status_code == 404, path
    for path in ("/edit", "/review", "/people"):
        assert outsider.get(f"/cases/{slug}{path}").status_code in {302, 404}, path


def test_trust_27_pictures_of_a_draft_are_shown_through_its_link_only(
    house: House, writer: Person, slug: str, outsider: FlaskClient
) -> None:
    checksum = house.shelf.put(b"een plaatje")

    def attach(_session: Any, case: Any) -> None:
        for key, kind in (("plaat", "image/png"), ("los", "image/png"), ("tekst", "application/pdf")):
            row = Attachment(key=key, file_name=f"{key}.x", media_type=kind, size=11, sha256=checksum)
            case.attachments.append(row)

    change(house, slug, attach)
    rows = [
        {"key": key, "title": key, "maker": "", "licence": "", "alt": "Een plein"}
        for key in ("plaat", "tekst")
    ]
    reviewing.write(house, writer, slug, attachments=rows)
    token = share(house, writer, slug)
    assert outsider.get(f"/cases/{slug}/attachments/plaat").status_code == 404
    answer = outsider.get(f"/shared/{token}/attachments/plaat")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"een plaatje", "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    for key in ("tekst", "los", "onbekend"):
        assert outsider.get(f"/shared/{token}/attachments/{key}").status_code == 404, key
    end(house, writer, slug, 1)
    assert outsider.get(f"/shared/{token}/attachments/plaat").status_code == 404


@pytest.mark.parametrize(("days", "meant_for"), [(0, "A"), (31, "A"), (-1, "A"), (7, "  ")])
def test_a_link_is_for_somebody_and_for_1_to_30_days(
    house: House, writer: Person, slug: str, days: int, meant_for: str
) -> None:
    with pytest.raises(Refusal):
        share(house, writer, slug, meant_for, days)
    assert town.count(house, "share_link") == 0


def test_a_case_has_at_most_twenty_open_links(house: House, writer: Person, slug: str) -> None:
    for _number in range(20):
        share(house, writer, slug)
    with pytest.raises(Refusal):
        share(house, writer, slug)
    end(house, writer, slug, 1)
    share(house, writer, slug)


def test_only_writers_and_editors_make_and_end_links(house: House, writer: Person, slug: str) -> None:
    share(house, writer, slug)
    for who in (make_person(house), make_person(house, "author")):
        with pytest.raises(Forbidden):
            share(house, who, slug)
        with pytest.raises(Forbidden):
            end(house, who, slug, 1)
    share(house, make_person(house, "editor"), slug)


def test_trust_33_a_link_of_another_case_is_not_found(house: House, writer: Person, slug: str) -> None:
    share(house, writer, slug)
    other = reviewing.begin(house, writer, title="Een andere casus")
    with pytest.raises(NotFound):
        end(house, writer, other, 1)


def test_without_a_draft_there_is_nothing_to_share(house: House, writer: Person) -> None:
    slug = reviewing.publish(house, writer, make_person(house, "editor"), title="Klaar")
    with pytest.raises(Conflict):
        share(house, writer, slug)


def test_a_link_is_made_and_ended_on_the_history_page(
    house: House, writer: Person, slug: str, outsider: FlaskClient
) -> None:
    client = reader(house, writer)
    made = parse(post(client, f"/cases/{slug}/share", meant_for="Buur <b>", days="3").text)
    address = made.one("input", id="share-link")["value"]
    assert outsider.get(address.partition("localhost")[2]).status_code == 200
    assert address not in client.get(f"/cases/{slug}/history").text
    wrong = post(client, f"/cases/{slug}/share", meant_for="Tante Bep", days="90")
    assert wrong.status_code == 400
    assert parse(wrong.text).one("input", id="meant_for")["value"] == "Tante Bep"
    assert post(client, f"/cases/{slug}/share/1/end").status_code == 302
    assert outsider.get(address.partition("localhost")[2]).status_code == 404
