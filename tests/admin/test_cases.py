"""All cases, whatever their status, for the administrator."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from kb.cases import queries
from kb.cases.content import empty_content
from kb.cases.models import Draft
from kb.cases.services import drafts
from kb.core import now
from kb.house import House
from tests.conftest import MakeCase
from tests.people import make_person
from tests.statements import statements

NASTY = "<script>alert(1)</script>\"' {{7*7}}"


def titles(desk: FlaskClient, query: str = "") -> list[str]:
    page = desk.get(f"/admin/cases?lang=nl&{query}").text
    return re.findall(r'admin-list__name"[^>]*><a [^>]*>([^<]+)<', page)


@pytest.fixture
def cases(house: House, make_case: MakeCase) -> None:
    make_case(slug="plein", title="Het plein")
    make_case(slug="oud", title="Oud plein", status="archived")
    author = make_person(house, "author", name="Bo").actor
    editor = make_person(house, "editor", name="Cas").actor
    with house.database.transaction() as session:
        case = drafts.begin(session, author, {**empty_content(), "title": "Nieuw"})
        case.draft.saved_at = now() - dt.timedelta(days=12)  # type: ignore[union-attr]  # it has just begun
        plein = queries.case_to_write(session, editor, "plein")
        drafts.save(session, editor, plein, {**drafts.working_content(plein), "place": "Dorp"}, 0)


@pytest.mark.usefixtures("cases")
class TestList:
    def test_all_of_them_with_who_writes_and_how_old_the_draft_is(self, desk: FlaskClient) -> None:
        page = desk.get("/admin/cases?lang=en").text
        assert sorted(titles(desk)) == ["Het plein", "Nieuw", "Oud plein"]
        assert "written by Bo" in page
        assert "written by Cas" in page
        assert "draft saved 12 days ago" in page
        assert "New version: Draft" in page
        for path in ("/cases/nieuw/edit", "/cases/plein/edit", "/cases/plein/history"):
            assert f'href="{path}"' in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("status=archived", ["Oud plein"]),
            ("q=PLEIN", ["Het plein", "Oud plein"]),
            ("q=plein&status=published", ["Het plein"]),
            ("q=%25", []),
            ("status=burnt", ["Het plein", "Nieuw", "Oud plein"]),
        ],
    )
    def test_by_title_and_status(self, desk: FlaskClient, query: str, found: list[str]) -> None:
        assert sorted(titles(desk, query)) == found

    def test_as_many_statements_for_few_as_for_many(
        self, desk: FlaskClient, house: House, make_case: MakeCase
    ) -> None:
        def count() -> int:
            with statements(house.database) as sent:
                assert desk.get("/admin/cases").status_code == 200
            return len(sent)

        before = count()
        author = make_person(house, "author").actor
        for number in range(10):
            make_case(index=False)
            with house.database.transaction() as session:
                drafts.begin(session, author, {**empty_content(), "title": f"Casus {number}"})
        assert count() == before

    def test_no_text_of_a_case_is_read_for_it(self, desk: FlaskClient, house: House) -> None:
        with statements(house.database) as sent:
            desk.get("/admin/cases")
        assert not [line for line in sent if "story" in line or f"{Draft.__tablename__}.content" in line]


def test_trust_1_a_title_is_text(desk: FlaskClient, make_case: MakeCase) -> None:
    make_case(title=NASTY)
    page = desk.get("/admin/cases").text
    assert "<script>alert" not in page
    assert page.count(str(escape(NASTY))) == 3
