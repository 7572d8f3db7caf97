"""The review: the named moves between draft and readers, each recorded with who made it and why.

What is submitted becomes a version (`Revision`), and publishing publishes that very version. A version is made only
when the text differs from the last one, so a text that is returned and submitted again unchanged stays one version.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.accounts.actor import Actor
from kb.accounts.log import log
from kb.accounts.models import Person
from kb.cases import policy
from kb.cases.content import Content, checked, lesson_keys
from kb.cases.format import Slip
from kb.cases.missing import Gap, gaps
from kb.cases.models import Case, CaseStatus, Consent, Draft, Move, MoveKind, Revision
from kb.cases.records import Record, record_of
from kb.cases.services import proposals
from kb.cases.services.drafts import attachment_rows, working_content
from kb.cases.services.storing import in_order, mark_changed, store, themes_by_slug
from kb.core import Conflict, Forbidden, Refusal, now

REACH = {
    MoveKind.WITHDRAW: CaseStatus.WITHDRAWN,
    MoveKind.ARCHIVE: CaseStatus.ARCHIVED,
    MoveKind.REOPEN: CaseStatus.PUBLISHED,
}
"""The moves that change who can read a case, and what it is after them."""
UNFINISHED = (CaseStatus.DRAFT, CaseStatus.SUBMITTED, CaseStatus.RETURNED)


class NotReady(Refusal):
    """The draft can't be submitted yet: what is missing in it (`gaps`), and what is wrong (`slips`, at paths)."""

    def __init__(self, sentence: str, missing: tuple[Gap, ...], slips: tuple[Slip, ...] = ()) -> None:
        super().__init__(sentence)
        self.gaps = missing
        self.slips = slips


def missing(case: Case) -> tuple[Gap, ...]:
    """Return what is missing in what is being written of a case."""
    content = working_content(case)
    return gaps(
        content,
        images={row.key for row in case.attachments if row.media_type.startswith("image/")},
        consents_missing=sum(row.consent is Consent.MISSING for row in case.named),
        named=len(case.named),
        nobody_named=case.nobody_named,
    )


def standing(case: Case) -> CaseStatus:
    """Return where the writing of a case stands: its draft's status, or its own where there is no draft."""
    return case.draft.status if case.draft else case.status


def moves_open_to(session: Session, actor: Actor, case: Case) -> tuple[MoveKind, ...]:
    """Return the moves that the actor can make now, in the order of the review."""
    return tuple(kind for kind in policy.FROM if _from(case, kind) and _may(session, actor, case, kind))


def submit(
    session: Session, actor: Actor, case: Case, *, reason: str = "", reviewer: Person | None = None
) -> Revision:
    """Offer the draft for review; it can't be changed until it is taken back, returned or published.

    Raises:
        Forbidden: the actor may not write on the case, or the reviewer named may not review it.
        Conflict: there is nothing to submit.
        NotReady: something is missing or wrong.

    """
    _check(session, actor, case, MoveKind.SUBMIT)
    if case.draft is None:
        raise Conflict("Nothing was changed since the last version.")
    record = ready_record(session, case)
    if reviewer is not None:
        check_reviewer(case, reviewer)
        case.draft.reviewer = reviewer
    if case.published_at is not None and not case.revisions:
        # Published before versions were kept: what readers see now is the first one.
        first = _revision(session, Actor(), case, {**record_of(case), "attachments": attachment_rows(case)})
        first.published_at = case.published_at
    revision = _revision(session, actor, case, record)
    _stand(case, CaseStatus.SUBMITTED)
    case.draft.submitted_at = now()
    _record(session, actor, case, MoveKind.SUBMIT, reason)
    return revision


def take_back(session: Session, actor: Actor, case: Case, *, reason: str = "") -> None:
    """Take a submitted draft back to write on. Raises Forbidden, Conflict."""
    _check(session, actor, case, MoveKind.TAKE_BACK)
    _stand(case, CaseStatus.DRAFT)
    _record(session, actor, case, MoveKind.TAKE_BACK, reason)


def send_back(session: Session, actor: Actor, case: Case, *, reason: str = "") -> None:
    """Return a submitted draft to its writers, with the remarks that stand open or a reason.

    Raises Forbidden, Conflict; Refusal when there is neither remark nor reason.

    """
    _check(session, actor, case, MoveKind.RETURN)
    if not reason.strip() and not any(remark.resolved_at is None for remark in case.remarks):
        raise Refusal("Make a remark, or say in a line why you return this case.")
    _stand(case, CaseStatus.RETURNED)
    if case.draft and case.draft.reviewer_id is None:
        case.draft.reviewer_id = actor.id
    _record(session, actor, case, MoveKind.RETURN, reason)


def publish(session: Session, actor: Actor, case: Case, *, reason: str = "") -> Revision:
    """Publish what was submitted: from now on readers see this version.

    Whoever wrote on a case can't publish it; an administrator may where there is no other editor, with a reason.

    Raises:
        Forbidden: the actor may not review the case.
        Conflict: it has not been submitted.
        NotReady: somebody who is named has not agreed, or the text is not right.
        Refusal: the reason is missing.

    """
    _check(session, actor, case, MoveKind.PUBLISH)
    alone = not actor.sudo and not policy.may_review(actor, case)
    if alone and not reason.strip():
        raise Refusal(
            "You wrote on this case yourself. Say why you publish it without a second pair of eyes."
        )
    record = ready_record(session, case)
    attachments = record.pop("attachments")
    keys = lesson_keys(working_content(case))
    revision = _revision(session, actor, case, {**record, "attachments": attachments})
    revision.published_at = revision.published_at or now()
    store(session, record, keys)
    _publish_attachments(case, attachments)
    case.draft = None
    proposals.published(session, case, keys)
    _record(session, actor, case, MoveKind.PUBLISH, reason, alone=alone)
    session.flush()
    return revision


def publish_now(session: Session, actor: Actor, case: Case, *, reason: str = "") -> Revision:
    """Publish what is being written of a case, or was imported as a draft, without a submission before it.

    For whoever stands at the server's own command line. Raises as `submit` and `publish` do.
    """
    if case.draft is None and case.status in UNFINISHED:
        case.draft = Draft(content=working_content(case), version=1, status=CaseStatus.DRAFT)
    if standing(case) is not CaseStatus.SUBMITTED:
        submit(session, actor, case, reason=reason)
    return publish(session, actor, case, reason=reason)


def withdraw(session: Session, actor: Actor, case: Case, *, reason: str) -> None:
    """Take a case away from readers, all its versions too; with a reason. Raises Forbidden, Conflict, Refusal."""
    _change_reach(session, actor, case, MoveKind.WITHDRAW, reason)


def archive(session: Session, actor: Actor, case: Case, *, reason: str) -> None:
    """Put a case away for good, as it is of no use to readers any more; with a reason. Raises as `withdraw` does."""
    _change_reach(session, actor, case, MoveKind.ARCHIVE, reason)


def reopen(session: Session, actor: Actor, case: Case, *, reason: str) -> None:
    """Give a withdrawn or archived case back to readers as it was; with a reason. Raises as `withdraw` does."""
    if any(row.consent is Consent.MISSING for row in case.named):
        raise NotReady("Somebody who is named in this case has not agreed to that yet.", missing(case))
    _change_reach(session, actor, case, MoveKind.REOPEN, reason)


def assign(session: Session, actor: Actor, case: Case, reviewer: Person | None) -> None:
    """Say who reviews a submitted case; None: whoever takes it. Raises Forbidden, Conflict."""
    if not policy.may_curate(actor):
        raise Forbidden("Only an editor can do this.")
    if case.draft is None:
        raise Conflict("There is nothing to review here.")
    if reviewer is not None:
        check_reviewer(case, reviewer)
    case.draft.reviewer_id = reviewer.id if reviewer else None
    log(
        session, actor, "case.assign", kind="case", key=case.slug, detail=str(reviewer.id) if reviewer else ""
    )


def check_reviewer(case: Case, reviewer: Person) -> None:
    """Do nothing when this person may review the case. Raises Forbidden."""
    if not policy.may_review(reviewer.actor(), case):
        raise Forbidden("Choose as reviewer an editor who did not write on this case.")


def ready_record(session: Session, case: Case) -> Record:
    """Return what is being written as a complete record of a published case, with the rows of its attachments under `attachments`.

    Raises:
        NotReady: something is missing or wrong.

    """
    content = working_content(case)
    found = missing(case)
    record, slips = checked(
        content, case.slug, status=CaseStatus.PUBLISHED.value, themes=frozenset(themes_by_slug(session))
    )
    if found or slips:
        raise NotReady("This case is not complete yet. The list says what is missing.", found, tuple(slips))
    record = proposals.with_origins(session, case, record, lesson_keys(content))
    return {**record, "attachments": content["attachments"]}


def imported(session: Session, case: Case, record: Record, before: Content | None) -> None:
    """Make a version of a case that an import stored, in the same transaction; it has readers when it is published.

    `before` is the content of a draft that stood open, which the import replaces: it is kept as a version of its own.
    """
    if before is not None:
        draft, slips = checked(
            before, case.slug, status=record["status"], themes=frozenset(themes_by_slug(session))
        )
        if not slips:
            _revision(session, Actor(), case, {**draft, "attachments": before["attachments"]})
        case.draft = None
        proposals.follow(session, case)
    if policy.may_read(case):
        revision = _revision(session, Actor(), case, {**record, "attachments": attachment_rows(case)})
        revision.published_at = revision.published_at or now()
        case.moves.append(Move(kind=MoveKind.IMPORT, revision=revision))


def last_revision(case: Case) -> Revision | None:
    """Return the newest version of a case, if it has one."""
    return case.revisions[-1] if case.revisions else None


def other_editors(session: Session, case: Case) -> bool:
    """Tell whether there is anybody who may review the case."""
    people = session.scalars(
        select(Person).where(
            Person.disabled_at.is_(None), Person.erased_at.is_(None), Person.password_hash != ""
        )
    )
    return any(policy.may_review(person.actor(), case) for person in people)


def _check(session: Session, actor: Actor, case: Case, kind: MoveKind) -> None:
    if not _may(session, actor, case, kind):
        if kind is MoveKind.PUBLISH and policy.is_writer(actor, case):
            raise Forbidden("You wrote on this case, so somebody else has to publish it.")
        raise Forbidden("You may not do this with this case.")
    if not _from(case, kind):
        raise Conflict(
            "This can't be done with the case as it stands now. Somebody may have been before you."
        )


def _from(case: Case, kind: MoveKind) -> bool:
    if kind in REACH:
        return case.status in policy.FROM[kind]
    if kind is MoveKind.SUBMIT and case.draft is None:
        return False
    return standing(case) in policy.FROM[kind]


def _may(session: Session, actor: Actor, case: Case, kind: MoveKind) -> bool:
    if actor.sudo:
        return True
    if kind in {MoveKind.SUBMIT, MoveKind.TAKE_BACK}:
        return policy.may_write(actor, case)
    if kind is MoveKind.RETURN:
        return policy.may_review(actor, case)
    if kind is MoveKind.PUBLISH:
        return policy.may_review(actor, case) or policy.may_publish_alone(
            actor, case, other_editors=other_editors(session, case)
        )
    return policy.may_curate(actor)


def _change_reach(session: Session, actor: Actor, case: Case, kind: MoveKind, reason: str) -> None:
    _check(session, actor, case, kind)
    if not reason.strip():
        raise Refusal("Say in a line why you do this; it stands in the history.")
    case.status = REACH[kind]
    case.updated_at = now()
    _record(session, actor, case, kind, reason)
    mark_changed(session, case)


def _stand(case: Case, status: CaseStatus) -> None:
    """Let the draft have this status, and the case too as long as it never had readers."""
    if case.draft is None:
        case.draft = Draft(content=working_content(case), version=1, status=status)
    case.draft.status = status
    if case.status in UNFINISHED:
        case.status = status


def _revision(session: Session, actor: Actor, case: Case, record: Record) -> Revision:
    """Return the case's last version when it has this text, else a new one."""
    record = in_order(session, {**record, "status": CaseStatus.PUBLISHED.value})
    newest = last_revision(case)
    if newest is not None and newest.record == record:
        return newest
    revision = Revision(number=newest.number + 1 if newest else 1, record=record, made_by_id=actor.id)
    case.revisions.append(revision)
    return revision


def _publish_attachments(case: Case, rows: list[dict[str, str]]) -> None:
    texts = {row["key"]: (at, row) for at, row in enumerate(rows)}
    for attachment in case.attachments:
        attachment.published = attachment.key in texts
        if attachment.published:
            attachment.position, row = texts[attachment.key]
            for name in ("title", "maker", "licence", "alt"):
                setattr(attachment, name, row[name].strip())


def _record(
    session: Session, actor: Actor, case: Case, kind: MoveKind, reason: str, *, alone: bool = False
) -> None:
    """Record a move with the case's newest version: the only one that moves are made with."""
    move = Move(
        kind=kind, revision=last_revision(case), by_id=actor.id, reason=reason.strip()[:2000], alone=alone
    )
    case.moves.append(move)
    log(session, actor, f"case.{kind.value}", kind="case", key=case.slug)
    session.flush()
