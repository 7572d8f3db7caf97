"""Keywords become one again: in cases, drafts and search, for whoever manages them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.accounts.actor import NOBODY, Actor, Role
from kb.accounts.models import LogEntry
from kb.cases import queries
from kb.cases.content import empty_content
from kb.cases.models import CaseStatus, Draft, Tag, TagKind
from kb.cases.queries import vocabulary
from kb.cases.services import drafts, tags
from kb.core import Conflict, Forbidden, NotFound, Refusal
from kb.house import House
from kb.search.documents import Query
from tests.conftest import MakeCase
from tests.people import make_person

TOPIC, METHOD = TagKind.TOPIC, TagKind.METHOD


@pytest.fixture
def boss(house: House) -> Actor:
    return make_person(house, "administrator").actor


def tagged(make_case: MakeCase, slug: str, *names: str, kind: str = "topic", **fields: Any) -> None:
    make_case(slug=slug, tags=[{"name": name, "kind": kind} for name in names], **fields)


def tag(session: Session, name: str, kind: TagKind = TOPIC) -> Tag:
    return session.scalars(select(Tag).where(Tag.name == name, Tag.kind == kind)).one()


def tags_of(house: House, slug: str) -> list[tuple[str, str]]:
    with house.database.reading() as session:
        (case,) = queries.whole_cases(session, [slug])
        return [(one.name, one.kind.value) for one in case.tags]


def found(house: House, q: str) -> set[str]:
    """Return the cases that a search finds once the index is up to date; it agrees with the database."""
    house.search.sync()
    assert not house.search.check()
    with house.database.reading() as session:
        return {hit.key for hit in house.search.find(session, Query(q=q, kind="case")).hits}


class TestRenaming:
    @pytest.mark.whoosh
    def test_all_cases_carry_the_new_name_and_are_found_by_it(
        self, house: House, boss: Actor, make_case: MakeCase
    ) -> None:
        tagged(make_case, "one", "krokodil")
        tagged(make_case, "hidden", "krokodil", status="draft")
        tagged(make_case, "other", "moestuin")
        with house.database.transaction() as session:
            assert tags.change(session, boss, tag(session, "krokodil"), "  nijl\u200bpaard ", TOPIC)
        assert tags_of(house, "one") == tags_of(house, "hidden") == [("nijlpaard", "topic")]
        with house.database.reading() as session:
            assert house.search.waiting(session) == 4  # two cases, a lesson each
        assert found(house, "nijlpaard") == {"one"}
        assert found(house, "krokodil") == set()

    def test_the_same_name_is_no_change(self, house: House, boss: Actor, make_case: MakeCase) -> None:
        tagged(make_case, "one", "moestuin")
        with house.database.transaction() as session:
            assert not tags.change(session, boss, tag(session, "moestuin"), "moestuin", TOPIC)

    def test_a_name_that_is_there_asks_for_a_merge(
        self, house: House, boss: Actor, make_case: MakeCase
    ) -> None:
        tagged(make_case, "one", "moestuin", "tuin")
        with house.database.transaction() as session:
            with pytest.raises(tags.Taken) as raised:
                tags.change(session, boss, tag(session, "moestuin"), "tuin", TOPIC)
            assert raised.value.other == tag(session, "tuin").id
        assert len(tags_of(house, "one")) == 2

    @pytest.mark.parametrize("name", ["", "  ", "\u200b", "a, b", "a; b", "n" * 101])
    def test_what_can_be_no_name_is_refused(
        self, house: House, boss: Actor, make_case: MakeCase, name: str
    ) -> None:
        tagged(make_case, "one", "moestuin")
        with house.database.transaction() as session, pytest.raises(Refusal):
            tags.change(session, boss, tag(session, "moestuin"), name, TOPIC)

    def test_its_kind_changes_in_all_cases_and_the_search_need_not_know(
        self, house: House, boss: Actor, make_case: MakeCase
    ) -> None:
        tagged(make_case, "one", "wijkschouw")
        with house.database.transaction() as session:
            tags.change(session, boss, tag(session, "wijkschouw"), "wijkschouw", METHOD)
        assert tags_of(house, "one") == [("wijkschouw", "method")]
        assert found(house, "wijkschouw") == {"one"}


class TestMerging:
    @pytest.mark.parametrize("kind", ["topic", "method"])
    def test_every_case_carries_the_other_one_once(
        self, house: House, boss: Actor, make_case: MakeCase, kind: str
    ) -> None:
        make_case(
            slug="both", tags=[{"name": "krokodil", "kind": "topic"}, {"name": "nijlpaard", "kind": kind}]
        )
        tagged(make_case, "one", "krokodil")
        tagged(make_case, "hidden", "krokodil", status="archived")
        tagged(make_case, "other", "nijlpaard", kind=kind)
        tagged(make_case, "noise", "moestuin")
        with house.database.transaction() as session:
            old, new = tag(session, "krokodil"), tag(session, "nijlpaard", TagKind(kind))
            assert vocabulary.shared_cases(session, old.id, new.id) == 1
            assert tags.merge(session, boss, old, new) == 3
        for slug in ("both", "one", "hidden", "other"):
            assert tags_of(house, slug) == [("nijlpaard", kind)]
        assert tags_of(house, "noise") == [("moestuin", "topic")]
        assert found(house, "nijlpaard") == {"both", "one", "other"}
        assert found(house, "krokodil") == set()
        with house.database.reading() as session:
            assert vocabulary.tags(session, q="krokodil") == (0, [])

    def test_not_with_itself(self, house: House, boss: Actor, make_case: MakeCase) -> None:
        tagged(make_case, "one", "moestuin")
        with house.database.transaction() as session, pytest.raises(Refusal):
            tags.merge(session, boss, tag(session, "moestuin"), tag(session, "moestuin"))
        assert tags_of(house, "one") == [("moestuin", "topic")]


class TestDrafts:
    def begun(self, house: House, **fields: str) -> int:
        author = make_person(house, "author").actor
        with house.database.transaction() as session:
            case = drafts.begin(session, author, {**empty_content(), "title": "Nieuw", **fields})
            return case.id

    def draft(self, house: House, number: int) -> Draft:
        with house.database.reading() as session:
            draft = session.get_one(Draft, number)
            session.expunge(draft)
            return draft

    def test_what_is_being_written_changes_along_and_holds_nobody_up(
        self, house: House, boss: Actor, make_case: MakeCase
    ) -> None:
        tagged(make_case, "one", "café", "kroeg")
        number = self.begun(house, topics="tuin,  café ; kroeg", methods="café")
        other = self.begun(house, topics="cafébaas")
        with house.database.transaction() as session:
            tags.merge(session, boss, tag(session, "café"), tag(session, "kroeg"))
        draft = self.draft(house, number)
        assert (draft.content["topics"], draft.content["methods"]) == ("tuin, kroeg", "café")
        assert draft.version == 1
        assert self.draft(house, other).content["topics"] == "cafébaas"

    def test_to_another_kind_it_moves_to_the_other_field(
        self, house: House, boss: Actor, make_case: MakeCase
    ) -> None:
        tagged(make_case, "one", "wijkschouw")
        number = self.begun(house, topics="wijkschouw, tuin", methods="buurtbudget")
        with house.database.transaction() as session:
            tags.change(session, boss, tag(session, "wijkschouw"), "wijkschouw", METHOD)
        content = self.draft(house, number).content
        assert (content["topics"], content["methods"]) == ("tuin", "buurtbudget, wijkschouw")

    def test_what_was_submitted_stays_as_it_was(self, house: House, boss: Actor, make_case: MakeCase) -> None:
        tagged(make_case, "one", "café", "kroeg")
        number = self.begun(house, topics="café")
        open_one = self.begun(house, topics="café")
        with house.database.transaction() as session:
            session.get_one(Draft, number).status = CaseStatus.SUBMITTED
        with house.database.transaction() as session:
            assert tags.draft_use(session, "café", TOPIC) == (1, 1)
            tags.merge(session, boss, tag(session, "café"), tag(session, "kroeg"))
        assert self.draft(house, number).content["topics"] == "café"
        assert self.draft(house, open_one).content["topics"] == "kroeg"


class TestDeleting:
    def test_only_what_no_case_carries(self, house: House, boss: Actor, make_case: MakeCase) -> None:
        tagged(make_case, "one", "moestuin")
        with house.database.transaction() as session:
            session.add(Tag(name="los", kind=TOPIC))
            session.flush()
            tags.delete(session, boss, tag(session, "los"))
            with pytest.raises(Conflict):
                tags.delete(session, boss, tag(session, "moestuin"))
        assert tags_of(house, "one") == [("moestuin", "topic")]


class TestFinding:
    def test_by_a_part_of_the_name_and_by_kind(self, house: House, make_case: MakeCase) -> None:
        tagged(make_case, "one", "Moestuin", "100%", "wijkschouw")
        tagged(make_case, "two", "moestuin", kind="method")
        with house.database.reading() as session:
            total, rows = vocabulary.tags(session, q="moes")
            assert (total, [(row.name, row.cases) for row in rows]) == (2, [("moestuin", 1), ("Moestuin", 1)])
            assert vocabulary.tags(session, q="moes", kind=METHOD)[0] == 1
            assert [row.name for row in vocabulary.tags(session, q="%")[1]] == ["100%"]
            assert [row.name for row in vocabulary.tags(session, offset=2, limit=1)[1]] == ["Moestuin"]
            assert vocabulary.tags(session)[0] == 4

    def test_one_that_is_not_there(self, house: House) -> None:
        with house.database.reading() as session:
            with pytest.raises(NotFound):
                vocabulary.tag_use(session, 99)
            with pytest.raises(NotFound):
                tags.tag_by_id(session, 99)


@pytest.mark.parametrize("role", [None, Role.AUTHOR, Role.SESSION_LEAD, Role.EDITOR])
def test_trust_30_only_administrators(house: House, make_case: MakeCase, role: Role | None) -> None:
    tagged(make_case, "one", "moestuin", "tuin")
    actor = Actor(id=1, roles=frozenset({role})) if role else NOBODY
    with house.database.transaction() as session:
        one, other = tag(session, "moestuin"), tag(session, "tuin")
        for forbidden in (
            lambda: tags.change(session, actor, one, "anders", TOPIC),
            lambda: tags.merge(session, actor, one, other),
            lambda: tags.delete(session, actor, one),
        ):
            with pytest.raises(Forbidden):
                forbidden()


def test_each_is_logged_without_the_words_themselves(house: House, boss: Actor, make_case: MakeCase) -> None:
    tagged(make_case, "one", "moestuin", "tuin")
    with house.database.transaction() as session:
        one, other = tag(session, "moestuin"), tag(session, "tuin")
        numbers = str(one.id), str(other.id)
        tags.change(session, boss, one, "groentetuin", TOPIC)
        tags.change(session, boss, one, "groentetuin", METHOD)
        tags.merge(session, boss, one, other)
        lines = session.scalars(select(LogEntry).where(LogEntry.kind == "tag").order_by(LogEntry.id)).all()
        assert [(line.did, line.key, line.detail) for line in lines] == [
            ("tag.rename", numbers[0], "topic"),
            ("tag.change-kind", numbers[0], "method"),
            ("tag.merge", numbers[1], numbers[0]),
        ]
