"""How things stand, for the administrator."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from kb import create_app
from kb.admin.views import overview
from kb.cases import queries
from kb.cases.content import empty_content
from kb.cases.models import Attachment, CaseStatus, Lesson
from kb.cases.services import drafts
from kb.core import now
from kb.house import House
from kb.mail import outbox
from kb.mail.models import MailRow
from tests.conftest import MakeCase, opened
from tests.people import make_person, post, sign_in
from tests.statements import statements


def numbers(desk: FlaskClient) -> list[str]:
    """Return the lines with numbers, as text."""
    page = desk.get("/admin/?lang=en").text
    lines = re.findall(r"<li>(<strong>.*?)</li>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in lines]


def test_an_empty_house(desk: FlaskClient) -> None:
    found = numbers(desk)
    assert found[:9] == [
        "1 Active",
        "0 Invited, no password yet",
        "0 Disabled",
        "0 waiting for a reviewer",
        "0 returned to their writers",
        "0 published, and due to be checked again",
        "0 lessons to be found",
        "0 cases to be found",
        "0 changes waiting for the index",
    ]
    assert found[9].startswith("0 kB in 0 files")


@pytest.mark.whoosh
def test_it_counts_people_review_and_files(desk: FlaskClient, house: House, make_case: MakeCase) -> None:
    author = make_person(house, "author").actor
    make_person(house, password="")
    make_person(house, disabled_at=now())
    make_person(house, password="", disabled_at=now())
    make_person(house, erased_at=now())
    make_case(slug="plein", index=False)
    make_case(slug="weg", status="withdrawn", index=False)
    with house.database.transaction() as session:
        for days, status in ((3, CaseStatus.SUBMITTED), (9, CaseStatus.SUBMITTED), (30, CaseStatus.RETURNED)):
            case = drafts.begin(session, author, {**empty_content(), "title": "Nieuw"})
            assert case.draft
            case.draft.status, case.draft.submitted_at = status, now() - dt.timedelta(days=days, hours=1)
        for slug in ("plein", "weg"):
            (case,) = queries.whole_cases(session, [slug])
            case.check_on = dt.date(2020, 1, 1)
            for key in ("a", "b"):
                name = f"{slug}-{key}"
                session.add(
                    Attachment(
                        case_id=case.id,
                        key=name,
                        file_name=name,
                        media_type="x/y",
                        size=2_500_000,
                        sha256=key,
                    )
                )
    assert numbers(desk)[:10] == [
        "2 Active",
        "1 Invited, no password yet",
        "2 Disabled",
        "2 waiting for a reviewer, the oldest for 9 days",
        "1 returned to their writers",
        "1 published, and due to be checked again",
        "1 lessons to be found",
        "1 cases to be found",
        "4 changes waiting for the index",
        "5 MB in 2 files that were attached to cases",
    ]


def test_as_many_statements_for_few_as_for_many(desk: FlaskClient, house: House, make_case: MakeCase) -> None:
    def count() -> int:
        with statements(house.database) as sent:
            assert desk.get("/admin/").status_code == 200
        return len(sent)

    before = count()
    for _ in range(5):
        make_case(index=False)
        make_person(house, "author")
    assert count() == before


class TestIndex:
    def said(self, desk: FlaskClient) -> str:
        answer = post(desk, "/admin/search/check")
        assert (answer.status_code, answer.location) == (303, "/admin/")
        return desk.get("/admin/?lang=en").text

    @pytest.fixture(autouse=True)
    def _english(self, desk: FlaskClient) -> None:
        desk.get("/admin/?lang=en")

    def test_it_agrees(self, desk: FlaskClient, make_case: MakeCase) -> None:
        make_case(index=False)  # what waits in the outbox is no difference
        assert "The index agrees with the database: 2 texts compared." in self.said(desk)

    def test_it_differs(self, desk: FlaskClient, house: House, make_case: MakeCase) -> None:
        make_case()
        with house.database.transaction() as session:
            session.execute(update(Lesson).values(statement="Buiten de zoekindex om."))
        assert "The index differs from the database in 2 places." in self.said(desk)

    def test_comparing_has_an_end(
        self, desk: FlaskClient, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_case()
        monkeypatch.setattr(overview, "CHECK_S", -1.0)
        assert "Comparing takes too long for a page" in self.said(desk)

    @pytest.mark.whoosh
    def test_without_an_index_the_page_still_says_so(self, desk: FlaskClient, house: House) -> None:
        house.search.engine.close()
        shutil.rmtree(house.settings.index_folder)
        assert "There is no index that can be read" in desk.get("/admin/?lang=en").text
        assert desk.get("/admin/").status_code == 200


class TestMail:
    @pytest.fixture
    def mailing(self, data: Path) -> Iterator[House]:
        house = opened(data, KB_MAIL_URL="smtp://127.0.0.1:1?from=kb@example.org")
        moment = now()
        with house.database.transaction() as session:
            outbox.queue(session, "bo@example.org", "Welkom", "Tekst")
            for hours, address in ((2, "bo@example.org"), (1, "nobody@example.org")):
                session.add(
                    MailRow(
                        to_address=address,
                        subject="<b>Uitnodiging</b>",
                        text="",
                        created_at=moment,
                        next_try_at=moment,
                        last_error=f"550 no such {address}",
                        failed_at=moment - dt.timedelta(hours=hours),
                    )
                )
        yield house
        house.close()

    def test_without_mail_it_says_what_that_means(self, desk: FlaskClient) -> None:
        assert "No mail is set up." in desk.get("/admin/?lang=en").text

    def test_what_was_given_up_is_shown_with_its_reason_and_can_be_deleted(self, mailing: House) -> None:
        boss = make_person(mailing, "administrator")
        bo = make_person(mailing, email="bo@example.org")
        client = sign_in(create_app(mailing).test_client(), boss)
        page = client.get("/admin/?lang=en").text
        assert "550 no such nobody@example.org" in page
        assert "<b>Uitnodiging" not in page
        assert page.count("Make a new link") == 1
        assert f'href="/admin/people/{bo.id}"' in page
        (until,) = re.findall(r'name="until" value="([^"]+)"', page)
        with mailing.database.transaction() as session:  # one more, after the page was made
            session.add(
                MailRow(
                    to_address="late@example.org",
                    subject="Laat",
                    text="",
                    created_at=now(),
                    next_try_at=now(),
                    failed_at=now() + dt.timedelta(minutes=1),
                )
            )
        post(client, "/admin/mail/forget", until=until)
        with mailing.database.reading() as session:
            assert [letter.to_address for letter in outbox.failed(session)] == ["late@example.org"]
            assert len(outbox.waiting(session)) == 1
        mailing.close()

    @pytest.mark.parametrize("until", ["", "soon", "2030-01-01", "9999-99-99T00:00:00+00:00"])
    def test_a_moment_that_is_none_deletes_nothing(self, mailing: House, until: str) -> None:
        client = sign_in(create_app(mailing).test_client(), make_person(mailing, "administrator"))
        assert post(client, "/admin/mail/forget", until=until).status_code == 303
        with mailing.database.reading() as session:
            assert len(outbox.failed(session)) == 2
        mailing.close()
