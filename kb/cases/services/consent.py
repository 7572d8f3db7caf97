"""Who is named in a case and agrees to that; and taking a name out when somebody does not agree any more.

Taking out means: nowhere in what we keep of the case stands that name afterwards, not in old versions and remarks
either. The row of the person stays without the name, so that it can be seen that somebody withdrew. Nobody can tell the
name from what is kept, us neither: so a text that holds it again, from somebody's own computer, can't be recognised. What
we can do is let an editor that stands open meet the new text first: the draft gets a new version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.cases import policy
from kb.cases.format import slug_from
from kb.cases.models import Case, Consent, NamedPerson, Proposal, Revision, Tag, case_tag
from kb.cases.records import record_of
from kb.cases.redaction import SHORTEST, Redaction, redaction
from kb.cases.services.storing import mark_changed
from kb.core import Conflict, Forbidden, NotFound, Refusal, now

_CASE = ("title", "summary", "story", "place", "municipality", "province")
_ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("translations", ("title", "summary", "story")),
    ("partners", ("name",)),
    ("timeline", ("what",)),
    ("sources", ("title", "publisher")),
    ("challenges", ("title", "cause", "approach", "outcome")),
    ("lessons", ("statement", "explanation")),
    ("attachments", ("title", "maker", "alt")),
    ("moves", ("reason",)),
    ("remarks", ("text", "answer")),
    ("share_links", ("meant_for",)),
    ("named", ("name", "agreed_to", "medium")),
)
"""The texts of the rows that hang on a case."""


class Incomplete(Refusal):
    """What was said about somebody can't be kept as it is; `field` is the part of the agreement it is about."""

    def __init__(self, refusal: Refusal, field: str) -> None:
        super().__init__(refusal.sentence, **refusal.values)
        self.field = field


@dataclass(frozen=True)
class Agreement:
    """What somebody agreed to, when, and how he said so; without `given` he was not asked yet or did not answer."""

    name: str
    agreed_to: str = ""
    agreed_on: dt.date | None = None
    medium: str = ""
    given: bool = False


@dataclass(frozen=True)
class Places:
    """How often a name stands in the parts of a case; `in_slug` is the one place from which it can't be taken."""

    text: int
    draft: int
    versions: int
    files: int
    around: int
    in_slug: bool

    @property
    def all(self) -> int:
        """How often it stands in all that can be changed."""
        return self.text + self.draft + self.versions + self.files + self.around


def add(session: Session, actor: Actor, case: Case, agreement: Agreement) -> NamedPerson:
    """Put somebody on the list of those who are named. Raises Forbidden, Refusal."""
    _may(actor, case)
    row = NamedPerson(case_id=case.id, consent=Consent.MISSING, name="")
    _fill(case, row, agreement)
    case.named.append(row)
    case.nobody_named = False
    session.flush()
    log(session, actor, "consent.add", kind="case", key=case.slug, detail=str(row.id))
    return row


def change(session: Session, actor: Actor, case: Case, number: int, agreement: Agreement) -> NamedPerson:
    """Write down what somebody agreed to. Raises Forbidden, NotFound, Conflict, Refusal."""
    _may(actor, case)
    row = _standing(case, number)
    _fill(case, row, agreement)
    log(session, actor, "consent.change", kind="case", key=case.slug, detail=str(row.id))
    return row


def remove(session: Session, actor: Actor, case: Case, number: int) -> None:
    """Take somebody off the list, who is not named in the case any more. Raises Forbidden, NotFound, Conflict.

    Raises:
        Refusal: the name still stands in the case.

    """
    _may(actor, case)
    row = _standing(case, number)
    if places(session, case, [row.name], without=row).all:
        raise Refusal(
            "This name still stands in the case or in one of its versions. Change the text, or withdraw the consent."
        )
    log(session, actor, "consent.remove", kind="case", key=case.slug, detail=str(row.id))
    case.named.remove(row)
    session.flush()


def nobody_is_named(session: Session, actor: Actor, case: Case, *, nobody: bool) -> None:
    """Say that nobody is named in the case, or take that back. Raises Forbidden, Refusal."""
    _may(actor, case)
    if nobody and any(row.consent is not Consent.WITHDRAWN for row in case.named):
        raise Refusal("People are on the list of this case. Take them off first if nobody is named any more.")
    if case.nobody_named != nobody:
        case.nobody_named = nobody
        log(
            session,
            actor,
            "consent.nobody-named",
            kind="case",
            key=case.slug,
            detail="yes" if nobody else "no",
        )


def places(
    session: Session, case: Case, names: Sequence[str], *, without: NamedPerson | None = None
) -> Places:
    """Return how often these names stand in a case, in all that is kept of it but the row `without`."""
    what = redaction(names, "")
    around = sum(
        what.count(getattr(row, field))
        for name, fields in _ROWS
        if name in {"moves", "remarks", "share_links", "named"}
        for row in getattr(case, name)
        if row is not without
        for field in fields
    )
    return Places(
        text=what.count(record_of(case)),
        draft=what.count(case.draft.content) if case.draft else 0,
        versions=sum(what.count(record) for record in _records(session, case)),
        files=sum(
            what.count({name: getattr(row, name) for name in ("file_name", "title", "maker", "alt")})
            for row in case.attachments
        ),
        around=around,
        in_slug=any(f"-{slug_from(name)}-" in f"-{case.slug}-" for name in names),
    )


def withdraw(
    session: Session,
    actor: Actor,
    case: Case,
    number: int,
    *,
    replacement: str,
    parts: Sequence[str] = (),
    pseudonym: bool = False,
) -> None:
    """Take somebody's name out of all that is kept of a case, and put `replacement` in its place.

    `parts` are what he is also called there; with `pseudonym` the replacement is a name itself, and keeps 's.

    Raises:
        Forbidden: the actor may not do this for the case.
        NotFound: nobody with this number is named in the case.
        Conflict: it has been done already.
        Refusal: the replacement is empty, too long, or the name itself; or a part is too short.

    """
    _may(actor, case)
    row = _standing(case, number)
    replacement = " ".join(replacement.split())
    names = [row.name, *(part for part in parts if part.strip())]
    if any(len(name.strip()) < SHORTEST for name in names):
        raise Refusal("One letter is too little to find a name by.")
    what = redaction(names, replacement, keeps_ending=pseudonym)
    if not replacement or len(replacement) > 80 or what.count(replacement):  # noqa: PLR2004 - longer than any name
        raise Refusal("Choose something else to stand in the place of the name, of at most 80 characters.")
    row.name = row.agreed_to = row.medium = ""
    row.agreed_on, row.consent, row.changed_at = None, Consent.WITHDRAWN, now()
    _redact_tables(session, case, what)
    if case.draft is not None:
        case.draft.content = what.content(case.draft.content)
        case.draft.version += 1
    for revision in session.scalars(select(Revision).where(Revision.case_id == case.id)):
        revision.record = what.record(revision.record)
    for proposal in session.scalars(select(Proposal).where(Proposal.case_id == case.id)):
        proposal.row, proposal.reason = what.content(proposal.row), what.text(proposal.reason)
    case.names_removed_at = now()
    log(session, actor, "consent.withdraw", kind="case", key=case.slug, detail=str(row.id))
    session.flush()
    mark_changed(session, case)


def _redact_tables(session: Session, case: Case, what: Redaction) -> None:
    _redact(case, _CASE, what)
    case.authors = [what.text(name) for name in case.authors]
    for name, fields in _ROWS:
        for row in getattr(case, name):
            _redact(row, fields, what)
    for partner in case.partners:
        partner.url = what.address(partner.url)
    for source in case.sources:
        source.url = what.address(source.url)
    for lesson in case.lessons:
        for told in lesson.translations:
            _redact(told, ("statement", "explanation"), what)
    for attachment in case.attachments:
        attachment.file_name = what.file_name(attachment.file_name)
    gone = [tag for tag in case.tags if what.count(tag.name)]
    case.tags = [tag for tag in case.tags if tag not in gone]
    session.flush()
    for tag in gone:  # a keyword that no other case has goes altogether
        carried = session.scalar(select(case_tag.c.case_id).where(case_tag.c.tag_id == tag.id).limit(1))
        if carried is None:
            session.execute(delete(Tag).where(Tag.id == tag.id))


def _redact(row: object, fields: Sequence[str], what: Redaction) -> None:
    for field in fields:
        before = getattr(row, field)
        after = what.text(before)
        if after != before:
            setattr(row, field, after)


def _records(session: Session, case: Case) -> Iterator[Any]:
    yield from session.scalars(select(Revision.record).where(Revision.case_id == case.id))


def _fill(case: Case, row: NamedPerson, agreement: Agreement) -> None:
    name = " ".join(agreement.name.split())
    if len(name) < SHORTEST:
        raise Incomplete(Refusal("Write down the name as it stands in the case."), "name")
    if any(other is not row and other.name.casefold() == name.casefold() for other in case.named):
        raise Incomplete(Refusal("%(name)s is on the list already.", name=name), "name")
    if agreement.given and not agreement.agreed_to.strip():
        raise Incomplete(Refusal("Write down what this person agreed to."), "agreed_to")
    if agreement.given and agreement.agreed_on is None:
        raise Incomplete(Refusal("Write down on which day this person agreed."), "agreed_on")
    row.name, row.agreed_to = name[:200], agreement.agreed_to.strip()[:2000]
    row.agreed_on, row.medium = agreement.agreed_on, agreement.medium.strip()[:200]
    row.consent = Consent.GIVEN if agreement.given else Consent.MISSING
    row.changed_at = now()


def _standing(case: Case, number: int) -> NamedPerson:
    row = next((row for row in case.named if row.id == number), None)
    if row is None:
        raise NotFound(str(number))
    if row.consent is Consent.WITHDRAWN:
        raise Conflict("This consent has been withdrawn; the name is not here any more.")
    return row


def _may(actor: Actor, case: Case) -> None:
    if not policy.may_handle_consent(actor, case):
        raise Forbidden("You are not a writer of this case.")
