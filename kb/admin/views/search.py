"""What people search for, and the lists of words by which the search reads texts and questions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.accounts.actor import Role
from kb.accounts.door import actor, needs
from kb.accounts.log import log
from kb.admin.forms import Errors, WordsForm, refused
from kb.admin.views.base import asked, blueprint, page, say, see
from kb.cases.models import Lesson
from kb.db import Database
from kb.search import lists, tally
from kb.search.documents import Query
from kb.search.languages import Languages
from kb.search.results import Found
from kb.search.services import Search
from kb.web import part, session

SHOWN_QUERIES = 25
SHOWN_HITS = 5


@dataclass(frozen=True)
class AskedView:
    """A question that people asked: how often, with which result, and what to do about it."""

    query: str
    asked: int
    empty: int
    opened: int
    people: int
    url: str
    add_url: str


@dataclass(frozen=True)
class TriedHit:
    """A lesson that a question finds; `new` when it didn't before."""

    title: str
    language: str
    url: str
    new: bool


@dataclass(frozen=True)
class Tried:
    """What a question finds with the lists as typed, and how its words are read."""

    question: str
    before: int
    after: int
    hits: tuple[TriedHit, ...]
    words: tuple[tuple[str, str], ...]


@blueprint.get("/search")
@needs(Role.ADMINISTRATOR)
def search() -> ResponseReturnValue:
    """Show what people search for: most often, without finding anything, and without opening anything."""
    found = part(tally.Teller).report(session())
    empty = sorted((one for one in found if one.empty), key=lambda one: -one.empty)
    unopened = (one for one in found if not one.opened and one.empty < one.asked)
    return page(
        "search",
        _("What people search for"),
        room="search",
        weeks=tally.KEPT_WEEKS,
        frequent=[_asked(one) for one in found[:SHOWN_QUERIES]],
        unanswered=[_asked(one) for one in empty[:SHOWN_QUERIES]],
        unopened=[_asked(one) for one in islice(unopened, SHOWN_QUERIES)],
    )


@blueprint.get("/search/words")
@needs(Role.ADMINISTRATOR)
def search_words() -> ResponseReturnValue:
    """Show the lists of words; with `add`, with a line for a question that was asked."""
    kept, add = lists.kept(session()), " ".join(asked("add").replace(",", " ").replace("#", " ").split())
    if add:
        old = kept[lists.SYNONYMS]
        kept[lists.SYNONYMS] = lists.Kept(f"{add}, \n{old.text}", old.version)
    return _words_page(WordsForm(kept, add), (), added=add)


@blueprint.post("/search/words")
@needs(Role.ADMINISTRATOR)
def change_search_words() -> ResponseReturnValue:
    """Try the lists on a question, or save them."""
    form = WordsForm.read(request.form)
    if errors := form.errors():
        return _words_page(form, errors)
    if request.form.get("do") == "try":
        return _words_page(form, (), tried=_try(form) if form.question else None, trying=True)
    try:
        with part(Database).transaction() as writing:
            changed = lists.save(writing, form.lists)
            if changed:
                log(writing, actor(), "search.words", kind="search")
    except lists.Outdated as error:
        theirs = lists.kept(session())
        mine = {name: lists.Kept(form.text(name), theirs[name].version) for name in lists.NAMES}
        return _words_page(WordsForm(mine, form.question), refused(error), theirs=theirs)
    say(_("The lists are saved, and in force.") if changed else _("Nothing was changed."))
    return see("admin.search_words")


def _words_page(
    form: WordsForm,
    errors: Errors,
    *,
    added: str = "",
    tried: Tried | None = None,
    trying: bool = False,
    theirs: dict[str, lists.Kept] | None = None,
) -> ResponseReturnValue:
    return page(
        "search_words",
        _("Words of the search"),
        room="search",
        status=422 if errors else 200,
        wrong=bool(errors),
        form=form,
        errors=errors,
        added=added,
        tried=tried,
        trying=trying,
        theirs=theirs,
    )


def _asked(one: tally.Counted) -> AskedView:
    return AskedView(
        one.query,
        one.asked,
        one.empty,
        one.opened,
        one.people,
        url_for("pages.search", q=one.query),
        url_for("admin.search_words", add=one.query),
    )


def _try(form: WordsForm) -> Tried:
    """Search with the lists as typed. The texts themselves are still read by the lists in force."""
    languages = Languages(form.text(lists.EXCEPTIONS), form.text(lists.SYNONYMS))
    query = Query(q=form.question, per_page=SHOWN_HITS)
    before = part(Search).find(session(), query.but(per_page=100))
    after = part(Search).find(session(), query, languages)
    known = {hit.key for hit in before.hits}
    return Tried(
        form.question,
        0 if before.dropped else before.total,
        0 if after.dropped else after.total,
        tuple(_tried_hit(hit.item, hit.key not in known) for hit in after.hits),
        tuple(_read(after)),
    )


def _tried_hit(lesson: Lesson, new: bool) -> TriedHit:
    return TriedHit(lesson.statement, lesson.case.language, url_for("cases.lesson", lesson=lesson.id), new)


def _read(found: Found) -> list[tuple[str, str]]:
    """Return each word of a question with what is looked for besides."""
    looked_for: dict[str, dict[str, None]] = {word: {} for word in found.reading.asked.words}
    for term in found.reading.terms:
        if term.how != "word":
            looked_for.setdefault(term.word, {})[term.text] = None
    return [(word, ", ".join(texts)) for word, texts in looked_for.items()]
