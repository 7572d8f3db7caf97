"""The pages of the keywords, as the administrator uses them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select

from kb.cases.models import Tag
from kb.house import House
from tests.conftest import MakeCase
from tests.people import post
from tests.statements import statements

NASTY = "<b onmouseover=x>\"'{{7*7}}"


def numbers(house: House) -> dict[str, int]:
    with house.database.reading() as session:
        return {tag.name: tag.id for tag in session.scalars(select(Tag))}


@pytest.fixture
def tags(house: House, make_case: MakeCase) -> dict[str, int]:
    make_case(tags=[{"name": "moestuin"}, {"name": "buurtmoestuin"}])
    make_case(tags=[{"name": "moestuin"}, {"name": "wijkschouw", "kind": "method"}])
    return numbers(house)


def test_the_list_says_how_much_each_is_used(desk: FlaskClient, tags: dict[str, int]) -> None:
    page = desk.get("/admin/tags?lang=en").text
    assert "3 keywords" in page
    assert "2 cases" in page
    found = desk.get("/admin/tags?q=tuin&kind=topic&lang=en").text
    assert "2 keywords" in found
    assert "wijkschouw" not in found
    assert "No keywords found" in desk.get("/admin/tags?q=zzz&lang=en").text
    assert len(tags) == 3


def test_one_is_renamed(desk: FlaskClient, house: House, tags: dict[str, int]) -> None:
    answer = post(desk, f"/admin/tags/{tags['moestuin']}", name="groentetuin", kind="method")
    assert answer.status_code == 303
    assert numbers(house)["groentetuin"] == tags["moestuin"]


def test_a_taken_name_leads_to_the_merge(desk: FlaskClient, tags: dict[str, int]) -> None:
    path = f"/admin/tags/{tags['buurtmoestuin']}"
    answer = post(desk, f"{path}?lang=en", name="moestuin", kind="topic")
    assert answer.status_code == 422
    merge = f"{path}/merge/{tags['moestuin']}"
    assert merge in answer.text
    assert 'value="moestuin"' in answer.text
    page = desk.get(f"{merge}?lang=en").text
    assert "1 case carries buurtmoestuin (Topic), and will carry moestuin (Topic)." in page
    assert "1 of them carries both already." in page


def test_merging_asks_first_and_then_does_it(desk: FlaskClient, house: House, tags: dict[str, int]) -> None:
    merge = f"/admin/tags/{tags['wijkschouw']}/merge/{tags['moestuin']}"
    desk.get(merge)
    assert numbers(house) == tags
    assert post(desk, f"{merge}?lang=en").location == f"/admin/tags/{tags['moestuin']}"
    assert "wijkschouw" not in numbers(house)
    assert "wijkschouw became moestuin in 1 case." in desk.get("/admin/tags?lang=en").text
    assert post(desk, merge).status_code == 404
    assert desk.get(merge).status_code == 404


def test_others_to_merge_with_are_looked_up(desk: FlaskClient, tags: dict[str, int]) -> None:
    path = f"/admin/tags/{tags['moestuin']}"
    assert f"/merge/{tags['buurtmoestuin']}" in desk.get(path).text
    found = desk.get(f"{path}?q=wijk").text
    assert f"/merge/{tags['wijkschouw']}" in found
    assert f"/merge/{tags['moestuin']}" not in found


def test_with_itself_it_can_not(desk: FlaskClient, tags: dict[str, int]) -> None:
    merge = f"/admin/tags/{tags['moestuin']}/merge/{tags['moestuin']}"
    assert 'method="post"' not in desk.get(merge).text
    assert post(desk, merge).status_code == 303


def test_an_unused_one_can_be_deleted(desk: FlaskClient, house: House, tags: dict[str, int]) -> None:
    merge = f"/admin/tags/{tags['moestuin']}"
    post(desk, f"{merge}/delete")
    assert "moestuin" in numbers(house)
    with house.database.transaction() as session:
        session.add(Tag(name="los", kind="topic"))
    post(desk, f"/admin/tags/{numbers(house)['los']}/delete")
    assert "los" not in numbers(house)


@pytest.mark.parametrize("kind", ["", "theme", "TOPIC"])
def test_a_kind_that_there_is_not(desk: FlaskClient, tags: dict[str, int], kind: str) -> None:
    assert post(desk, f"/admin/tags/{tags['moestuin']}", name="x", kind=kind).status_code == 422
    assert desk.get("/admin/tags", query_string={"kind": kind}).status_code == 200


def test_trust_8_what_is_asked_before_merging_is_text(
    desk: FlaskClient, house: House, make_case: MakeCase
) -> None:
    make_case(tags=[{"name": NASTY}, {"name": "a"}])
    found = numbers(house)
    for path in (
        f"/admin/tags/{found[NASTY]}/merge/{found['a']}",
        f"/admin/tags/{found['a']}/merge/{found[NASTY]}",
        f"/admin/tags/{found[NASTY]}",
        "/admin/tags",
    ):
        page = desk.get(path).text
        assert "<b onmouseover" not in page
        assert str(escape(NASTY)) in page


def test_as_many_statements_for_few_as_for_many(
    desk: FlaskClient, house: House, make_case: MakeCase, tags: dict[str, int]
) -> None:
    def count(path: str) -> int:
        with statements(house.database) as sent:
            assert desk.get(path).status_code == 200
        return len(sent)

    paths = ("/admin/tags", f"/admin/tags/{tags['moestuin']}?q=t")
    before = [count(path) for path in paths]
    for number in range(8):
        make_case(tags=[{"name": f"tuin {at}"} for at in range(number + 1)])
    assert [count(path) for path in paths] == before
