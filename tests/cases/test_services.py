"""Storing a case: nothing of it is lost, what stays keeps its address, and the search hears of all that changed."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kb.cases import queries
from kb.cases.format import check
from kb.cases.models import Case, Lesson
from kb.cases.records import record_of
from kb.cases.services import Stored, store
from kb.cases.transfer import export
from kb.house import House
from tests import town
from tests.cases.examples import FULL, MINIMAL, THEMES

Record = dict[str, Any]


def complete(**fields: Any) -> Record:
    """Return a case with every field of the format."""
    record, slips = check(fields, themes=THEMES)
    assert not slips, slips
    return record


def save(house: House, record: Record) -> Stored:
    with house.database.transaction() as session:
        return store(session, copy.deepcopy(record))


def kept(house: House, slug: str = "plein") -> Record:
    """Return a case as the tables hold it."""
    with house.database.reading() as session:
        (case,) = queries.whole_cases(session, [slug])
        return record_of(case)


def ids(house: House, slug: str = "plein") -> dict[str, int]:
    """Return the id of each lesson of a case by its statement, in order."""
    rows = town.ask(
        house,
        """SELECT statement, lesson.id FROM lesson JOIN "case" c ON c.id = case_id WHERE slug = ?
        ORDER BY position""",
        slug,
    )
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def outbox(house: House) -> set[tuple[str, str]]:
    """Return what the search was told of since it last looked, and forget it."""
    rows = town.ask(house, "SELECT kind, key FROM search_outbox")
    house.search.sync()
    return set(rows)


def case(*statements: str, **fields: Any) -> Record:
    """Return a case with these lessons."""
    lessons = [{"statement": statement} for statement in statements]
    return complete(**{"slug": "plein", "title": "Plein", "summary": "Kort.", "lessons": lessons, **fields})


EVERYTHING = complete(
    **{
        **FULL,
        "slug": "alles",
        "themes": ["organising", "roles-partnership"],
        "tags": [
            {"name": "wijkschouw", "kind": "topic"},
            {"name": "wijkschouw", "kind": "method"},
            {"name": "Élan"},
        ],
        "participants": ["researcher", "resident", "civil-servant"],
        "partners": [{"name": "B", "url": "https://b.example/é?x=1&y=2"}, {"name": "A"}, {"name": "A"}],
        "challenges": [
            {
                "key": "z",
                "title": "Eerst",
                "cause": "Een *reden*.",
                "status": "open",
                "themes": ["inclusion"],
            },
            {"key": "a", "title": "Dan", "approach": "Zo.", "outcome": "Goed.", "status": "overcome"},
            {"key": "m", "title": "Ook", "themes": ["roles-partnership", "connecting"]},
        ],
        "lessons": [
            {
                "statement": "Eén.",
                "challenge": "a",
                "themes": ["organising", "inclusion"],
                "origin": "session",
            },
            {
                "statement": "Twee.",
                "challenge": "z",
                "perspectives": ["executive", "resident"],
                "origin": "derived",
            },
            {"statement": "Drie, zonder uitdaging.", "explanation": "Regel 1\n\n- punt"},
            {"statement": "Eén.", "explanation": "Dezelfde zin, een andere les."},
        ],
        "timeline": [
            {"date": "2019-01-01", "precision": "year", "what": "Later"},
            {"date": "2016-11-26", "precision": "day", "what": "Eerder"},
            {"date": "2017-03-01", "precision": "month", "what": "Midden"},
        ],
        "sources": [{"title": "Zonder adres"}, {"title": "Met", "url": "http://x.example", "publisher": "P"}],
        "authors": ["Z. Laatst", "A. Eerst", "Z. Laatst"],
        "latitude": -0.5,
        "longitude": 179.999999999,
        "scale": "street",
        "status": "returned",
        "translations": {
            "en": {
                "title": "All",
                "lessons": {"2": {"statement": "Three."}, "0": {"explanation": "Only this."}},
            },
            "fy": {"story": "Alles."},
            "de": {"lessons": {"3": {"statement": "Eins.", "explanation": "Auch."}}},
        },
    }
)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(EVERYTHING, id="everything"),
        pytest.param(complete(**FULL), id="the example"),
        pytest.param(complete(**MINIMAL, slug="weinig"), id="the least"),
        pytest.param(complete(slug="verhaal", title="T", story="  leading\n\n\ttabs\n"), id="white space"),
        pytest.param(
            complete(slug="odd", title="<b>&amp; '\"", summary="👩‍👩‍👧 e\u0301 \u200b {{7*7}}"), id="odd text"
        ),
    ],
)
def test_what_was_stored_comes_back_whole(house: House, record: Record) -> None:
    save(house, case("Iets anders."))  # a case beside it, whose parts must not come along
    assert save(house, record) is Stored.NEW
    back = kept(house, record["slug"])
    order = [theme for theme in town.THEME_ORDER if theme in record["themes"]]
    assert back == {
        **record,
        "themes": order,
        "tags": sorted(record["tags"], key=lambda tag: (tag["name"], tag["kind"])),
        "challenges": [{**row, "themes": in_order(row)} for row in record["challenges"]],
        "lessons": [{**row, "themes": in_order(row)} for row in record["lessons"]],
    }
    assert list(back) == list(record), "in the order of the format"
    assert save(house, record) is Stored.UNCHANGED
    assert save(house, back) is Stored.UNCHANGED


def in_order(row: Record) -> list[str]:
    return [theme for theme in town.THEME_ORDER if theme in row["themes"]]


def test_every_sample_comes_back_whole(samples: House, house: House) -> None:
    with samples.database.reading() as session:
        records = list(export(session))
    assert len(records) >= 12
    for record in records:
        assert save(house, record) is Stored.NEW
    for record in records:
        assert kept(house, record["slug"]) == record
        assert save(house, record) is Stored.UNCHANGED


@pytest.mark.parametrize("seed", range(6))
def test_from_any_case_to_any_other(house: House, samples: House, seed: int) -> None:
    """Store one content after another under one slug: each time exactly the last one is there, and nothing is left."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret is made of it
    with samples.database.reading() as session:
        pool = [*export(session), EVERYTHING, complete(**MINIMAL)]
    beside = {**pool[0], "slug": "ernaast"}
    save(house, beside)
    for _ in range(3):
        record = shuffled(chance.choice(pool), chance)
        save(house, record)
        wanted = {
            **record,
            "themes": in_order(record),
            "tags": sorted(record["tags"], key=lambda tag: (tag["name"], tag["kind"])),
            "challenges": [{**row, "themes": in_order(row)} for row in record["challenges"]],
            "lessons": [{**row, "themes": in_order(row)} for row in record["lessons"]],
        }
        assert kept(house) == wanted
        assert save(house, record) is Stored.UNCHANGED
    assert kept(house, "ernaast") == beside
    for table in ("lesson_theme", "lesson_translation"):
        assert town.count(house, table, "lesson_id NOT IN (SELECT id FROM lesson)") == 0
    for table in ("challenge", "lesson", "partner", "source", "timeline_entry", "case_translation"):
        assert town.count(house, table, 'case_id NOT IN (SELECT id FROM "case")') == 0
    assert town.dangling(house) == []


def shuffled(record: Record, chance: random.Random) -> Record:
    """Return the record under the slug `plein`, with some of its parts gone and the rest in another order."""
    new = copy.deepcopy(record)
    new["slug"] = "plein"
    for name in ("partners", "timeline", "sources", "authors", "tags", "themes", "challenges"):
        new[name] = chance.sample(new[name], chance.randint(0, len(new[name])))
    order = chance.sample(range(len(new["lessons"])), chance.randint(0, len(new["lessons"])))
    keys = {row["key"] for row in new["challenges"]}
    lessons = [new["lessons"][at] for at in order]
    new["lessons"] = [
        {**row, "challenge": row["challenge"] if row["challenge"] in keys else None} for row in lessons
    ]
    for translation in new["translations"].values():
        told = translation["lessons"]
        translation["lessons"] = {str(to): told[str(at)] for to, at in enumerate(order) if str(at) in told}
    return new


def test_the_record_that_was_given_is_left_as_it_is(house: House) -> None:
    before = copy.deepcopy(EVERYTHING)
    with house.database.transaction() as session:
        store(session, before)
        store(session, {**before, "title": "Nieuw"})
    assert before == EVERYTHING


class TestLessonsKeepTheirAddress:
    def test_when_nothing_but_their_explanation_changed(self, house: House) -> None:
        save(house, case("A.", "B."))
        before = ids(house)
        save(house, case(lessons=[{"statement": "A.", "explanation": "Nieuw."}, {"statement": "B."}]))
        assert ids(house) == before

    def test_when_they_were_reworded_in_their_place(self, house: House) -> None:
        save(house, case("A.", "B.", "C."))
        before = ids(house)
        save(house, case("A.", "B, maar beter.", "C."))
        assert ids(house) == {"A.": before["A."], "B, maar beter.": before["B."], "C.": before["C."]}

    def test_when_they_were_moved(self, house: House) -> None:
        save(house, case("A.", "B.", "C."))
        before = ids(house)
        save(house, case("C.", "A.", "B."))
        assert ids(house) == before
        assert list(ids(house)) == ["C.", "A.", "B."]

    def test_when_one_before_them_went(self, house: House) -> None:
        save(house, case("A.", "B.", "C."))
        before = ids(house)
        save(house, case("B.", "C."))
        assert ids(house) == {"B.": before["B."], "C.": before["C."]}

    def test_when_one_came_before_them(self, house: House) -> None:
        save(house, case("A.", "B."))
        before = ids(house)
        save(house, case("Nieuw.", "A.", "B."))
        after = ids(house)
        assert {name: after[name] for name in before} == before
        assert after["Nieuw."] not in before.values()

    def test_when_some_moved_and_one_was_reworded(self, house: House) -> None:
        save(house, case("A.", "B.", "C."))
        before = ids(house)
        save(house, case("C.", "B, maar beter.", "A."))
        assert ids(house) == {"C.": before["C."], "B, maar beter.": before["B."], "A.": before["A."]}

    def test_but_one_that_took_the_place_of_another_is_new(self, house: House) -> None:
        """A. moved to the second place; what stands in its old place is not A. in other words."""
        save(house, case("A.", "B."))
        before = ids(house)
        save(house, case("X.", "A."))
        assert ids(house)["A."] == before["A."]
        assert ids(house)["X."] not in before.values()

    def test_and_no_number_is_ever_given_twice(self, house: House) -> None:
        save(house, case("A.", "B."))
        gone = ids(house)["B."]
        save(house, case("A."))
        save(house, case("A.", "C."))
        save(house, {**case("D."), "slug": "anders"})
        assert gone not in {*ids(house).values(), *ids(house, "anders").values()}

    def test_also_two_that_say_the_same(self, house: House) -> None:
        save(house, case("A.", "A.", "B."))
        before = town.ask(house, "SELECT id FROM lesson ORDER BY position")
        save(house, case("B.", "A.", "A."))
        after = town.ask(house, "SELECT id FROM lesson ORDER BY position")
        assert after == [before[2], before[0], before[1]]

    def test_with_their_translations(self, house: House) -> None:
        told = {"en": {"lessons": {"0": {"statement": "One."}, "1": {"statement": "Two."}}}}
        save(house, case("Een.", "Twee.", translations=told))
        before = ids(house)
        turned = {"en": {"lessons": {"0": {"statement": "Two."}, "1": {"statement": "One."}}}}
        save(house, case("Twee.", "Een.", translations=turned))
        assert ids(house) == before
        rows = town.ask(house, "SELECT lesson_id, statement FROM lesson_translation ORDER BY lesson_id")
        assert rows == [(before["Een."], "One."), (before["Twee."], "Two.")]

    def test_and_their_moment(self, house: House) -> None:
        save(house, case("A."))
        before = town.ask(house, "SELECT added_at FROM lesson")
        save(house, case("A.", "B.", title="Later"))
        rows = town.ask(house, "SELECT added_at FROM lesson ORDER BY id")
        assert rows[0] == before[0] < rows[1]

    def test_and_what_came_together_has_one_moment(self, house: House) -> None:
        save(house, EVERYTHING)
        assert town.number(house, "SELECT count(DISTINCT added_at) FROM lesson") == 1


class TestTheSearchHears:
    @pytest.mark.whoosh
    def test_of_a_new_case_and_all_its_lessons(self, house: House) -> None:
        save(house, case("A.", "B."))
        assert outbox(house) == {("case", "plein"), *(("lesson", str(key)) for key in ids(house).values())}

    @pytest.mark.whoosh
    def test_of_lessons_that_went(self, house: House) -> None:
        save(house, case("A.", "B."))
        before = ids(house)
        outbox(house)
        save(house, case("A."))
        assert outbox(house) == {("case", "plein"), *(("lesson", str(key)) for key in before.values())}
        assert not house.search.check()

    def test_nothing_when_nothing_changed(self, house: House) -> None:
        save(house, EVERYTHING)
        outbox(house)
        before = town.ask(house, 'SELECT updated_at FROM "case"')
        assert save(house, EVERYTHING) is Stored.UNCHANGED
        assert outbox(house) == set()
        assert town.ask(house, 'SELECT updated_at FROM "case"') == before

    def test_nothing_when_it_was_not_saved_after_all(self, house: House) -> None:
        with house.database.transaction() as session:
            store(session, EVERYTHING)
            session.rollback()
        assert outbox(house) == set()
        assert town.number(house, 'SELECT count(*) FROM "case"') == 0

    @pytest.mark.whoosh
    def test_of_nobody_else(self, house: House) -> None:
        save(house, case("A."))
        save(house, {**case("B."), "slug": "ernaast"})
        outbox(house)
        save(house, case("A.", title="Nieuw"))
        assert outbox(house) == {("case", "plein"), ("lesson", str(ids(house)["A."]))}


CHANGES: dict[str, Callable[[Record], object]] = {
    "title": lambda record: record.update(title="Nieuw"),
    "coordinate": lambda record: record.update(latitude=1.5),
    "period": lambda record: record.update(period_end=None),
    "participants in another order": lambda record: record["participants"].reverse(),
    "authors": lambda record: record["authors"].pop(),
    "a theme less": lambda record: record["themes"].pop(),
    "a tag of another kind": lambda record: (
        record["tags"].__setitem__(0, {"name": "wijkschouw", "kind": "topic"}) or record["tags"].pop(1)
    ),
    "partners in another order": lambda record: record["partners"].reverse(),
    "the address of a partner": lambda record: record["partners"][0].update(url=None),
    "a challenge's outcome": lambda record: record["challenges"][1].update(outcome="Slecht."),
    "challenges in another order": lambda record: record["challenges"].reverse(),
    "a challenge's theme": lambda record: record["challenges"][0]["themes"].clear(),
    "a lesson's challenge": lambda record: record["lessons"][0].update(challenge=None),
    "a lesson's perspective": lambda record: record["lessons"][1]["perspectives"].pop(),
    "the precision of a date": lambda record: record["timeline"][0].update(precision="day"),
    "a source's date": lambda record: record["sources"][0].update(accessed="2020-02-29"),
    "status": lambda record: record.update(status="published"),
    "a translated title": lambda record: record["translations"]["en"].update(title="Everything"),
    "a translated lesson": lambda record: record["translations"]["de"]["lessons"]["3"].update(
        statement="Noch."
    ),
    "a language less": lambda record: record["translations"].pop("fy"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_noticed_and_stored(house: House, change: str) -> None:
    save(house, EVERYTHING)
    record = kept(house, "alles")
    CHANGES[change](record)
    assert save(house, record) is Stored.UPDATED
    assert kept(house, "alles") == record


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["themes"].reverse(),
        lambda record: record["tags"].reverse(),
        lambda record: record["lessons"][0]["themes"].reverse(),
        lambda record: record.update(translations=dict(reversed(record["translations"].items()))),
    ],
    ids=["themes", "tags", "themes of a lesson", "languages"],
)
def test_what_has_no_order_of_its_own_is_no_change(house: House, change: Callable[[Record], object]) -> None:
    save(house, EVERYTHING)
    record = copy.deepcopy(EVERYTHING)
    change(record)
    assert save(house, record) is Stored.UNCHANGED


def test_it_is_published_once(house: House) -> None:
    def moment() -> str | None:
        value = town.ask(house, 'SELECT published_at FROM "case"')[0][0]
        return str(value) if value else None

    save(house, case("A.", status="draft"))
    assert moment() is None
    save(house, case("A.", status="submitted"))
    assert moment() is None
    save(house, case("A.", status="published"))
    first = moment()
    assert first
    save(house, case("A.", status="published", title="Anders"))
    save(house, case("A.", status="withdrawn"))
    save(house, case("A.", status="published"))
    assert moment() == first
    created, updated = town.ask(house, 'SELECT created_at, updated_at FROM "case"')[0]
    assert created < first < updated


def test_tags_are_shared_between_cases_and_told_apart_by_kind(house: House) -> None:
    tags = [{"name": "wijkschouw", "kind": "method"}, {"name": "groen"}]
    with house.database.transaction() as session:
        store(session, case(tags=tags))
        store(session, {**case(tags=tags), "slug": "ernaast"})
    save(house, {**case(tags=[{"name": "wijkschouw"}, {"name": "groen"}]), "slug": "derde"})
    rows = town.ask(house, "SELECT name, kind FROM tag ORDER BY name, kind")
    assert rows == [("groen", "topic"), ("wijkschouw", "method"), ("wijkschouw", "topic")]
    assert town.number(house, "SELECT count(*) FROM case_tag") == 6


def test_what_leaves_a_case_does_not_leave_the_others(house: House) -> None:
    save(house, case(tags=[{"name": "groen"}], themes=["inclusion"]))
    save(house, {**case(tags=[{"name": "groen"}], themes=["inclusion"]), "slug": "ernaast"})
    save(house, case())
    assert kept(house, "ernaast")["tags"] == [{"name": "groen", "kind": "topic"}]
    assert kept(house, "ernaast")["themes"] == ["inclusion"]


def test_a_case_that_goes_takes_along_what_is_its_own(house: House) -> None:
    save(house, EVERYTHING)
    save(house, case("Blijft.", tags=[{"name": "Élan"}], themes=["organising"]))
    with house.database.transaction() as session:
        session.delete(session.scalars(select(Case).where(Case.slug == "alles")).one())
    assert list(ids(house)) == ["Blijft."]
    for table in (
        "challenge",
        "partner",
        "source",
        "timeline_entry",
        "case_translation",
        "lesson_translation",
    ):
        assert town.count(house, table) == 0
    assert kept(house)["tags"] == [{"name": "Élan", "kind": "topic"}]
    assert town.number(house, "SELECT count(*) FROM theme") == 4
    assert town.dangling(house) == []


def test_a_lesson_may_hang_on_another_challenge_than_before(house: House) -> None:
    challenges = [{"key": "c1", "title": "Een"}, {"key": "c2", "title": "Twee"}]
    save(house, case(challenges=challenges, lessons=[{"statement": "A.", "challenge": "c1"}]))
    before = ids(house)
    record = case(challenges=challenges[1:], lessons=[{"statement": "A.", "challenge": "c2"}])
    save(house, record)
    assert kept(house) == record
    assert ids(house) == before
    # the key that went may come back as another challenge
    record = case(challenges=[{"key": "c1", "title": "Drie"}, *challenges[1:]], lessons=[{"statement": "A."}])
    save(house, record)
    assert kept(house) == record


def test_challenges_may_change_keys(house: House) -> None:
    first = [{"key": "a", "title": "Een"}, {"key": "b", "title": "Twee"}]
    save(house, case(challenges=first, lessons=[{"statement": "A.", "challenge": "a"}]))
    turned = [{"key": "b", "title": "Een"}, {"key": "a", "title": "Twee"}]
    record = case(challenges=turned, lessons=[{"statement": "A.", "challenge": "b"}])
    save(house, record)
    assert kept(house) == record


def test_an_unknown_theme_is_a_fault_of_whoever_calls(house: House) -> None:
    record = {**case("A."), "themes": ["nowhere"]}
    with pytest.raises(KeyError), house.database.transaction() as session:
        store(session, record)
    assert town.number(house, 'SELECT count(*) FROM "case"') == 0


def test_nothing_is_saved_before_the_transaction_ends(house: House) -> None:
    with house.database.transaction() as session:
        store(session, case("A."))
        assert town.number(house, 'SELECT count(*) FROM "case"') == 0
        assert session.scalars(select(Lesson.statement)).all() == ["A."]
    assert town.number(house, 'SELECT count(*) FROM "case"') == 1
