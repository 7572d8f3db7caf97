"""The page of the themes, as the administrator uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

import kb
from kb.cases import queries
from kb.cases.services.themes import COLOURS
from kb.house import House
from tests.conftest import MakeCase
from tests.people import post
from tests.statements import statements

FORM = {
    "name-nl": "Veiligheid",
    "question-nl": "Hoe durven mensen de straat op?",
    "name-en": "",
    "question-en": "",
    "colour": "crimson",
}
NASTY = '<script>alert(1)</script>"\' onmouseover="x {{7*7}}'


def order(house: House) -> list[str]:
    with house.database.reading() as session:
        return [theme.slug for theme in queries.themes(session)]


def test_one_is_added_changed_and_deleted(desk: FlaskClient, house: House) -> None:
    answer = post(desk, "/admin/themes/new", **FORM)
    assert (answer.status_code, answer.location) == (303, "/admin/themes")
    page = desk.get("/admin/themes?lang=nl").text
    assert "Veiligheid" in page
    assert 'class="t-crimson"' in page
    assert desk.get("/themes/veiligheid").status_code == 200
    post(desk, "/admin/themes/veiligheid", **{**FORM, "name-nl": "Veilig", "colour": "sea"})
    assert "Veilig<" in desk.get("/themes/veiligheid?lang=nl").text
    assert "theme-head t-sea" in desk.get("/themes/veiligheid").text
    post(desk, "/admin/themes/veiligheid/up")
    assert order(house)[-2:] == ["veiligheid", "organising"]
    post(desk, "/admin/themes/veiligheid/down")
    assert order(house)[-1] == "veiligheid"
    post(desk, "/admin/themes/veiligheid/delete")
    assert "veiligheid" not in order(house)


def test_a_retired_one_keeps_its_page_and_can_come_back(desk: FlaskClient) -> None:
    post(desk, "/admin/themes/inclusion/retire")
    assert "Retired" in desk.get("/admin/themes?lang=en").text
    assert desk.get("/themes/inclusion").status_code == 200
    post(desk, "/admin/themes/inclusion/take-up")
    assert "Retired<" not in desk.get("/admin/themes?lang=en").text


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: FlaskClient, house: House
) -> None:
    fields = {**FORM, "question-nl": "", "name-en": "Safety first", "colour": "pink"}
    answer = post(desk, "/admin/themes/new?lang=en", **fields)
    assert answer.status_code == 422
    for field in ("question-nl", "question-en", "colour"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
    assert 'value="Safety first"' in answer.text
    assert "<title>Not right yet" in answer.text
    assert len(order(house)) == 4


def test_a_taken_name_is_said(desk: FlaskClient) -> None:
    answer = post(desk, "/admin/themes/new?lang=en", **{**FORM, "name-nl": "Inclusie"})
    assert answer.status_code == 422
    assert "There is another theme with the name Inclusie" in answer.text


def test_one_in_use_can_not_be_deleted(desk: FlaskClient, make_case: MakeCase, house: House) -> None:
    post(desk, "/admin/themes/new", **FORM)
    make_case(themes=["inclusion"])
    with house.database.transaction() as session:
        case = queries.whole_case(session, "case-1")
        case.themes.append(queries.theme_by_slug(session, "veiligheid"))
    assert "veiligheid/delete" not in desk.get("/admin/themes").text
    post(desk, "/admin/themes/veiligheid/delete?lang=en")
    assert "in use" in desk.get("/admin/themes?lang=en").text
    assert "veiligheid" in order(house)


@pytest.mark.parametrize("path", ["/admin/themes", "/admin/themes/{slug}", "/themes/{slug}", "/"])
def test_trust_5_a_theme_s_name_is_text_wherever_it_stands(
    desk: FlaskClient, house: House, path: str
) -> None:
    post(desk, "/admin/themes/new", **{**FORM, "name-nl": NASTY, "question-nl": NASTY})
    page = desk.get(path.format(slug=order(house)[-1]) + "?lang=nl").text
    assert "<script>alert" not in page
    assert 'onmouseover="x' not in page
    assert str(escape(NASTY)) in page
    assert "49" not in re.findall(r"{{.*?}}|\b49\b", page)


def test_trust_36_nothing_but_the_form_s_own_fields_counts(desk: FlaskClient, house: House) -> None:
    post(desk, "/admin/themes/new", **FORM, slug="inclusion", position="-1", retired="yes", id="1")
    with house.database.reading() as session:
        theme = queries.theme_by_slug(session, "veiligheid")
        assert (theme.position, theme.retired) == (5, False)


def test_a_theme_that_is_not_there(desk: FlaskClient) -> None:
    assert desk.get("/admin/themes/nergens").status_code == 404
    assert post(desk, "/admin/themes/nergens", **FORM).status_code == 404
    assert post(desk, "/admin/themes/nergens/up").status_code == 404
    assert post(desk, "/admin/themes/inclusion/publish").status_code == 404


def test_as_many_statements_for_few_as_for_many(desk: FlaskClient, house: House, make_case: MakeCase) -> None:
    def count() -> int:
        with statements(house.database) as sent:
            assert desk.get("/admin/themes").status_code == 200
        return len(sent)

    before = count()
    for number in range(8):
        post(desk, "/admin/themes/new", **{**FORM, "name-nl": f"Thema {number}"})
        make_case(themes=["inclusion", "connecting"])
    desk.get("/admin/themes")  # says what was done
    assert count() == before


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", COLOURS)
def test_each_colour_has_its_class_and_can_be_read(colour: str) -> None:
    styles = (Path(kb.__file__).parent / "static/css/tokens.css").read_text(encoding="utf-8")
    assert f".t-{colour} {{\n  --t: var(--kb-{colour});\n}}" in styles
    (value,) = re.findall(rf"--kb-{colour}: (#[0-9a-f]{{6}});", styles)
    (paper,) = re.findall(r"--kb-paper: (#[0-9a-f]{6});", styles)
    assert (_luminance(paper) + 0.05) / (_luminance(value) + 0.05) >= 4.5
