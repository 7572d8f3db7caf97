"""From a case under review to what the pages of the review show (`kb.cases.review_cards`).

The text is shown field by field as readers will see it, so that a remark can stand with the field that it is about. It
comes from what was typed, not from the tables: a published case keeps its text there until the new one is published.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from kb.accounts.actor import Actor
from kb.accounts.models import Person
from kb.cases import policy
from kb.cases.compare import SectionChange
from kb.cases.content import Content, is_empty, keywords
from kb.cases.models import Case, CaseStatus, Move, MoveKind, Remark
from kb.cases.paths import KEYED, SINGLE, anchor
from kb.cases.review_cards import (
    DecidedRow,
    Decision,
    OverdueRow,
    QueuePage,
    QueueRow,
    RemarkCard,
    ReviewField,
    ReviewGroup,
    ReviewPage,
    ReviewSection,
)
from kb.cases.review_words import FIELDS, MOVES, SECTIONS, STATUSES
from kb.cases.services.drafts import working_content
from kb.cases.services.review import last_revision, standing
from kb.cases.words import perspectives
from kb.markup import markdown

_MARKDOWN = frozenset({"story", "cause", "approach", "outcome", "explanation"})
Themes = Mapping[str, str]
"""The names of the themes by slug, in the language of the page."""


def review_page(
    case: Case,
    actor: Actor,
    *,
    themes: Themes,
    moves: Collection[MoveKind],
    others: bool,
    changes: tuple[SectionChange, ...] | None,
    compared_with: int | None,
) -> ReviewPage:
    """Return the page of a review. `moves` are what the actor can do now; `others`: whether another editor can review."""
    content = working_content(case)
    status = standing(case)
    cards = {remark.id: _remark(remark, case, actor, content) for remark in case.remarks}
    by_path: dict[str, list[RemarkCard]] = {}
    for remark in case.remarks:
        by_path.setdefault(remark.field, []).append(cards[remark.id])
    whole = tuple(by_path.pop("", ()))
    sections = tuple(_sections(content, by_path, themes))
    submitted = next((move for move in reversed(case.moves) if move.kind is MoveKind.SUBMIT), None)
    newest = last_revision(case)
    numbers = [revision.number for revision in case.revisions]
    return ReviewPage(
        slug=case.slug,
        url=url_for("cases.show", slug=case.slug),
        title=content["title"] or case.title,
        language=content["language"],
        status=status.value,
        status_label=str(STATUSES[status]),
        version=newest.number if newest and status is CaseStatus.SUBMITTED else None,
        previous=numbers[-2] if len(numbers) > 1 and status is CaseStatus.SUBMITTED else None,
        writers=tuple(person.name for person in case.writers),
        reviewer=_name(case.draft.reviewer if case.draft else None),
        submitted_at=case.draft.submitted_at if case.draft else None,
        submitted_by=_name(submitted.by) if submitted else "",
        reason=submitted.reason if submitted else "",
        sections=sections,
        whole=whole,
        elsewhere=tuple(card for found in by_path.values() for card in found),
        open_remarks=tuple(card for card in cards.values() if not card.resolved),
        resolved=sum(card.resolved for card in cards.values()),
        changes=changes,
        compared_with=compared_with,
        decision=_decision(case, actor, moves, others=others),
        may_remark=policy.may_review(actor, case) and case.draft is not None,
    )


def _decision(case: Case, actor: Actor, moves: Collection[MoveKind], *, others: bool) -> Decision:
    publish = MoveKind.PUBLISH in moves
    why_not = ""
    if standing(case) is CaseStatus.SUBMITTED and not publish and policy.is_writer(actor, case):
        if not actor.has(*policy.EDITORS):
            why_not = _("An editor who did not write on this case looks at it now. You will hear from us.")
        elif others:
            why_not = _("You wrote on this case, so somebody else has to publish it.")
        else:
            why_not = _(
                "You wrote on this case, and there is no other editor. Only an administrator may then publish their own."
            )
    return Decision(
        publish=publish,
        send_back=MoveKind.RETURN in moves,
        take_back=MoveKind.TAKE_BACK in moves and policy.is_writer(actor, case),
        alone=publish and not policy.may_review(actor, case),
        why_not=why_not,
    )


def _remark(remark: Remark, case: Case, actor: Actor, content: Content) -> RemarkCard:
    number = next((row.number for row in case.revisions if row.id == remark.revision_id), None)
    return RemarkCard(
        id=remark.id,
        url=url_for("review.show", slug=case.slug) + f"#remark-{remark.id}",
        where=where(remark.field, content),
        anchor=anchor(remark.field),
        text=remark.text,
        by=_name(remark.by),
        at=remark.at,
        version=number,
        answer=remark.answer,
        answered_by=_name(remark.answered_by),
        answered_at=remark.answered_at,
        resolved=remark.resolved_at is not None,
        resolved_by=_name(remark.resolved_by),
        may_answer=policy.may_answer(actor, case) and remark.resolved_at is None and remark.by_id != actor.id,
        may_judge=policy.may_review(actor, case),
    )


def where(path: str, content: Content) -> str:
    """Return how people call the field at a path: "Challenge 2: cause"."""
    if not path:
        return _("The case as a whole")
    name, _slash, rest = path.partition("/")
    key, _slash, field = rest.partition("/")
    label = str(FIELDS.get(field or name, field or name))
    keys = [row["key"] for row in content.get(name, ()) if isinstance(row, dict) and "key" in row]
    if name not in KEYED:
        return label
    if key not in keys:
        return _("%(field)s, in a part that is not there any more", field=label)
    if name == "challenges":
        return _("Challenge %(number)s: %(field)s", number=keys.index(key) + 1, field=label.lower())
    return _("Lesson %(number)s: %(field)s", number=keys.index(key) + 1, field=label.lower())


def _sections(
    content: Content, remarks: dict[str, list[RemarkCard]], themes: Themes
) -> Iterator[ReviewSection]:
    shown = _shown(content, themes)

    def field(path: str, label: object, text: Markup) -> ReviewField:
        return ReviewField(path, anchor(path), str(label), text, not text, tuple(remarks.pop(path, ())))

    for name, label in SECTIONS.items():
        groups: list[ReviewGroup] = []
        if name in SINGLE:
            fields = tuple(field(path, FIELDS[path], shown[path]()) for path in SINGLE[name])
            groups = [ReviewGroup("", fields)]
        elif name in KEYED:
            rows = [row for row in content[name] if not is_empty(name, row)]
            for number, row in enumerate(rows, start=1):
                title = _("Challenge %(number)s", number=number) if name == "challenges" else ""
                fields = tuple(
                    field(f"{name}/{row['key']}/{part}", FIELDS[part], _text(row[part], part))
                    for part in KEYED[name]
                )
                groups.append(ReviewGroup(title or _("Lesson %(number)s", number=number), fields))
        if any(group.fields for group in groups):
            yield ReviewSection(f"section-{name}", str(label), tuple(groups))


def _shown(content: Content, themes: Themes) -> dict[str, Callable[[], Markup]]:
    """Return for each field that stands once how it is shown."""
    names = ("place", "municipality", "province")
    country = content["country"] if content["country"] != "NL" else ""
    places = [*(content[name].strip() for name in names), country]
    return {
        "title": lambda: escape(content["title"].strip()),
        "summary": lambda: escape(content["summary"].strip()),
        "story": lambda: markdown(content["story"]),
        "themes": lambda: _list(themes.get(slug, slug) for slug in content["themes"]),
        "topics": lambda: _list(keywords(content["topics"])),
        "methods": lambda: _list(keywords(content["methods"])),
        "place": lambda: escape(", ".join(dict.fromkeys(filter(None, places)))),
        "period_start": lambda: escape(
            "–".join(filter(None, (content["period_start"].strip(), content["period_end"].strip())))
        ),
        "participants": lambda: _list(choice.label for choice in perspectives(content["participants"])),
        "partners": lambda: _list(_with(row["name"], row["url"]) for row in content["partners"]),
        "authors": lambda: _list(content["authors"].splitlines()),
        "licence": lambda: escape(content["licence"].strip()),
        "timeline": lambda: _list(_with(row["date"], row["what"]) for row in content["timeline"]),
        "sources": lambda: _list(
            _with(row["title"], row["publisher"], row["url"], row["accessed"]) for row in content["sources"]
        ),
        "attachments": lambda: _list(
            _with(row["title"], row["maker"], row["licence"], row["alt"]) for row in content["attachments"]
        ),
    }


def _text(text: str, part: str) -> Markup:
    return markdown(text) if part in _MARKDOWN else escape(text.strip())


def _with(*parts: str) -> str:
    return " · ".join(part.strip() for part in parts if part.strip())


def _list(items: Iterable[str]) -> Markup:
    rows = [item.strip() for item in items if item.strip()]
    if not rows:
        return Markup()
    return Markup("<ul>") + Markup().join(Markup("<li>{}</li>").format(row) for row in rows) + Markup("</ul>")


def queue_page(
    waiting: Sequence[Case],
    overdue: Sequence[Case],
    decided: Sequence[Move],
    *,
    actor: Actor,
    people: Sequence[Person],
    shown: str,
    now: dt.datetime,
) -> QueuePage:
    """Return the page of the queue; `people` are the editors who can act."""
    rows = tuple(_row(case, actor, people, now) for case in waiting)
    kinds = {
        "all": rows,
        "mine": tuple(row for row in rows if row.chosen == str(actor.id)),
        "unassigned": tuple(row for row in rows if not row.chosen),
    }
    labels = {"all": _("All"), "mine": _("Mine"), "unassigned": _("Without a reviewer")}
    address = url_for("review.queue")
    return QueuePage(
        shown=shown,
        filters=tuple(
            (label, address if kind == "all" else f"{address}?show={kind}", len(kinds[kind]), kind == shown)
            for kind, label in labels.items()
        ),
        rows=kinds[shown],
        overdue=tuple(_overdue(case) for case in overdue),
        decided=tuple(_decided(move) for move in decided),
    )


def _row(case: Case, actor: Actor, people: Sequence[Person], now: dt.datetime) -> QueueRow:
    draft = case.draft
    since = (draft.submitted_at if draft else None) or now
    able = [person for person in people if policy.may_review(person.actor(), case)]
    reviewer = draft.reviewer if draft else None
    content = working_content(case)
    return QueueRow(
        slug=case.slug,
        url=url_for("review.show", slug=case.slug),
        title=content["title"] or case.title,
        language=content["language"],
        writers=", ".join(person.name for person in case.writers),
        reviewer=_name(reviewer),
        days=max(0, (now - since).days),
        submitted_at=draft.submitted_at if draft else None,
        first=case.published_at is None,
        open_remarks=sum(remark.resolved_at is None for remark in case.remarks),
        may_take=policy.may_review(actor, case) and (reviewer is None or reviewer.id != actor.id),
        may_review=policy.may_review(actor, case),
        choices=tuple((str(person.id), person.name) for person in able),
        chosen=str(reviewer.id) if reviewer else "",
    )


def _overdue(case: Case) -> OverdueRow:
    assert case.check_on is not None, "it is overdue, so it has a day"  # noqa: S101 - tells mypy
    return OverdueRow(
        url=url_for("cases.show", slug=case.slug),
        history_url=url_for("history.show", slug=case.slug),
        title=case.title,
        language=case.language,
        writers=", ".join(person.name for person in case.writers),
        check_on=case.check_on,
        draft=case.draft is not None,
    )


def _decided(move: Move) -> DecidedRow:
    return DecidedRow(
        url=url_for("history.show", slug=move.case.slug),
        title=move.case.title,
        language=move.case.language,
        label=str(MOVES[move.kind]),
        by=_name(move.by),
        at=move.at,
        alone=move.alone,
    )


def _name(person: Person | None) -> str:
    return person.name if person else ""
