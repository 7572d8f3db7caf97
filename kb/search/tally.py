"""What people search for, counted, with nothing in it that points to a person.

Kept are the query and, for each week, how often it was asked, how often nothing was found and how often something was opened
from it. Not kept are who asked, from where, at what time, or with what else; a query with an address, a number of a
telephone or anything like it is not kept at all. Of how many different people asked there is one number of 63 bits: who
asks sets one of these, which one follows from a secret, the week, the query and the address of the line. Somebody else sets
the same one every 63rd time, so it says about how many people there were and never who.

Counting must not make searching wait, so it is done in memory and written every so often; a crash loses the last of it.
"""

from __future__ import annotations

import hmac
import logging
import math
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, String, delete, func, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.core import now
from kb.db import BEHIND, Base, Database
from kb.worker import Worker

LONGEST: Final = 100
"""Characters of a query; who types more has a story, which may tell who is asking."""
BITS: Final = 63
KEPT_WEEKS: Final = 26
KEPT: Final = 20_000
"""How many rows are kept: who asks nonsense all day long must not fill a disk. Those asked least go first."""
WAITING: Final = 5_000
"""How many different queries are held in memory before they are written; more are not counted."""
EVERY_S: Final = 30.0

_YEARS: Final = re.compile(r"\b(?:19|20)\d\d\b")
_PERSONAL: Final = re.compile(r"@|https?:|www\.|(?:\d[ ./-]?){6}")
_ROBOT: Final = re.compile(r"bot|crawl|spider|monitor|curl|wget|python", re.IGNORECASE)


log = logging.getLogger(__name__)


class Tally(Base):
    """How often a query was asked in a week."""

    __tablename__ = "search_tally"
    __table_args__ = BEHIND

    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    query: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    asked: Mapped[int]
    empty: Mapped[int]
    opened: Mapped[int]
    people: Mapped[int] = mapped_column(BigInteger)


@dataclass
class _Count:
    asked: int = 0
    empty: int = 0
    opened: int = 0
    people: int = 0

    def add(self, other: _Count | Tally) -> None:
        self.asked += other.asked
        self.empty += other.empty
        self.opened += other.opened
        self.people |= other.people


@dataclass(frozen=True)
class Counted:
    """A query with how often it was asked, found nothing, and was followed by opening something; `people` is an estimate."""

    query: str
    asked: int
    empty: int
    opened: int
    people: int


class Teller:
    """Counts what is asked of one process."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], _Count] = {}

    def asked(self, query: str, *, found: bool, line: str, browser: str) -> None:
        """Count a query that somebody asked over a line, by its address; robots are not counted."""
        words = kept(query)
        if words and not _ROBOT.search(browser or "bot"):
            with self._lock:
                count = self._count(words)
                if count:
                    count.asked += 1
                    count.empty += not found
                    count.people |= 1 << self._bit(words, line)

    def opened(self, query: str) -> None:
        """Count that something was opened from what a query found."""
        words = kept(query)
        if words:
            with self._lock:
                count = self._count(words)
                if count:
                    count.opened += 1

    def write(self, session: Session) -> None:
        """Add what was counted to the database, and forget what is old or too much. Commits nothing itself."""
        with self._lock:
            counts, self._counts = self._counts, {}
        try:
            for (week, words), count in counts.items():
                row = session.get(Tally, (week, words), with_for_update=True)
                if row is None:
                    row = Tally(week=week, query=words, asked=0, empty=0, opened=0, people=0)
                    session.add(row)
                row.asked += count.asked
                row.empty += count.empty
                row.opened += count.opened
                row.people |= count.people
            session.flush()
            _forget(session)
        except BaseException:
            with self._lock:
                for name, count in counts.items():
                    self._counts.setdefault(name, _Count()).add(count)
            raise

    def report(self, session: Session) -> list[Counted]:
        """Return all that was asked, the most frequent first, with what this process has not written yet."""
        with self._lock:
            waiting = [(words, replace(count)) for (_, words), count in self._counts.items()]
        written = [(row.query, row) for row in session.scalars(select(Tally))]
        return _totals([*written, *waiting])

    def waiting(self) -> int:
        """Return how many queries were counted and not written yet."""
        return len(self._counts)

    def _count(self, words: str) -> _Count | None:
        name = week_of(now()), words
        found = self._counts.get(name)
        if found is None and len(self._counts) < WAITING:
            found = self._counts[name] = _Count()
        return found

    def _bit(self, words: str, line: str) -> int:
        said = "\n".join((week_of(now()), words, line)).encode()
        return int.from_bytes(hmac.digest(self._secret, said, "sha256")[:8]) % BITS


class TallyWriter(Worker):
    """Writes what was counted, every so often."""

    name = "search-tally"

    def __init__(self, teller: Teller, database: Database, every: float = EVERY_S) -> None:
        super().__init__(every)
        self._teller = teller
        self._database = database

    def turn(self) -> None:
        """Write what was counted since the last turn."""
        if self._teller.waiting():
            with self._database.transaction() as session:
                self._teller.write(session)

    def tell(self, error: Exception) -> None:
        """Log the fault."""
        log.error("What was searched for could not be counted; trying again later", exc_info=error)


def _forget(session: Session) -> None:
    session.execute(delete(Tally).where(Tally.week < week_of(now() - timedelta(weeks=KEPT_WEEKS))))
    excess = (session.scalar(select(func.count()).select_from(Tally)) or 0) - KEPT
    if excess > 0:
        least = select(Tally.week, Tally.query).order_by(Tally.asked, Tally.week, Tally.query).limit(excess)
        session.execute(
            delete(Tally).where(tuple_(Tally.week, Tally.query).in_(least)),
            execution_options={"synchronize_session": False},
        )


def kept(query: str) -> str:
    """Return a query as it is counted; empty when it is not."""
    words = " ".join(query.lower().split())
    return "" if len(words) > LONGEST or _PERSONAL.search(_YEARS.sub("", words)) else words


def week_of(moment: datetime) -> str:
    """Return the week of a moment: 2026-W48."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def people(bits: int) -> int:
    """Return about how many people set these bits."""
    unset = BITS - bits.bit_count()
    return BITS * 5 if unset == 0 else round(-BITS * math.log(unset / BITS))


def usual(session: Session, start: str, *, least: int, limit: int) -> list[str]:
    """Return the most frequent queries that begin so, which at least so many people asked and that found something."""
    rows = session.scalars(select(Tally).where(Tally.query.startswith(start, autoescape=True)))
    found = _totals((row.query, row) for row in rows)
    return [one.query for one in found if one.people >= least and one.empty < one.asked][:limit]


def _totals(counts: Iterable[tuple[str, Tally | _Count]]) -> list[Counted]:
    """Return counts by query, the most frequent first."""
    found: dict[str, _Count] = {}
    for query, count in counts:
        found.setdefault(query, _Count()).add(count)
    asked = (Counted(query, it.asked, it.empty, it.opened, people(it.people)) for query, it in found.items())
    return sorted(asked, key=lambda it: (-it.asked, it.query))
