"""What sessions propose for a case, as the editor shows it: to decide on, and as the origin of rows that were taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext

from kb.cases.content import Content, row_keys
from kb.cases.models import Proposal, ProposalState
from kb.cases.words import Choice, perspectives


@dataclass(frozen=True)
class OriginView:
    """Where a row comes from: the session's name and address (empty where it can't be seen), and on how many notes it rests."""

    session: str
    url: str
    language: str
    notes: str


@dataclass(frozen=True)
class ProposedView:
    """A proposal to decide on. `texts` are those of its other fields that say something."""

    id: int
    kind: str
    text: str
    texts: tuple[str, ...]
    themes: tuple[str, ...]
    perspectives: tuple[Choice, ...]
    origin: OriginView


def proposed_views(
    proposals: Sequence[Proposal], content: Content, sessions: Mapping[str, Any], themes: Mapping[str, str]
) -> tuple[ProposedView, ...]:
    """Return the proposals that are not in the content yet; `sessions` are links by slug, `themes` names by slug."""
    keys = row_keys(content)
    return tuple(
        _view(one, sessions, themes)
        for one in proposals
        if one.state is not ProposalState.PUBLISHED and one.key not in keys
    )


def origins(proposals: Sequence[Proposal], sessions: Mapping[str, Any]) -> dict[str, OriginView]:
    """Return the origin of each lesson that a session proposed, by the key of its row."""
    return {one.lesson_key: _origin(one, sessions) for one in proposals}


def _view(proposal: Proposal, sessions: Mapping[str, Any], themes: Mapping[str, str]) -> ProposedView:
    row = proposal.row
    names = ("explanation", "cause", "approach", "outcome")
    return ProposedView(
        id=proposal.id,
        kind=proposal.kind.value,
        text=proposal.text,
        texts=tuple(row[name] for name in names if row.get(name)),
        themes=tuple(themes[slug] for slug in row["themes"] if slug in themes),
        perspectives=perspectives(row.get("perspectives", ())),
        origin=_origin(proposal, sessions),
    )


def _origin(proposal: Proposal, sessions: Mapping[str, Any]) -> OriginView:
    link = sessions.get(proposal.event)
    notes = ngettext("from %(num)s note", "from %(num)s notes", proposal.notes) if proposal.notes else ""
    return OriginView(
        link.label if link else "", link.url if link else "", link.language if link else "", notes
    )
