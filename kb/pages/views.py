"""Home, search, themes, about, patterns, and the two questions a host asks (`/healthz`, `/readyz`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from kb.cases import queries
from kb.cases.presenters import CasePresenter
from kb.config import Settings
from kb.core import DataError, KbError, now
from kb.db import Database
from kb.events import queries as events
from kb.events.presenters import event_card
from kb.pages.addresses import address
from kb.pages.counting import count_opening, count_question
from kb.pages.patterns import sample
from kb.pages.results import search_page, theme_cards
from kb.pages.suggesting import suggestions
from kb.search.documents import Query
from kb.search.services import Search
from kb.web import part, session
from kb.web.kept import Page, kept_page
from kb.web.language import page_language
from kb.web.meta import absolute, page_meta

NEWEST_LESSONS = 5
NEWEST_CASES = 6
COMING_SESSIONS = 3
THEME_LESSONS = 10
THEME_CASES = 8
EXAMPLES = 3
LONGEST_TYPED = 200

blueprint = Blueprint("pages", __name__)
blueprint.before_app_request(count_opening)


@blueprint.get("/")
def home() -> str:
    """Show the search box, the themes' questions as doors, and what is new."""
    language, presenter = page_language(), CasePresenter(page_language())
    name = part(Settings).site_name
    cases = queries.newest_cases(session(), NEWEST_CASES)
    lessons = queries.lesson_counts(session(), cases)
    return render_template(
        "pages/home.html",
        nav_current="home",
        themes=theme_cards(session(), language),
        lessons=[
            presenter.lesson_card(lesson) for lesson in queries.newest_lessons(session(), NEWEST_LESSONS)
        ],
        cases=[presenter.case_card(case, lessons.get(case.id, 0)) for case in cases],
        sessions=[
            event_card(event, language) for event in events.to_come(session(), now())[:COMING_SESSIONS]
        ],
        examples=[(tag, address(Query(q=tag))) for tag in queries.frequent_tags(session(), EXAMPLES)],
        meta=page_meta(
            name,
            _(
                "Lessons and practice cases of people who work together on their neighbourhood, village or town."
            ),
            json_ld={
                "@type": "WebSite",
                "name": name,
                "url": absolute(url_for("pages.home")),
                "inLanguage": language,
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": absolute(url_for("pages.search")) + "?q={search_term_string}",
                    "query-input": "required name=search_term_string",
                },
            },
        ),
    )


@blueprint.get("/search")
def search() -> Response:
    """Show what a search finds, lessons or cases; without words, all of them, newest first."""
    return _results(lambda: Query.read(_parameters("lang")))


@blueprint.get("/search/suggest")
def suggest() -> Response:
    """Offer questions, themes, lessons and cases for what is typed so far in a search field."""
    typed = request.args.get("q", "")[:LONGEST_TYPED]
    found = suggestions(session(), part(Search), typed, page_language())
    return jsonify({"suggestions": [vars(one) for one in found]})


@blueprint.get("/cases/")
def cases() -> Response:
    """Show the cases: the same search, for one kind."""
    return _results(lambda: Query.read([*_parameters("lang", "kind"), ("kind", "case")]))


def _parameters(*without: str) -> list[tuple[str, str]]:
    """Return the address's parameters but for some: `lang` is the language of a page, not of what is searched."""
    return [(name, value) for name, value in request.args.items(multi=True) if name not in without]


def _results(query: Callable[[], Query]) -> Response:
    """Answer with what a query finds. Reading the query takes a tenth of a kept page, so it is only read where it is needed."""
    page = kept_page(lambda: _results_page(query()))
    if request.args.get("q"):
        count_question(query(), found=page.found)
    return page.answer()


def _results_page(query: Query) -> Page:
    language = page_language()
    found = part(Search).find(session(), query)
    page = search_page(session(), found, language)
    if query.kind == "case":
        title, nav = _("Cases"), "cases"
        description = _(
            "Practice cases: how residents and municipalities worked on their neighbourhood or village."
        )
    elif query.kind == "event":
        title, nav = _("Sessions"), "events"
        description = _("Sessions in which people talk about a case, and what they learned there.")
    else:
        title, nav = _("Lessons"), "lessons"
        description = _(
            "Lessons from practice: what residents, civil servants and professionals advise others."
        )
    if query.q:
        title = _("%(words)s: what we found", words=query.q)
    html = render_template(
        "pages/search.html",
        results=page,
        nav_current=nav,
        meta=page_meta(
            title,
            description,
            path=address(query),
            json_ld={
                "@type": "SearchResultsPage" if query.q else "CollectionPage",
                "name": title,
                "inLanguage": language,
                "mainEntity": {
                    "@type": "ItemList",
                    "numberOfItems": found.total,
                    "itemListElement": [
                        {"@type": "ListItem", "position": at, "url": absolute(card.url)}
                        for at, card in enumerate(page.hits, start=(query.page - 1) * query.per_page + 1)
                    ],
                },
            },
        ),
    )
    return Page(html, found=bool(found.total) and not found.dropped)


@blueprint.get("/themes/<slug>")
def theme(slug: str) -> Response:
    """Show a theme: its question, its newest lessons and its cases."""
    return kept_page(lambda: Page(_theme(slug))).answer()


def _theme(slug: str) -> str:
    language, presenter = page_language(), CasePresenter(page_language())
    row = queries.theme_by_slug(session(), slug)
    cards = {card.slug: card for card in theme_cards(session(), language, retired=True)}
    card = cards.pop(slug)
    cases = queries.cases_of_theme(session(), row, THEME_CASES)
    lessons = queries.lessons_of_theme(session(), row, THEME_LESSONS)
    return render_template(
        "pages/theme.html",
        theme=card,
        themes=[other for other in cards.values() if not other.retired],
        lessons=[presenter.lesson_card(lesson) for lesson in lessons],
        cases=[presenter.case_card(case, 0) for case in cases],
        nav_current="lessons",
        meta=page_meta(
            card.name,
            card.question,
            json_ld={
                "@type": "CollectionPage",
                "name": card.name,
                "description": card.question,
                "inLanguage": language,
                "url": absolute(card.url),
            },
        ),
    )


@blueprint.get("/about")
def about() -> str:
    """Say what this is, for whom, and how it treats its readers."""
    name = part(Settings).site_name
    title = _("About %(site)s", site=name)
    return render_template(
        "pages/about.html",
        nav_current="about",
        meta=page_meta(
            title,
            _("What you find here, where lessons come from and how searching works."),
            json_ld={"@type": "AboutPage", "name": title, "inLanguage": page_language()},
        ),
    )


@blueprint.get("/patterns")
def patterns() -> str:
    """Show every piece of the pages with sample values; only while developing."""
    if not part(Settings).development:
        abort(404)
    return render_template(
        "pages/patterns.html",
        nav_current=None,
        sample=sample(theme_cards(session(), page_language())),
        meta=page_meta(_("Patterns"), _("Every piece these pages are made of, with sample texts.")),
    )


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether the database and the search index can be read; 503 and which of them when not."""
    checks = {"database": part(Database).check, "index": part(Search).engine.ready}
    for name, check in checks.items():
        try:
            check()
        except (DataError, SQLAlchemyError):
            return _plain(f"{name} not ready", 503)
    return _plain("ok", 200)


def ways_on() -> dict[str, Any]:
    """Return the theme doors for an error page; none when the database does not answer."""
    try:
        return {"themes": theme_cards(session(), page_language())}
    except (KbError, SQLAlchemyError):
        return {"themes": ()}


def _plain(text: str, status: int) -> Response:
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return make_response(text + "\n", status, headers)
