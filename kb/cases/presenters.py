"""From loaded rows to what pages show (`kb.cases.cards`), in the reader's language.

Templates get no rows, so no template can send a query. A text is shown in the page's language where it was translated,
else in its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from markupsafe import Markup

from kb.cases.cards import (
    AttachmentView,
    CaseCard,
    CaseLink,
    CasePage,
    ChallengeView,
    LessonCard,
    LessonPage,
    PartnerView,
    SourceView,
    TagView,
    ThemeCard,
    TimelineView,
)
from kb.cases.models import (
    Attachment,
    Case,
    Challenge,
    Lesson,
    Partner,
    Precision,
    Source,
    Tag,
    Theme,
    TimelineEntry,
)
from kb.cases.queries import Counts
from kb.cases.words import choice, perspectives
from kb.markup import markdown, plain
from kb.search.snippets import Matcher, MatcherOf, fragments, mark, no_matcher

THEME_PIECES = {
    "roles-partnership": "roles",
    "inclusion": "inclusion",
    "connecting": "connecting",
    "organising": "organising",
}
LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}
NO_COUNTS = Counts(0, 0)


def theme_card(theme: Theme, language: str, counts: Counts = NO_COUNTS) -> ThemeCard:
    """Return a theme in a language, or in the first it has when it was not translated."""
    texts = {text.language: text for text in theme.texts}
    text = texts.get(language) or next(iter(texts.values()), None)
    piece = THEME_PIECES.get(theme.slug, "own")
    return ThemeCard(
        slug=theme.slug,
        name=text.name if text else theme.slug,
        question=text.question if text else "",
        language=text.language if text else language,
        css=f"t-{theme.colour if piece == 'own' and theme.colour else piece}",
        icon=piece,
        url=url_for("pages.theme", slug=theme.slug),
        lessons=counts.lessons,
        cases=counts.cases,
        retired=theme.retired,
    )


def period(start: int | None, end: int | None) -> str:
    """Return a period of years as readers say it; empty when nothing is known of it."""
    if start and end:
        return str(start) if start == end else f"{start}–{end}"
    if start:
        return _("since %(year)s", year=start)
    return _("until %(year)s", year=end) if end else ""


def when(date: dt.date, precision: Precision) -> str:
    """Return a date as far as it is known, in the page's language."""
    pattern = {Precision.DAY: "d MMMM yyyy", Precision.MONTH: "MMMM yyyy", Precision.YEAR: "yyyy"}[precision]
    return format_date(date, pattern)


class CasePresenter:
    """Makes views for one page: its language, and what marks the words by which a search found what it shows."""

    def __init__(self, language: str, matcher_of: MatcherOf = no_matcher) -> None:
        self._language = language
        self._matcher_of = matcher_of
        self._matchers: dict[str, Matcher | None] = {}
        self._theme_cards: dict[str, ThemeCard] = {}

    def case_card(self, case: Case, lesson_count: int) -> CaseCard:
        """Return the card of a case that was loaded with its themes and translations."""
        title, language = self._told(
            case.title, case.language, {row.language: row.title for row in case.translations}
        )
        summary, told_in = self._told(
            case.summary, case.language, {row.language: row.summary for row in case.translations}
        )
        snippet, found_in = self._fragments(case, summary, told_in)
        return CaseCard(
            slug=case.slug,
            url=url_for("cases.show", slug=case.slug),
            title=title,
            title_marked=self._marked(title, language),
            summary=summary,
            summary_language=told_in,
            snippet=snippet,
            snippet_language=found_in,
            language=language,
            written_in=case.language,
            themes=self._themes(case.themes),
            place=case.place,
            municipality=case.municipality,
            province=case.province,
            country=case.country,
            period=period(case.period_start, case.period_end),
            lesson_count=lesson_count,
        )

    def case_link(self, case: Case) -> CaseLink:
        """Return what a lesson shows of its case, that was loaded with its translations."""
        titles = {row.language: row.title for row in case.translations}
        title, language = self._told(case.title, case.language, titles)
        return CaseLink(
            slug=case.slug,
            url=url_for("cases.show", slug=case.slug),
            title=title,
            language=language,
            written_in=case.language,
            period=period(case.period_start, case.period_end),
        )

    def lesson_card(self, lesson: Lesson, case: CaseLink | None = None) -> LessonCard:
        """Return the card of a lesson that was loaded with its themes, translations, challenge and case."""
        statement, language = self._statement(lesson)
        explanation, explained_in = self._explanation(lesson)
        marked = self._marked(statement, language)
        matcher = self._matcher(explained_in)
        return LessonCard(
            id=lesson.id or -(lesson.position + 1),
            # A lesson that was never saved has no page of its own: it stands on the page of its case only.
            url=url_for("cases.lesson", lesson=lesson.id) if lesson.id else f"#lesson-{lesson.position + 1}",
            statement=statement,
            statement_marked=marked,
            snippet=fragments(plain(explanation), matcher) if matcher and explanation else None,
            snippet_language=explained_in,
            language=language,
            themes=self._themes(lesson.themes),
            perspectives=perspectives(lesson.perspectives),
            origin=choice(lesson.origin),
            case=case or self.case_link(lesson.case),
            challenge_title=lesson.challenge.title if lesson.challenge else None,
            status=choice(lesson.challenge.status) if lesson.challenge and lesson.challenge.status else None,
            recognised=lesson.recognised or 0,
            applied=lesson.applied or 0,
        )

    def case_page(
        self, case: Case, similar: Iterable[CaseCard], attachments: Iterable[AttachmentView] | None = None
    ) -> CasePage:
        """Return the page of a case that was loaded whole; its attachments are the published ones unless given."""
        if attachments is None:
            attachments = (attachment_view(row, case.slug) for row in case.attachments if row.published)
        card = self.case_card(case, len(case.lessons))
        link = self.case_link(case)
        lessons = tuple(self.lesson_card(lesson, link) for lesson in case.lessons)
        story, story_language = self._told(
            case.story, case.language, {row.language: row.story for row in case.translations}
        )
        return CasePage(
            card=card,
            story=markdown(story),
            story_language=story_language,
            challenges=tuple(self._challenge(challenge, case, lessons) for challenge in case.challenges),
            lessons=lessons,
            loose_lessons=tuple(
                shown for shown, lesson in zip(lessons, case.lessons, strict=True) if lesson.challenge is None
            ),
            timeline=tuple(_entry(entry) for entry in case.timeline),
            sources=tuple(_source(source) for source in case.sources),
            attachments=tuple(attachments),
            partners=tuple(_partner(partner) for partner in case.partners),
            participants=perspectives(case.participants),
            tags=tuple(_tag(tag) for tag in case.tags),
            authors=tuple(case.authors),
            licence=case.licence,
            licence_url=LICENCES.get(case.licence),
            published=case.published_at,
            updated=case.updated_at,
            languages=tuple(sorted({case.language, *(row.language for row in case.translations)})),
            similar=tuple(similar),
            names_removed_at=case.names_removed_at,
            history_url=f"{card.url}/history",
        )

    def lesson_page(self, case: Case, lesson: Lesson) -> LessonPage:
        """Return the page of a lesson, whose case was loaded whole."""
        link = self.case_link(case)
        lessons = {row.id: self.lesson_card(row, link) for row in case.lessons}
        challenge = lesson.challenge
        explanation, explained_in = self._explanation(lesson)
        return LessonPage(
            card=lessons.pop(lesson.id),
            case=self.case_card(case, len(case.lessons)),
            explanation=markdown(explanation),
            explanation_language=explained_in,
            challenge=self._challenge(challenge, case, ()) if challenge else None,
            siblings=tuple(lessons.values()),
            sources=tuple(_source(source) for source in case.sources),
            authors=tuple(case.authors),
            published=case.published_at,
        )

    def _challenge(self, challenge: Challenge, case: Case, lessons: Sequence[LessonCard]) -> ChallengeView:
        mine = [lesson.challenge is challenge for lesson in case.lessons]
        return ChallengeView(
            key=challenge.key,
            anchor=f"challenge-{challenge.position + 1}",
            title=challenge.title,
            cause=markdown(challenge.cause),
            approach=markdown(challenge.approach),
            outcome=markdown(challenge.outcome),
            status=choice(challenge.status) if challenge.status else None,
            themes=self._themes(challenge.themes),
            lessons=tuple(shown for shown, is_mine in zip(lessons, mine, strict=False) if is_mine),
        )

    def _told(self, text: str, language: str, translations: Mapping[str, str]) -> tuple[str, str]:
        """Return a text in the page's language if it was translated, else as it was written; and its language."""
        translated = translations.get(self._language, "") if language != self._language else ""
        return (translated, self._language) if translated else (text, language)

    def _statement(self, lesson: Lesson) -> tuple[str, str]:
        texts = {row.language: row.statement for row in lesson.translations}
        return self._told(lesson.statement, lesson.case.language, texts)

    def _explanation(self, lesson: Lesson) -> tuple[str, str]:
        texts = {row.language: row.explanation for row in lesson.translations}
        return self._told(lesson.explanation, lesson.case.language, texts)

    def _themes(self, themes: Sequence[Theme]) -> tuple[ThemeCard, ...]:
        """Return the cards of themes; a page shows the same few over and over."""
        known = self._theme_cards
        known.update((row.slug, theme_card(row, self._language)) for row in themes if row.slug not in known)
        return tuple(known[row.slug] for row in themes)

    def _matcher(self, language: str) -> Matcher | None:
        if language not in self._matchers:
            self._matchers[language] = self._matcher_of(language)
        return self._matchers[language]

    def _marked(self, text: str, language: str) -> Markup | None:
        matcher = self._matcher(language)
        if matcher is None:
            return None
        marked = mark(text, matcher)
        return marked if "<mark>" in marked else None

    def _fragments(self, case: Case, summary: str, language: str) -> tuple[Markup | None, str]:
        """Return where a case's text matches, in the summary as shown or else in its story, and in which language."""
        matcher, own = self._matcher(language), self._matcher(case.language)
        found = fragments(summary, matcher) if matcher else None
        if found is None and own:
            return fragments(plain(case.story), own), case.language
        return found, language


def attachment_view(row: Attachment, slug: str, texts: Mapping[str, str] | None = None) -> AttachmentView:
    """Return a file of the case with this slug, with the texts that were published with it, or those of a draft."""
    said = texts or {name: getattr(row, name) for name in ("title", "maker", "licence", "alt")}
    return AttachmentView(
        key=row.key,
        url=url_for("attachments.show", slug=slug, key=row.key),
        name=row.file_name,
        title=said["title"].strip() or row.file_name,
        maker=said["maker"].strip(),
        licence=said["licence"].strip(),
        alt=said["alt"].strip(),
        size=file_size(row.size),
        image=row.media_type.startswith("image/"),
        width=row.width,
        height=row.height,
    )


def file_size(size: int) -> str:
    """Return a number of bytes as people say it, in the page's language."""
    for unit, worth in (("MB", 1_000_000), ("kB", 1000)):
        if size >= worth:
            return f"{format_decimal(size / worth, '0.#')} {unit}"
    return f"{size} B"


def _entry(entry: TimelineEntry) -> TimelineView:
    length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[entry.precision]
    return TimelineView(entry.date.isoformat()[:length], when(entry.date, entry.precision), entry.what)


def _source(source: Source) -> SourceView:
    accessed = source.accessed
    return SourceView(
        title=source.title,
        url=source.url,
        publisher=source.publisher,
        accessed=when(accessed, Precision.DAY) if accessed else "",
        accessed_iso=accessed.isoformat() if accessed else "",
    )


def _partner(partner: Partner) -> PartnerView:
    return PartnerView(partner.name, partner.url)


def _tag(tag: Tag) -> TagView:
    return TagView(tag.name, tag.kind.value, url_for("pages.search", kind="case", tag=tag.name))
