import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from whoosh.writing import SegmentWriter

from kb.cases.indexing import CaseSource, LessonSource
from kb.cases.models import Case, CaseStatus, Lesson
from kb.core import DataError
from kb.house import House
from kb.search import outbox, whoosh_engine
from kb.search.documents import FACETS, SORTS, Document, Query
from kb.search.results import Found
from kb.search.services import BATCH, Search
from kb.search.whoosh_engine import WhooshEngine
from tests.conftest import MakeCase
from tests.search.test_whoosh_engine import WAYS_TO_BREAK, whoosh_leaves_files_open


def find(house: House, q: str = "", **fields: object) -> Found:
    """Search, and let the database go again."""
    with house.database.reading() as session:
        return house.search.find(session, Query(q=q, **fields))  # type: ignore[arg-type]  # each test gives its own


def slugs(house: House, q: str = "", **fields: object) -> list[str]:
    """Return the slugs of the cases found, in alphabetical order."""
    return sorted(hit.key for hit in find(house, q, kind="case", **fields).hits)


def waiting(house: House) -> int:
    with house.database.reading() as session:
        return house.search.waiting(session)


def change(house: House, slug: str, *, tell: bool = True, **fields: object) -> None:
    """Change a case's columns behind the services' back, with or without telling the search."""
    with house.database.transaction() as session:
        session.execute(update(Case).where(Case.slug == slug).values(**fields))
        lessons = session.scalars(select(Lesson.id).join(Case).where(Case.slug == slug))
        pairs = [("case", slug), *(("lesson", str(lesson)) for lesson in lessons)]
        if tell:
            outbox.record(session, pairs)


def lesson_keys(house: House, slug: str) -> list[str]:
    with house.database.reading() as session:
        rows = select(Lesson.id).join(Case).where(Case.slug == slug).order_by(Lesson.id)
        return [str(lesson) for lesson in session.scalars(rows)]


def generation(house: House) -> str:
    return (house.settings.index_folder / "current").read_text(encoding="ascii")


# Finding


def test_find_gives_all_that_a_page_shows(house: House, make_case: MakeCase) -> None:
    make_case(
        slug="duiven",
        title="Kastanjes in de wijk",
        themes=["inclusion", "connecting"],
        lessons=[
            {"statement": "Plant een kastanje.", "themes": ["connecting"], "perspectives": ["resident"]}
        ],
    )
    make_case(slug="elders", title="Beuken", themes=["inclusion"])
    found = find(house, "kastanje", kind="case")
    assert [(hit.kind, hit.key, hit.item.title) for hit in found.hits] == [
        ("case", "duiven", "Kastanjes in de wijk")
    ]
    assert found.hits[0].score > 0
    assert found.total == 1
    assert found.kinds == {"lesson": 1, "case": 1, "event": 0}
    assert found.facets["theme"] == (("connecting", 1), ("inclusion", 1))
    assert found.facets["perspective"] == (("resident", 1),)
    assert found.facets["municipality"] == ()
    assert set(found.facets) == set(FACETS)
    assert found.reading.asked.words == ("kastanje",)
    assert not found.reading.asked.only_stop_words
    assert not found.reading.asked.cut
    assert found.took_ms > 0
    assert found.query == Query(q="kastanje", kind="case")


def test_facets_go_by_count_then_by_value(house: House, make_case: MakeCase) -> None:
    for themes in (["inclusion"], ["organising", "connecting"], ["inclusion"]):
        make_case(themes=themes)
    found = find(house, kind="case")
    assert found.facets["theme"] == (("inclusion", 2), ("connecting", 1), ("organising", 1))


def test_a_kind_of_which_there_is_none_is_counted_as_none(house: House, make_case: MakeCase) -> None:
    assert find(house).kinds == {"lesson": 0, "case": 0, "event": 0}
    make_case(title="Kastanje", lessons=[])
    assert find(house, "kastanje").kinds == {"lesson": 0, "case": 1, "event": 0}


def test_without_words_everything_is_found_newest_first(house: House, make_case: MakeCase) -> None:
    for slug in ("b", "c", "a"):
        make_case(slug=slug)
    keys = [hit.key for hit in find(house, kind="case").hits]
    assert keys == ["a", "c", "b"]
    assert [hit.key for hit in find(house, kind="case", sort="newest").hits] == keys


@pytest.mark.parametrize("q", ["de het een", "***", '"', "😀", "( )", "."])
def test_a_query_without_words_finds_nothing(house: House, make_case: MakeCase, q: str) -> None:
    make_case()
    found = find(house, q)
    assert (found.total, found.hits, found.reading.asked.words) == (0, (), ())
    assert found.reading.asked.only_stop_words == (q == "de het een")


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_a_search_give_every_hit_once(samples: House, sort: str) -> None:
    whole = find(samples, "bewoners", sort=sort, per_page=100)
    assert whole.total == len(whole.hits) > 20
    some = [
        find(samples, "bewoners", sort=sort, per_page=7, page=page) for page in range(1, whole.pages + 20)
    ]
    assert [hit.key for found in some for hit in found.hits] == [hit.key for hit in whole.hits]
    assert {found.total for found in some} == {whole.total}


def test_a_draft_in_a_stale_index_is_never_shown(house: House, make_case: MakeCase) -> None:
    make_case(slug="geheim", title="Kastanje")
    make_case(slug="open", title="Kastanje")
    change(house, "geheim", tell=False, status=CaseStatus.DRAFT)
    assert slugs(house, "kastanje") == ["open"]
    assert slugs(house) == ["open"]
    assert {hit.item.case.slug for hit in find(house, "kastanje").hits} == {"open"}
    assert {hit.item.case.slug for hit in find(house).hits} == {"open"}


def test_a_case_that_is_gone_from_the_database_is_not_shown(house: House, make_case: MakeCase) -> None:
    make_case(slug="weg")
    make_case(slug="blijft")
    with house.database.transaction() as session:
        session.execute(delete(Case).where(Case.slug == "weg"))
    assert slugs(house) == ["blijft"]
    assert {hit.item.case.slug for hit in find(house).hits} == {"blijft"}


BOMBS = {
    "wildcards": "*a* OR *b* OR *c* OR ?*a*b*c*",
    "one star": "*",
    "parentheses": "(" * 2000 + "wijk" + ")" * 2000,
    "open parentheses": "(" * 2000,
    "range": "[a TO z]",
    "field": "title_nl:wijk id:case row:*",
    "operators": "AND OR NOT wijk AND (OR) NOT NOT ^5 ~2",
    "one long word": "wijk" * 2500,
    "many words": "wijk plan " * 1000,
    "different words": " ".join(f"woord{number}" for number in range(1200)),
    "emoji": "👩‍👩‍👧‍👦" * 900,
    "stop words": "de het een " * 900,
    "quotes": '"' * 10_000,
    "open quote": '"wijk ' * 1600,
    "apostrophes": "'" * 10_000,
    "hyphens": "a-" * 5000,
    "underscores": "_" * 10_000,
    "marks": "a" + "\u0301" * 9_999,
    "ligature": "\ufdfa" * 10_000,
    "invisible": "\u200b\u00ad" * 5000,
    "right to left": "\u202ekjiw\u202c" * 1000,
    "without letters": "." * 10_000,
    "control characters": "wijk\x00\x01\x1b plan",
    "half a character": "wijk \ud800 plan",
    "digits": "9" * 10_000,
    "other scripts": "\u4e2d\u0416\u05d0\u0915" * 2500,
}


@pytest.mark.parametrize("q", BOMBS.values(), ids=BOMBS)
def test_no_query_takes_long(samples: House, q: str) -> None:
    """TRUST 56. They take milliseconds; a second is what a reader must never wait for."""
    began = time.perf_counter()
    found = find(samples, q)
    assert time.perf_counter() - began < 1
    assert len(found.reading.asked.words) <= 32
    assert found.total >= len(found.hits)
    assert ("wijk" in found.reading.asked.words or "letters" in found.dropped) == (found.total > 0)


def test_the_most_that_can_be_asked_does_not_take_long(samples: House) -> None:
    values = tuple(f"{number:0200}" for number in range(50))
    began = time.perf_counter()
    for selected in ({}, dict.fromkeys(FACETS, values)):
        find(samples, "wijk plan bewoners " * 500, page=10_000, per_page=100, selected=selected)
    assert time.perf_counter() - began < 1


# Keeping up to date


@pytest.mark.whoosh
def test_sync_indexes_what_waits_and_empties_the_outbox(house: House, make_case: MakeCase) -> None:
    make_case(slug="een", title="Kastanje", index=False)
    make_case(slug="twee", title="Kastanje", index=False)
    assert slugs(house, "kastanje") == []
    assert waiting(house) == 4
    told: list[int] = []
    assert house.search.sync(told.append) == 4
    assert sum(told) == 4
    assert slugs(house, "kastanje") == ["een", "twee"]
    assert waiting(house) == 0
    assert not house.search.check()


def test_sync_without_anything_to_do_touches_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_engine, "LOCK_TIMEOUT_S", 0.0)
    with house.search.engine.writing():
        assert house.search.sync() == 0


@pytest.mark.whoosh
def test_syncing_the_same_again_gives_the_same(house: House, make_case: MakeCase) -> None:
    for number in range(3):
        make_case(slug=f"zaak-{number}")
    before = house.search.engine.fingerprints()
    assert len(before) == 6
    with house.database.transaction() as session:
        outbox.record(session, [*before, *before])
    assert house.search.sync() == 6
    assert house.search.engine.fingerprints() == before
    assert find(house).total == 3
    assert house.search.sync() == 0


def test_more_than_a_batch(house: House, make_case: MakeCase) -> None:
    made = make_case(lessons=[{"statement": f"Kastanje {number}."} for number in range(BATCH + 5)])
    assert find(house, "kastanje").total == BATCH + 5
    assert len(lesson_keys(house, made["slug"])) == BATCH + 5
    house.search.rebuild()
    assert find(house, "kastanje").total == BATCH + 5
    assert not house.search.check()


@pytest.mark.parametrize("status", [status for status in CaseStatus if status is not CaseStatus.PUBLISHED])
def test_what_is_no_longer_published_leaves_the_index(
    house: House, make_case: MakeCase, status: CaseStatus
) -> None:
    make_case(slug="weg", title="Kastanje")
    make_case(slug="blijft", title="Kastanje")
    make_case(slug="nooit", title="Kastanje", status=status.value)
    assert slugs(house, "kastanje") == ["blijft", "weg"]
    change(house, "weg", status=status)
    house.search.sync()
    indexed = house.search.engine.fingerprints()
    assert {key for kind, key in indexed if kind == "case"} == {"blijft"}
    assert {key for kind, key in indexed if kind == "lesson"} == set(lesson_keys(house, "blijft"))
    assert find(house, "kastanje").kinds == {"lesson": 1, "case": 1, "event": 0}
    change(house, "weg", status=CaseStatus.PUBLISHED)
    house.search.sync()
    assert slugs(house, "kastanje") == ["blijft", "weg"]
    assert not house.search.check()


def test_what_is_deleted_leaves_the_index(house: House, make_case: MakeCase) -> None:
    make_case(slug="weg")
    make_case(slug="blijft")
    gone = lesson_keys(house, "weg")
    with house.database.transaction() as session:
        session.execute(delete(Case).where(Case.slug == "weg"))
        outbox.record(session, [("case", "weg"), *(("lesson", key) for key in gone)])
    house.search.sync()
    assert house.search.engine.fingerprints().keys() == {
        ("case", "blijft"),
        *(("lesson", key) for key in lesson_keys(house, "blijft")),
    }
    assert not house.search.check()


@pytest.mark.whoosh
def test_a_kind_that_nothing_here_knows_does_not_stop_the_rest(house: House, make_case: MakeCase) -> None:
    make_case(slug="een", index=False)
    with house.database.transaction() as session:
        outbox.record(session, [("event", "zomerfeest")])
    assert house.search.sync() == 3
    assert slugs(house) == ["een"]
    assert waiting(house) == 0


class Watched(CaseSource):
    """The cases, with something that happens at the moment they are read."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self._happens = happens
        self.reads = 0

    def documents(self, session: Session, keys: Sequence[str]) -> Iterator[Document]:
        """Read after what happens, in the state that the session saw before."""
        self.reads += 1
        self._happens()
        yield from super().documents(session, keys)


def watched(house: House, happens: Callable[[], None]) -> Search:
    return Search(house.database, house.search.engine, [LessonSource(), Watched(happens)])


@pytest.mark.whoosh
@pytest.mark.parametrize("job", [Search.sync, Search.rebuild])
def test_the_database_is_read_with_the_lock_held(
    house: House, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch, job: Callable[[Search], object]
) -> None:
    make_case(slug="een", index=False)
    monkeypatch.setattr(whoosh_engine, "LOCK_TIMEOUT_S", 0.0)
    refused = []

    def try_to_write() -> None:
        with pytest.raises(DataError), WhooshEngine(house.settings.index_folder).writing():
            pytest.fail("the lock was free")
        refused.append(True)

    job(watched(house, try_to_write))
    assert refused == [True]
    assert slugs(house) == ["een"]


class Slow(WhooshEngine):
    """An engine for whose lock one waits, while something happens."""

    happens: Callable[[], object]

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.happens()
        with super().writing():
            yield


@pytest.mark.whoosh
@pytest.mark.parametrize("job", [Search.sync, Search.rebuild])
def test_what_changes_during_the_wait_for_the_lock_is_indexed_as_it_is_then(
    house: House, make_case: MakeCase, job: Callable[[Search], object]
) -> None:
    """Had the database been read before, the older text would go over the newer one and no row would tell."""
    make_case(slug="een", title="Kastanje")
    change(house, "een", title="Beuk")

    def faster_drainer() -> None:
        change(house, "een", title="Eik")
        house.search.sync()
        change(house, "een", title="Linde", tell=False)

    engine = Slow(house.settings.index_folder)
    engine.happens = faster_drainer
    change(house, "een", title="Esdoorn")
    job(Search(house.database, engine, [LessonSource(), CaseSource()]))
    engine.close()
    house.search.sync()
    assert waiting(house) == 0
    title = "Linde" if job is Search.rebuild else "Eik"
    assert {q: slugs(house, q) for q in ("kastanje", "beuk", "esdoorn", "eik", "linde")} == {
        q: ["een"] if q == title.lower() else [] for q in ("kastanje", "beuk", "esdoorn", "eik", "linde")
    }


@pytest.mark.whoosh
def test_a_row_that_came_during_the_wait_is_part_of_the_same_turn(house: House, make_case: MakeCase) -> None:
    make_case(slug="een", title="Kastanje", index=False)
    engine = Slow(house.settings.index_folder)
    engine.happens = lambda: make_case(slug="twee", title="Kastanje", index=False)
    assert Search(house.database, engine, [LessonSource(), CaseSource()]).sync() == 4
    engine.close()
    assert slugs(house, "kastanje") == ["een", "twee"]
    assert waiting(house) == 0


@pytest.mark.whoosh
@pytest.mark.parametrize("job", [Search.sync, Search.rebuild])
def test_what_changes_during_the_reading_waits_for_the_next_turn(
    house: House, make_case: MakeCase, job: Callable[[Search], object]
) -> None:
    make_case(slug="een", title="Kastanje")
    change(house, "een", title="Beuk")
    job(watched(house, lambda: change(house, "een", title="Eik")))
    assert waiting(house) == 2
    assert slugs(house, "eik") == []
    assert slugs(house, "beuk") == ["een"]
    assert house.search.sync() == 2
    assert slugs(house, "eik") == ["een"]
    assert not house.search.check()


@contextmanager
def fails(owner: object, name: str) -> Iterator[None]:
    with mock.patch.object(owner, name, side_effect=ZeroDivisionError), pytest.raises(ZeroDivisionError):
        yield


def _divide() -> None:
    raise ZeroDivisionError


@pytest.mark.whoosh
@pytest.mark.parametrize("job", [Search.sync, Search.rebuild])
@pytest.mark.parametrize("where", ["reading", "committing", "emptying the outbox"])
def test_nothing_is_lost_when_it_fails_halfway(
    house: House, make_case: MakeCase, job: Callable[[Search], object], where: str
) -> None:
    make_case(slug="een", title="Kastanje")
    make_case(slug="twee", title="Kastanje", index=False)
    change(house, "een", title="Beuk")
    with whoosh_leaves_files_open():
        if where == "reading":
            with pytest.raises(ZeroDivisionError):
                job(watched(house, _divide))
        elif where == "committing":
            with fails(SegmentWriter, "commit"):
                job(house.search)
        else:
            with fails(outbox, "done"):
                job(house.search)
    assert waiting(house) == 4
    assert slugs(house, "kastanje") == (["een"] if where != "emptying the outbox" else ["twee"])
    assert house.search.sync() == 4
    assert slugs(house, "kastanje") == ["twee"]
    assert slugs(house, "beuk") == ["een"]
    assert waiting(house) == 0
    assert not house.search.check()


@pytest.mark.whoosh
def test_a_lock_that_stays_taken(house: House, make_case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    make_case(slug="een", index=False)
    monkeypatch.setattr(whoosh_engine, "LOCK_TIMEOUT_S", 0.05)
    with WhooshEngine(house.settings.index_folder).writing():
        for job in (house.search.sync, house.search.rebuild, house.search.make_ready):
            with pytest.raises(DataError, match="Another process"):
                job()
    assert waiting(house) == 2
    assert house.search.sync() == 2


# Making anew


@pytest.mark.whoosh
def test_rebuild_mends_every_difference(house: House, make_case: MakeCase) -> None:
    for slug in ("een", "twee", "drie"):
        make_case(slug=slug)
    before = generation(house)
    change(house, "een", tell=False, title="Kastanje")
    change(house, "twee", tell=False, status=CaseStatus.WITHDRAWN)
    make_case(slug="vier", index=False)
    assert house.search.check()
    told: list[int] = []
    house.search.rebuild(told.append)
    with house.database.reading() as session:
        assert sum(told) == house.search.size(session) == 6
    assert not house.search.check()
    assert waiting(house) == 0
    assert slugs(house) == ["drie", "een", "vier"]
    assert slugs(house, "kastanje") == ["een"]
    assert generation(house) != before


@pytest.mark.whoosh
@pytest.mark.parametrize("break_it", WAYS_TO_BREAK)
def test_make_ready_mends_an_index_that_can_not_be_read(
    house: House, make_case: MakeCase, break_it: Callable[[Path], None]
) -> None:
    make_case(slug="een")
    house.search.engine.close()
    break_it(house.settings.index_folder)
    with whoosh_leaves_files_open():
        house.search.make_ready()
        assert slugs(house) == ["een"]
        assert not house.search.check()
        assert waiting(house) == 0


@pytest.mark.whoosh
@pytest.mark.parametrize("break_it", WAYS_TO_BREAK)
def test_sync_says_that_an_index_can_not_be_read_and_keeps_the_rows(
    house: House, make_case: MakeCase, break_it: Callable[[Path], None]
) -> None:
    make_case(slug="een")
    change(house, "een", title="Kastanje")
    house.search.engine.close()
    break_it(house.settings.index_folder)

    def refused() -> None:
        with pytest.raises(DataError, match="kb search rebuild"):
            house.search.sync()

    with whoosh_leaves_files_open():
        refused()
    assert waiting(house) == 2


@pytest.mark.whoosh
def test_make_ready_brings_a_good_index_up_to_date(house: House, make_case: MakeCase) -> None:
    make_case(slug="een", index=False)
    before = generation(house)
    house.search.make_ready()
    assert slugs(house) == ["een"]
    assert generation(house) == before


@pytest.mark.whoosh
def test_without_an_index_only_finding_and_syncing_fail(house: House, make_case: MakeCase) -> None:
    (house.settings.index_folder / "current").unlink()
    house.search.engine.close()
    make_case(slug="een", index=False)
    with house.database.reading() as session:
        for ask in (
            lambda: house.search.find(session, Query()),
            house.search.sync,
            house.search.check,
            house.search.warm_up,
        ):
            with pytest.raises(DataError, match="kb search rebuild"):
                ask()
        assert house.search.size(session) == 2
        assert house.search.waiting(session) == 2


# Comparing


def test_check_finds_what_is_missing_stale_and_too_much(house: House, make_case: MakeCase) -> None:
    for slug in ("goed", "oud", "spook"):
        make_case(slug=slug)
    assert not house.search.check()
    with house.search.engine.writing():
        house.search.engine.update([("case", "goed")], [])
    change(house, "oud", tell=False, title="Kastanje")
    change(house, "spook", tell=False, status=CaseStatus.DRAFT)
    told: list[int] = []
    found = house.search.check(told.append)
    assert found
    assert found.missing == (("case", "goed"),)
    assert set(found.stale) == {("case", "oud"), *(("lesson", key) for key in lesson_keys(house, "oud"))}
    assert found.ghosts == (("case", "spook"), *(("lesson", key) for key in lesson_keys(house, "spook")))
    assert sum(told) == 4


@pytest.mark.parametrize(
    "fields", [{"title": "Anders"}, {"summary": "Anders"}, {"municipality": "Ede"}, {"period_start": 1999}]
)
def test_check_sees_any_change_that_the_index_holds(
    house: House, make_case: MakeCase, fields: dict[str, object]
) -> None:
    make_case(slug="een", period_end=2020)
    make_case(slug="twee", period_end=2020)
    change(house, "een", tell=False, **fields)
    found = house.search.check()
    assert ("case", "een") in found.stale
    assert not any(key in {"twee", *lesson_keys(house, "twee")} for _, key in found.stale)
    assert (found.missing, found.ghosts) == ((), ())


def test_warm_up_works_on_an_index_without_documents(house: House) -> None:
    house.search.warm_up()
