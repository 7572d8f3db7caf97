"""The pages of the review: the queue, a case with its remarks, the moves, and the mails that go out with them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from kb import create_app
from kb.cases.models import CaseStatus
from kb.cases.services import remarks, review
from kb.house import House
from kb.mail.models import MailRow
from tests import town
from tests.cases import reviewing
from tests.cases.reviewing import change, look, reader, status
from tests.conftest import opened
from tests.people import Person, make_person, post, sign_in
from tests.statements import statements
from tests.tree import Element, parse

HOSTILE = "<script>alert(1)</script> {{7*7}} \" onmouseover='x' </textarea>"


@pytest.fixture
def writer(house: House) -> Person:
    return make_person(house, "author", name="Wil Schrijver", email="wil@example.org", language="nl")


@pytest.fixture
def editor(house: House) -> Person:
    return make_person(house, "editor", name="Rita Redacteur", email="rita@example.org", language="en")


@pytest.fixture
def slug(house: House, writer: Person) -> str:
    slug = reviewing.begin(house, writer)
    reviewing.submit(house, writer, slug, "Graag lezen.")
    return slug


def page(client: FlaskClient, path: str, code: int = 200) -> Element:
    answer = client.get(path)
    assert answer.status_code == code, answer.text[:500]
    return parse(answer.text)


class TestTheQueue:
    @pytest.mark.usefixtures("slug")
    def test_it_shows_what_waits_the_longest_first(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        other = reviewing.begin(house, writer, title="Nog een casus")
        reviewing.submit(house, writer, other)

        def earlier(_session: Any, case: Any) -> None:
            case.draft.submitted_at -= dt.timedelta(days=9)

        change(house, other, earlier)
        rows = page(reader(house, editor), "/review").all("li", class_="queue__row")
        assert [row.one("h2").text for row in rows] == ["Nog een casus", "Het plein van Stein"]
        assert "Wil Schrijver" in rows[0].text
        assert "9 days" in rows[0].text

    def test_a_reviewer_takes_a_case_gives_it_away_and_leaves_it(
        self, house: House, editor: Person, slug: str
    ) -> None:
        client = reader(house, editor)
        other = make_person(house, "editor", name="Otto")
        for wanted, mine in (("me", editor.id), (str(other.id), other.id), ("", None)):
            assert post(client, f"/cases/{slug}/reviewer", reviewer=wanted).status_code == 302
            assert look(house, slug, lambda case: case.draft.reviewer_id) == mine
        post(client, f"/cases/{slug}/reviewer", reviewer="me")
        for shown, count in (("all", 1), ("mine", 1), ("unassigned", 0), ("nonsense", 1)):
            rows = page(client, f"/review?show={shown}").all("li", class_="queue__row")
            assert len(rows) == count, shown

    @pytest.mark.parametrize("wanted", ["0", "999999", "-1", "9" * 30, "x", "\u0661"])
    def test_a_reviewer_who_is_nobody_is_refused(
        self, house: House, editor: Person, slug: str, wanted: str
    ) -> None:
        assert post(reader(house, editor), f"/cases/{slug}/reviewer", reviewer=wanted).status_code == 400

    def test_trust_37_a_writer_cannot_be_made_the_reviewer(
        self, house: House, writer: Person, editor: Person, slug: str
    ) -> None:
        assert (
            post(reader(house, editor), f"/cases/{slug}/reviewer", reviewer=str(writer.id)).status_code == 403
        )

    def test_it_is_for_editors_only(self, house: House, writer: Person, slug: str) -> None:
        assert reader(house).get("/review").status_code == 302
        for person in (writer, make_person(house), make_person(house, "session-lead")):
            assert reader(house, person).get("/review").status_code == 403
            assert post(reader(house, person), f"/cases/{slug}/reviewer", reviewer="me").status_code == 403

    @pytest.mark.usefixtures("slug")
    def test_it_asks_the_database_as_often_for_many_as_for_few(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        client = reader(house, editor)
        counts = []
        for number in range(2):
            client.get("/review")
            with statements(house.database) as sent:
                client.get("/review")
            counts.append(len(sent))
            for more in range(5):
                other = reviewing.begin(house, writer, title=f"Casus {number}-{more}")
                reviewing.submit(house, writer, other)
                if more % 2:
                    change(house, other, lambda s, case: review.publish(s, editor.actor, case))
        assert counts[0] == counts[1] <= 10, counts


class TestACaseUnderReview:
    def test_each_field_is_there_as_readers_will_see_it_with_its_remarks(
        self, house: House, editor: Person, slug: str
    ) -> None:
        change(
            house,
            slug,
            lambda s, case: remarks.make(s, editor.actor, case, field="challenges/c1/cause", text="Wie?"),
        )
        shown = page(reader(house, editor), f"/cases/{slug}/review")
        assert shown.one("div", id="field-story").one("strong").text == "verhaal"
        cause = shown.one("div", id="field-challenges-c1-cause")
        assert "Niemand wist het." in cause.text
        assert cause.one("article", class_="remark").one("p", class_="said").text == "Wie?"
        assert "Graag lezen." in shown.text
        assert shown.one("section", id="open").one("ul", class_="rows").one("a")["href"] == "#remark-1"

    def test_a_remark_is_made_answered_resolved_and_opened_again(
        self, house: House, writer: Person, editor: Person, slug: str
    ) -> None:
        theirs, mine = reader(house, editor), reader(house, writer)
        made = post(theirs, f"/cases/{slug}/remarks", field="title", text="Korter?")
        assert made.headers["Location"] == f"/cases/{slug}/review#remark-1"
        post(mine, f"/cases/{slug}/remarks/1/answer", text="Zo is hij goed.")
        assert "Zo is hij goed." in page(theirs, f"/cases/{slug}/review").one("article", id="remark-1").text
        post(theirs, f"/cases/{slug}/remarks/1/resolve")
        assert look(house, slug, lambda case: case.remarks[0].resolved_by_id) == editor.id
        post(theirs, f"/cases/{slug}/remarks/1/reopen")
        assert look(house, slug, lambda case: case.remarks[0].resolved_at) is None

    def test_a_remark_without_words_is_refused_at_its_own_form(
        self, house: House, editor: Person, slug: str
    ) -> None:
        answer = post(reader(house, editor), f"/cases/{slug}/remarks", field="summary", text="  ")
        shown = parse(answer.text)
        assert answer.status_code == 400
        link = shown.one("div", id="error-summary").one("a")["href"]
        assert shown.one("textarea", id=link.removeprefix("#"))["aria-invalid"] == "true"

    def test_too_long_an_answer_keeps_each_word(
        self, house: House, writer: Person, editor: Person, slug: str
    ) -> None:
        change(house, slug, lambda s, case: remarks.make(s, editor.actor, case, field="", text="Wie?"))
        text = "woord " * 1000
        answer = post(reader(house, writer), f"/cases/{slug}/remarks/1/answer", text=text)
        assert answer.status_code == 400
        assert parse(answer.text).one("textarea", id="answer-1").text == text.strip()

    def test_trust_1_nothing_that_is_typed_breaks_out(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        rows = reviewing.ready()
        slug = reviewing.begin(
            house,
            writer,
            title=f"Plein {HOSTILE}",
            summary=HOSTILE,
            story=HOSTILE,
            topics=HOSTILE,
            authors=HOSTILE,
            place=HOSTILE,
            challenges=[{**rows["challenges"][0], "title": HOSTILE, "cause": HOSTILE}],
            lessons=[{**rows["lessons"][0], "statement": HOSTILE}],
            sources=[{"title": HOSTILE, "url": "", "publisher": HOSTILE, "accessed": ""}],
        )
        reviewing.submit(house, writer, slug, HOSTILE)
        change(house, slug, lambda s, case: remarks.make(s, editor.actor, case, field="title", text=HOSTILE))
        change(house, slug, lambda s, case: remarks.answer(s, writer.actor, case, 1, text=HOSTILE))
        change(house, slug, lambda s, case: review.publish(s, editor.actor, case, reason=HOSTILE))
        reviewing.write(house, writer, slug, summary="Anders " + HOSTILE)
        reviewing.submit(house, writer, slug, HOSTILE)
        client = reader(house, editor)
        for path in (
            "/review",
            *(
                f"/cases/{slug}{end}"
                for end in (
                    *("/review", "/history", "/v/1", "/compare?from=1&to=2", "/people"),
                    *("/moves/withdraw", "/moves/archive"),
                )
            ),
        ):
            shown = page(client, path)
            assert all(
                script.get("src") or script.get("type") == "application/ld+json"
                for script in shown.all("script")
            )
            assert not [one for one in shown if "onmouseover" in one.attributes], path
            assert "49" not in re.sub(r"\d\d[.:]\d\d", "", shown.one("main").text), path  # a clock may say it

    def test_the_page_asks_the_database_as_often_whatever_it_holds(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        counts = []
        for many in (1, 12):
            rows = reviewing.ready()["lessons"]
            lessons = [{**rows[0], "key": f"n{at}", "statement": f"Les {at}."} for at in range(1, many + 1)]
            slug = reviewing.publish(house, writer, editor, title=f"Casus {many}", lessons=lessons)
            reviewing.write(house, writer, slug, summary="Anders.")
            reviewing.submit(house, writer, slug)
            for at in range(many):
                change(
                    house,
                    slug,
                    lambda s, case, at=at: remarks.make(s, editor.actor, case, field="", text=f"Nr {at}"),
                )
            client = reader(house, editor)
            client.get(f"/cases/{slug}/review")
            with statements(house.database) as sent:
                assert client.get(f"/cases/{slug}/review").status_code == 200
            counts.append(len(sent))
        assert counts[0] == counts[1] <= 32, counts

    def test_who_may_not_know_of_a_case_gets_the_same_answer_as_for_none(
        self, house: House, slug: str
    ) -> None:
        client = reader(house, make_person(house, "author"))
        for path in ("/review", "/people", "/moves/withdraw", "/moves/give-up"):
            hidden, none = client.get(f"/cases/{slug}{path}"), client.get(f"/cases/geen-casus{path}")
            assert hidden.status_code == none.status_code == 404
            assert hidden.text.replace(slug, "x") == none.text.replace("geen-casus", "x")
        for path in (
            "/remarks",
            "/remarks/1/answer",
            "/moves/submit",
            "/moves/publish",
            "/moves/give-up",
            "/share",
        ):
            assert post(client, f"/cases/{slug}{path}", text="x", days="1", meant_for="x").status_code == 404


class TestTheMoves:
    def test_a_case_goes_from_draft_to_readers_and_away(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        slug = reviewing.begin(house, writer)
        mine, theirs = reader(house, writer), reader(house, editor)
        steps = [
            (mine, "submit", f"/cases/{slug}/review", CaseStatus.SUBMITTED),
            (mine, "take-back", f"/cases/{slug}/edit", CaseStatus.DRAFT),
            (mine, "submit", f"/cases/{slug}/review", CaseStatus.SUBMITTED),
            (theirs, "return", "/review", CaseStatus.RETURNED),
            (mine, "submit", f"/cases/{slug}/review", CaseStatus.SUBMITTED),
            (theirs, "publish", f"/cases/{slug}", CaseStatus.PUBLISHED),
            (theirs, "withdraw", f"/cases/{slug}/history", CaseStatus.WITHDRAWN),
            (theirs, "reopen", f"/cases/{slug}/history", CaseStatus.PUBLISHED),
            (theirs, "archive", f"/cases/{slug}/history", CaseStatus.ARCHIVED),
        ]
        for client, move, to, after in steps:
            answer = post(client, f"/cases/{slug}/moves/{move}", reason="Omdat.")
            assert (answer.status_code, answer.headers["Location"]) == (302, to), move
            assert status(house, slug)[0] is after

    def test_trust_36_nothing_in_the_form_makes_another_move(
        self, house: House, writer: Person, slug: str
    ) -> None:
        client = reader(house, writer)
        answer = post(
            client, f"/cases/{slug}/moves/take-back", status="published", move="publish", alone="1", by_id="1"
        )
        assert answer.status_code == 302
        assert status(house, slug)[0] is CaseStatus.DRAFT
        for move in ("import", "published", "x"):
            assert post(client, f"/cases/{slug}/moves/{move}").status_code == 404
        assert client.get(f"/cases/{slug}/moves/publish").status_code == 404

    def test_trust_37_the_button_is_not_there_and_the_move_is_refused(
        self, house: House, editor: Person
    ) -> None:
        both = make_person(house, "editor", "author")
        slug = reviewing.begin(house, both, title="Van mijzelf")
        reviewing.submit(house, both, slug)
        client = reader(house, both)
        decision = page(client, f"/cases/{slug}/review").one("section", id="decision")
        assert "somebody else has to publish it" in decision.text
        assert [button.text for button in decision.all("button")] == ["Take back to write on"]
        assert post(client, f"/cases/{slug}/moves/publish", reason="Ik.").status_code == 403
        assert [
            b.text
            for b in page(reader(house, editor), f"/cases/{slug}/review")
            .one("section", id="decision")
            .all("button")
        ] == [
            "Publish",
            "Return with remarks",
        ]

    def test_a_lone_administrator_says_why_and_everybody_reads_it(self, house: House) -> None:
        alone = make_person(house, "administrator", "author", name="Ada")
        slug = reviewing.begin(house, alone)
        reviewing.submit(house, alone, slug)
        client = reader(house, alone)
        refused = post(client, f"/cases/{slug}/moves/publish", reason=" ")
        assert refused.status_code == 400
        assert parse(refused.text).one("textarea", id="decision-reason")["aria-invalid"] == "true"
        assert post(client, f"/cases/{slug}/moves/publish", reason="Er is niemand anders.").status_code == 302
        shown = page(reader(house), f"/cases/{slug}/history").one("main").text
        assert "without a second pair of eyes" in shown
        assert "Er is niemand anders." in shown

    def test_what_is_missing_is_a_list_with_links_to_the_fields(self, house: House, writer: Person) -> None:
        rows = reviewing.ready()["challenges"]
        slug = reviewing.begin(house, writer, summary="", challenges=[{**rows[0], "cause": ""}], sources=[])
        change(house, slug, lambda _s, case: setattr(case, "nobody_named", False))
        answer = post(reader(house, writer), f"/cases/{slug}/moves/submit")
        assert answer.status_code == 400
        links = [link["href"] for link in parse(answer.text).one("div", class_="error-summary").all("a")]
        assert links == [
            f"/cases/{slug}/edit#summary",
            f"/cases/{slug}/edit#challenges-0-cause",
            f"/cases/{slug}/edit#sources",
            f"/cases/{slug}/edit#permissions",
        ]

    def test_the_second_of_two_editors_hears_that_somebody_was_before_him(
        self, house: House, editor: Person, slug: str
    ) -> None:
        other = reader(house, make_person(house, "editor"))
        post(reader(house, editor), f"/cases/{slug}/moves/publish")
        answer = post(other, f"/cases/{slug}/moves/return", reason="Nog een <b>vraag</b>.")
        assert answer.status_code == 409
        assert "Nog een <b>vraag</b>." in parse(answer.text).one("main").text
        assert status(house, slug)[0] is CaseStatus.PUBLISHED

    def test_trust_8_the_title_on_a_page_that_asks_is_text(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        slug = reviewing.publish(house, writer, editor, title=f"Plein {HOSTILE}")
        for move in ("withdraw", "archive"):
            shown = page(reader(house, editor), f"/cases/{slug}/moves/{move}")
            assert shown.one("p", class_="lead").text == f"Plein {HOSTILE}"
        reviewing.write(house, writer, slug, title=f"Nieuw {HOSTILE}")
        shown = page(reader(house, writer), f"/cases/{slug}/moves/give-up")
        assert shown.one("p", class_="lead").text == f"Nieuw {HOSTILE}"

    def test_a_reason_that_is_missing_is_asked_for_again(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        slug = reviewing.publish(house, writer, editor)
        answer = post(reader(house, editor), f"/cases/{slug}/moves/withdraw", reason=" ")
        assert answer.status_code == 400
        assert parse(answer.text).one("textarea", id="reason")["aria-invalid"] == "true"
        assert status(house, slug)[0] is CaseStatus.PUBLISHED

    def test_giving_up_throws_away_the_draft_or_the_whole_case(
        self, house: House, writer: Person, editor: Person
    ) -> None:
        client = reader(house, writer)
        slug = reviewing.publish(house, writer, editor)
        reviewing.write(house, writer, slug, summary="Anders.")
        assert post(client, f"/cases/{slug}/moves/give-up").headers["Location"] == f"/cases/{slug}/history"
        assert status(house, slug) == (CaseStatus.PUBLISHED, None)
        assert client.get(f"/cases/{slug}/moves/give-up").status_code == 409
        fresh = reviewing.begin(house, writer, title="Toch niet")
        assert post(client, f"/cases/{fresh}/moves/give-up").headers["Location"] == "/account/cases"
        assert town.count(house, "case", f"slug = '{fresh}'") == 0

    def test_what_is_published_is_found_and_what_is_withdrawn_is_not(
        self, house: House, editor: Person, slug: str
    ) -> None:
        client = reader(house, editor)
        post(client, f"/cases/{slug}/moves/publish")
        house.search.sync()
        assert f'href="/cases/{slug}"' in client.get("/search?q=plein&kind=case").text
        post(client, f"/cases/{slug}/moves/withdraw", reason="Zo.")
        house.search.sync()
        assert slug not in reader(house).get("/search?q=plein&kind=case").text


class TestMail:
    @pytest.fixture
    def mailing(self, house: House) -> Iterator[House]:
        """The same knowledge base with mail set up."""
        mailing = opened(
            house.settings.data,
            KB_MAIL_URL="smtp://127.0.0.1:2525?from=kb@example.org",
            KB_BASE_URL="http://localhost",
        )
        yield mailing
        mailing.close()

    def mails(self, house: House) -> list[tuple[str, str, str]]:
        found = town.ask(house, "SELECT to_address, subject, text FROM mail_outbox ORDER BY id")
        with house.database.transaction() as session:
            session.execute(delete(MailRow))
        return found

    def client(self, mailing: House, person: Person) -> FlaskClient:
        return sign_in(create_app(mailing).test_client(), person)

    def test_each_move_is_told_to_whom_it_concerns_in_his_own_language(
        self, house: House, mailing: House, writer: Person, editor: Person
    ) -> None:
        slug = reviewing.begin(house, writer)
        mine, theirs = self.client(mailing, writer), self.client(mailing, editor)
        post(mine, f"/cases/{slug}/moves/submit", reason="Graag {{7*7}}.")
        ((to, subject, text),) = self.mails(house)
        assert (to, subject) == ("rita@example.org", "To review: Het plein van Stein")
        assert "Graag {{7*7}}." in text
        assert f"http://localhost/cases/{slug}/review" in text
        post(theirs, f"/cases/{slug}/remarks", field="title", text="Korter?")
        assert self.mails(house) == []
        post(theirs, f"/cases/{slug}/moves/return")
        ((to, _subject, text),) = self.mails(house)
        assert to == "wil@example.org"
        assert "1" in text
        post(mine, f"/cases/{slug}/remarks/1/answer", text="Nee.")
        ((to, _subject, text),) = self.mails(house)
        assert to == "rita@example.org"
        assert "Nee." in text

    def test_whoever_switched_it_off_gets_none(self, house: House, mailing: House, writer: Person) -> None:
        make_person(house, "editor", notifications={"review": False})
        slug = reviewing.begin(house, writer)
        client = self.client(mailing, writer)
        post(client, f"/cases/{slug}/moves/submit")
        assert status(house, slug)[0] is CaseStatus.SUBMITTED
        assert self.mails(house) == []

    @pytest.mark.usefixtures("editor")
    def test_without_mail_the_move_is_made_all_the_same(self, house: House, writer: Person) -> None:
        slug = reviewing.begin(house, writer)
        assert post(reader(house, writer), f"/cases/{slug}/moves/submit").status_code == 302
        assert self.mails(house) == []
