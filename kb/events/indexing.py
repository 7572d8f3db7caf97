"""What the search knows of sessions: their words, and those of the cases that they talk about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from kb.events import queries
from kb.events.models import Event
from kb.markup import plain
from kb.search.documents import Document, Text


class EventSource:
    """Sessions, as what can be found; the key is the slug."""

    kind = "event"

    def keys(self, session: Session) -> Sequence[str]:
        """Return the slugs of all sessions that anybody may see."""
        return queries.slugs(session, public=True)

    def documents(self, session: Session, keys: Sequence[str]) -> Iterator[Document]:
        """Yield the documents of those of these sessions that anybody may see."""
        for event in queries.whole_events(session, keys, public=True):
            yield _document(event)

    def load(self, session: Session, keys: Sequence[str]) -> Mapping[str, Event]:
        """Return those of these sessions that anybody may see."""
        return queries.events_by_slug(session, keys)


def _document(event: Event) -> Document:
    words = (
        plain(event.introduction),
        event.place,
        event.series.title if event.series else "",
        *(row["name"] for row in event.organisers),
        *(row.title for row in event.programme),
        *(row.text for row in event.questions),
        *(row.case.title for row in event.cases),
    )
    return Document(
        kind="event",
        key=event.slug,
        texts=(Text(event.language, event.title, "\n".join(filter(None, words))),),
        facets={"year": (str(event.starts.year),), "language": (event.language,)},
        moment=event.starts_at.timestamp(),
    )
