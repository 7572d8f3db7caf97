"""Who may see and do what with cases, each rule as a predicate and, where lists need it, as a filter for queries.

| who | may |
|---|---|
| anybody | read what is published, also its published versions and attachments |
| author | begin a case, and write on the cases that he is a writer of |
| writer of a case | see its drafts, submitted texts and remarks; answer remarks; never publish it |
| editor | see and write on every case; review those that he did not write on; withdraw, archive, take up again |
| administrator | what an editor may; and publish his own case, with a reason, where there is no other editor |

Whoever saves a draft becomes a writer of the case, so nobody approves what he wrote himself, in whatever role.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement

from kb.accounts.actor import Actor, Role
from kb.accounts.models import Person
from kb.cases.models import Case, CaseStatus, MoveKind

EDITORS = (Role.EDITOR, Role.ADMINISTRATOR)

FROM: dict[MoveKind, frozenset[CaseStatus]] = {
    MoveKind.SUBMIT: frozenset({CaseStatus.DRAFT, CaseStatus.RETURNED}),
    MoveKind.TAKE_BACK: frozenset({CaseStatus.SUBMITTED}),
    MoveKind.RETURN: frozenset({CaseStatus.SUBMITTED}),
    MoveKind.PUBLISH: frozenset({CaseStatus.SUBMITTED}),
    MoveKind.WITHDRAW: frozenset({CaseStatus.PUBLISHED}),
    MoveKind.ARCHIVE: frozenset({CaseStatus.PUBLISHED, CaseStatus.WITHDRAWN}),
    MoveKind.REOPEN: frozenset({CaseStatus.WITHDRAWN, CaseStatus.ARCHIVED}),
}
"""From which status each move of the review can be made: of the draft, or of the case where it is about readers."""


def may_read(case: Case) -> bool:
    """Tell whether any reader may see the case and all that belongs to it."""
    return case.status is CaseStatus.PUBLISHED


def readable() -> ColumnElement[bool]:
    """Return `may_read` as a condition on `Case`."""
    return Case.status == CaseStatus.PUBLISHED


def is_writer(actor: Actor, case: Case) -> bool:
    """Tell whether the actor writes, or ever wrote, on the case."""
    return actor.signed_in and any(person.id == actor.id for person in case.writers)


def may_see(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may see the case as it is being written, its history and its remarks."""
    return actor.has(*EDITORS) or is_writer(actor, case)


def writes(actor: Actor) -> ColumnElement[bool]:
    """Return `is_writer` as a condition on `Case`."""
    return Case.writers.any(Person.id == actor.id)


def may_begin(actor: Actor) -> bool:
    """Tell whether the actor may begin a case."""
    return actor.has(Role.AUTHOR, *EDITORS)


def may_write(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may change the case's draft, or begin one."""
    return actor.has(*EDITORS) or (actor.has(Role.AUTHOR) and is_writer(actor, case))


def may_write_as_writer(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may change the case's draft because it is his case too, not because he may change all."""
    return is_writer(actor, case) and may_write(actor, case)


def may_review(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may make remarks on the case, return it, and publish it."""
    return actor.has(*EDITORS) and not is_writer(actor, case)


def may_publish_alone(actor: Actor, case: Case, *, other_editors: bool) -> bool:
    """Tell whether the actor may publish a case that he wrote on himself: with a reason, where nobody else can."""
    return actor.has(Role.ADMINISTRATOR) and is_writer(actor, case) and not other_editors


def may_answer(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may answer remarks on the case."""
    return may_write(actor, case)


def may_curate(actor: Actor) -> bool:
    """Tell whether the actor may withdraw, archive and take up cases, and see the queue of the review."""
    return actor.has(*EDITORS)


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may manage themes and tags."""
    return actor.has(Role.ADMINISTRATOR)


def may_handle_consent(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may record who is named in the case, and take a name out of it."""
    return may_write(actor, case)
