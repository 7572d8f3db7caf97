"""From rows to what the administrator's pages show (`kb.admin.cards`), in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from kb.accounts.actor import Role
from kb.accounts.models import LogEntry, Person
from kb.accounts.words import role_names
from kb.admin.cards import CaseRow, LetterRow, LogRow, Moment, PersonPage, PersonRow, TagRow, ThemeRow
from kb.admin.queries import Names, state_of
from kb.admin.words import STATES, STATUSES, thing, verb
from kb.cases.models import Case, TagKind, Theme
from kb.cases.presenters import theme_card
from kb.cases.queries import Counts
from kb.cases.queries.vocabulary import TagUse, ThemeUse
from kb.cases.services.themes import FIELD_THEMES
from kb.cases.words import choice
from kb.mail.outbox import Letter

NO_USE = ThemeUse()
KILO = 1000


def moment(at: dt.datetime, *, to_the_minute: bool = True) -> Moment:
    """Return a moment, or just its day, in the page's language and the site's own time."""
    return Moment(
        format_datetime(at, "d MMM yyyy HH:mm") if to_the_minute else format_date(at, "d MMM yyyy"),
        at.isoformat(),
    )


def days_since(at: dt.datetime, until: dt.datetime) -> int:
    """Return how many whole days ago a moment was."""
    return max(0, (until - at).days)


def size(count: int) -> str:
    """Return a number of bytes as people say it."""
    if count < KILO * KILO:
        return _("%(number)s kB", number=-(-count // KILO))
    if count < KILO**3:
        return _("%(number)s MB", number=round(count / KILO**2))
    return _("%(number)s GB", number=round(count / KILO**3, 1))


def name_of(person: Person) -> str:
    """Return what to call somebody: the address, as long as no name was chosen."""
    if person.erased_at is not None:
        return _("Deleted account %(number)s", number=person.id)
    return person.name or person.email


def person_row(person: Person, last_seen: Mapping[int, dt.datetime]) -> PersonRow:
    """Return somebody as the list of people shows him."""
    state = state_of(person)
    seen = last_seen.get(person.id)
    return PersonRow(
        id=person.id,
        name=name_of(person),
        email=person.email,
        url=url_for("admin.person", number=person.id),
        state=state.value,
        state_label=str(STATES[state]),
        roles=role_names(person.roles),
        last_seen=moment(seen) if seen else None,
    )


def person_page(
    person: Person, last_seen: Mapping[int, dt.datetime], *, browsers: int, is_reader: bool, is_last: bool
) -> PersonPage:
    """Return somebody as his own page shows him to the administrator."""
    return PersonPage(
        row=person_row(person, last_seen),
        roles=tuple(person.roles),
        language=person.language,
        created=moment(person.created_at, to_the_minute=False),
        two_step=person.totp_since is not None,
        browsers=browsers,
        is_reader=is_reader,
        is_last_administrator=is_last,
    )


def theme_rows(themes: Sequence[Theme], uses: Mapping[int, ThemeUse], language: str) -> tuple[ThemeRow, ...]:
    """Return all themes as the list shows them, in their order."""
    return tuple(
        ThemeRow(
            card=theme_card(theme, language, Counts(use.lessons, use.cases)),
            challenges=use.challenges,
            retired=theme.retired,
            is_first=at == 0,
            is_last=at == len(themes) - 1,
            may_delete=theme.slug not in FIELD_THEMES and not any(use),
        )
        for at, theme in enumerate(themes)
        for use in (uses.get(theme.id, NO_USE),)
    )


def tag_row(tag: TagUse, merging: int | None = None) -> TagRow:
    """Return a tag as the list shows it; `merging` is the number of the tag that is to be merged with it."""
    return TagRow(
        id=tag.id,
        name=tag.name,
        kind=tag.kind.value,
        kind_label=choice(tag.kind).label,
        cases=tag.cases,
        url=url_for("admin.tag", number=tag.id),
        merge_url=url_for("admin.merge_tags", number=merging, into=tag.id) if merging else "",
    )


def log_row(entry: LogEntry, names: Names, language: str) -> LogRow:
    """Return a line of the log in words; what is gone is called by its key."""
    by = entry.by
    name, url, told_in = _thing(entry, names, language)
    return LogRow(
        at=moment(entry.at),
        who=name_of(by) if by else _("The program"),
        who_url=url_for("admin.person", number=by.id) if by and by.erased_at is None else "",
        did=verb(entry.did),
        thing=name,
        thing_url=url,
        thing_language=told_in,
        detail=_detail(entry),
    )


def _detail(entry: LogEntry) -> str:
    """Return the word about it where it is one of ours that can be translated, else as it was written."""
    if entry.did in {"person.roles", "person.add"}:
        roles = [word for word in entry.detail.split(", ") if word in list(Role)]
        return ", ".join(role_names(roles)) or _("no roles")
    if entry.kind == "tag" and entry.detail in list(TagKind):
        return choice(TagKind(entry.detail)).label
    if entry.did == "theme.move":
        return _("up") if entry.detail == "up" else _("down")
    return entry.detail


def _thing(entry: LogEntry, names: Names, language: str) -> tuple[str, str, str]:
    """Return what a line is about: its name, its address where it still has one, and the name's language."""
    kind, key = entry.kind, entry.key
    if kind == "case" and key in names.cases:
        title, told_in = names.cases[key]
        return title, f"{case_path(key)}/history", told_in
    if kind == "person" and key in names.people:
        return names.people[key], url_for("admin.person", number=int(key)), ""
    if kind == "theme" and key in names.themes:
        card = theme_card(names.themes[key], language)
        return card.name, url_for("admin.theme", slug=key), card.language
    if kind == "tag" and key in names.tags:
        return names.tags[key], url_for("admin.tag", number=int(key)), ""
    return (f"{thing(kind)} {key}".strip() if kind else key), "", ""


def case_row(case: Case, now: dt.datetime) -> CaseRow:
    """Return a case as the list of all cases shows it."""
    path, draft = case_path(case.slug), case.draft
    return CaseRow(
        title=case.title,
        language=case.language,
        status=case.status.value,
        status_label=str(STATUSES[case.status]),
        url=path,
        edit_url=f"{path}/edit",
        history_url=f"{path}/history",
        writers=tuple(name_of(person) for person in case.writers),
        changed=moment(case.updated_at, to_the_minute=False),
        draft=str(STATUSES[draft.status]) if draft else "",
        draft_days=days_since(draft.saved_at, now) if draft else 0,
    )


def case_path(slug: str) -> str:
    """Return the address of a case; those of what belongs to it begin with it."""
    return url_for("cases.show", slug=slug)


def letter_row(letter: Letter, people: Mapping[str, int]) -> LetterRow:
    """Return a mail that was given up; `people` has numbers by address."""
    number = people.get(letter.to_address)
    return LetterRow(
        to_address=letter.to_address,
        subject=letter.subject,
        reason=letter.last_error,
        at=moment(letter.failed_at or letter.created_at),
        person_url=url_for("admin.person", number=number) if number else "",
    )
