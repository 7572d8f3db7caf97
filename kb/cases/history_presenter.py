"""From a case with its versions to what its history shows: to everybody what was published, to writers and editors all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from kb.accounts.actor import Actor
from kb.cases import citing, policy
from kb.cases.fields import FieldWords
from kb.cases.models import (
    Case,
    CaseStatus,
    ChallengeStatus,
    Move,
    MoveKind,
    Origin,
    Perspective,
    Revision,
    ShareLink,
)
from kb.cases.records import Record
from kb.cases.review_cards import (
    Citation,
    HistoryPage,
    MoveView,
    ShareRow,
    VersionNotice,
    VersionRow,
)
from kb.cases.review_words import MOVES, STATUSES
from kb.cases.services.review import standing
from kb.cases.services.sharing import is_open, may_be_shared
from kb.cases.words import LABELS
from kb.core import now
from kb.web.meta import absolute

DRAFT = "draft"
"""The side of a comparison that is what is being written."""


def field_words(themes: Mapping[str, str]) -> FieldWords:
    """Return how the fields and values of a comparison are called; `themes` are their names by slug."""
    people = {word.value: str(LABELS[word]) for word in Perspective}
    return FieldWords(
        {
            "themes": themes,
            "participants": people,
            "perspectives": people,
            "status": {word.value: str(LABELS[word]) for word in ChallengeStatus},
            "origin": {word.value: str(LABELS[word]) for word in Origin},
        }
    )


def visible(case: Case, actor: Actor) -> list[Revision]:
    """Return the versions of a case that the actor may read, the oldest first."""
    if policy.may_see(actor, case):
        return list(case.revisions)
    return [row for row in case.revisions if row.published_at is not None and policy.may_read(case)]


def newest_published(case: Case) -> Revision | None:
    """Return the version that was published last. Publishing an old text again counts as new."""
    moves = [
        move for move in case.moves if move.kind in {MoveKind.PUBLISH, MoveKind.IMPORT} and move.revision_id
    ]
    numbers = {row.id: row for row in case.revisions if row.published_at is not None}
    found = next((numbers[move.revision_id] for move in reversed(moves) if move.revision_id in numbers), None)
    return found or next(reversed(numbers.values()), None)


def sides(case: Case, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Return what can be compared: versions, and the draft for those who see it."""
    found = [(str(row.number), side_label(str(row.number), row)) for row in visible(case, actor)]
    # What was submitted is a version already.
    if (
        policy.may_see(actor, case)
        and case.draft is not None
        and case.draft.status is not CaseStatus.SUBMITTED
    ):
        found.append((DRAFT, side_label(DRAFT, None)))
    return tuple(found)


def side_label(side: str, row: Revision | None) -> str:
    """Return how a side of a comparison is called."""
    if row is None:
        return _("What is being written now")
    date = format_date(row.published_at or row.made_at, "d MMMM yyyy")
    if row.published_at is None:
        return _("Version %(number)s, submitted on %(date)s", number=side, date=date)
    return _("Version %(number)s of %(date)s", number=side, date=date)


def history_page(case: Case, actor: Actor, today: dt.date, citation: Citation | None) -> HistoryPage:
    """Return the history of a case that was loaded with it."""
    may_see = policy.may_see(actor, case)
    may_write = policy.may_write(actor, case)
    choices = sides(case, actor)
    newest = newest_published(case)
    return HistoryPage(
        slug=case.slug,
        url=url_for("cases.show", slug=case.slug),
        edit_url=url_for("cases.show", slug=case.slug) + "/edit",
        review_url=url_for("review.show", slug=case.slug),
        title=case.title,
        language=case.language,
        status=case.status.value,
        state=standing(case).value,
        status_label=str(STATUSES[standing(case)]),
        versions=tuple(
            _version(case, row, row is newest, may_see=may_see, may_write=may_write)
            for row in reversed(visible(case, actor))
        ),
        sides=choices,
        compare_from=choices[-2][0] if len(choices) > 1 else "",
        compare_to=choices[-1][0] if choices else "",
        moves=tuple(_move(case, move) for move in reversed(case.moves)) if may_see else (),
        citation=citation,
        names_removed_at=case.names_removed_at,
        check_on=case.check_on if may_see else None,
        check_overdue=may_see and case.check_on is not None and case.check_on <= today,
        may_write=may_write,
        may_see=may_see,
        reach=_reach(case, actor),
        shares=tuple(_share(case, link) for link in reversed(case.share_links)) if may_write else (),
        may_share=may_write and may_be_shared(case),
        draft=case.draft is not None,
    )


def _version(case: Case, row: Revision, newest: bool, *, may_see: bool, may_write: bool) -> VersionRow:
    moves = [move for move in case.moves if move.revision_id == row.id]
    published = next(
        (move for move in reversed(moves) if move.kind in {MoveKind.PUBLISH, MoveKind.IMPORT}), None
    )
    submitted = next((move for move in reversed(moves) if move.kind is MoveKind.SUBMIT), None)
    alone = published is not None and published.alone
    return VersionRow(
        number=row.number,
        url=url_for("history.version", slug=case.slug, number=row.number),
        standing=newest and policy.may_read(case),
        published=row.published_at is not None,
        made_at=row.made_at,
        made_by=row.made_by.name if row.made_by else "",
        published_at=row.published_at,
        published_by=published.by.name if published and published.by else "",
        reason=submitted.reason if submitted else "",
        alone=alone,
        alone_reason=published.reason if published and (alone or may_see) else "",
        restore_url=url_for("history.restore", slug=case.slug, number=row.number)
        if may_write and standing(case) is not CaseStatus.SUBMITTED
        else None,
    )


def _move(case: Case, move: Move) -> MoveView:
    number = next((row.number for row in case.revisions if row.id == move.revision_id), None)
    return MoveView(
        label=str(MOVES[move.kind]),
        by=move.by.name if move.by else "",
        at=move.at,
        reason=move.reason,
        alone=move.alone,
        version=number,
    )


def _reach(case: Case, actor: Actor) -> tuple[tuple[str, str, str], ...]:
    """Return the moves about readers that can be made: move, label of its button, address of its page."""
    if not policy.may_curate(actor):
        return ()
    labels = {
        MoveKind.WITHDRAW: _("Withdraw this case"),
        MoveKind.ARCHIVE: _("Archive this case"),
        MoveKind.REOPEN: _("Give this case back to readers"),
    }
    return tuple(
        (kind.value, label, url_for("review.confirm", slug=case.slug, move=kind.value))
        for kind, label in labels.items()
        if case.status in policy.FROM[kind]
    )


def _share(case: Case, link: ShareLink) -> ShareRow:
    return ShareRow(
        meant_for=link.meant_for,
        made_by=link.made_by.name if link.made_by else "",
        made_at=link.made_at,
        expires_at=link.expires_at,
        open=is_open(link, now()),
        end_url=url_for("history.end_share", slug=case.slug, number=link.id),
    )


def version_notice(case: Case, row: Revision, citation: Citation | None) -> VersionNotice:
    """Return what stands above a version of a case that was loaded with its history."""
    newest = newest_published(case) if policy.may_read(case) else None
    return VersionNotice(
        number=row.number,
        date=row.published_at or row.made_at,
        newest=row is newest,
        published=row.published_at is not None,
        case_url=url_for("cases.show", slug=case.slug),
        newest_number=newest.number if newest else None,
        history_url=url_for("history.show", slug=case.slug),
        names_removed_at=case.names_removed_at,
        citation=citation,
    )


def cited(case: Case, row: Revision, record: Record, site: str) -> citing.Cited:
    """Return a version as something to refer to."""
    number = row.number
    return citing.Cited(
        key=f"{case.slug}-v{number}",
        authors=tuple(record["authors"]),
        year=str((row.published_at or row.made_at).year),
        title=record["title"],
        version=_("version %(number)s", number=number),
        kind=_("practice case"),
        site=site,
        url=absolute(url_for("history.version", slug=case.slug, number=number)),
        language=record["language"],
        abstract=record["summary"],
    )


def citation(case: Case, row: Revision, record: Record, site: str) -> Citation:
    """Return the box that says how to refer to a version."""
    return Citation(
        number=row.number,
        text=citing.text(cited(case, row, record, site)),
        bib_url=url_for("history.bibtex", slug=case.slug, number=row.number),
        ris_url=url_for("history.ris", slug=case.slug, number=row.number),
    )
