"""How often something was done, counted in the database: the same for all processes, and still known after a restart.

For what is rarely done and dear when it is done too often, such as trying passwords: each time it is done is a row, saved in a
transaction of its own, so nothing that fails later undoes it. Quick things are counted in memory (`kb.web.limits`).

A row says neither what was done nor by whom: it holds a digest that only who has the secret key can make again. It goes
when it no longer counts.
"""

from __future__ import annotations

import datetime as dt
import hmac

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.core import now
from kb.db import BEHIND, Base, Database, Moment


class RateCount(Base):
    """Something that was done once, and until when that counts."""

    __tablename__ = "rate_count"
    __table_args__ = (Index(None, "key", "ends_at"), BEHIND)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    ends_at: Mapped[dt.datetime] = mapped_column(Moment)


class Rates:
    """The counts of a knowledge base, over a moving window of so many seconds; asked as the storages of the library are.

    Counting opens a transaction, so who is in one already would wait for himself: count before it.
    """

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._secret = secret.encode()

    def acquire_entry(self, key: str, limit: int, expiry: int) -> bool:
        """Count one when there are less than the limit in the last `expiry` seconds; tell whether there were.

        Raises:
            DataError: the database can't be written; nothing was counted.

        """
        if self.get_moving_window(key, limit, expiry)[1] >= limit:
            return False  # known without keeping others from writing: who is refused may ask very often
        kept = self._digest(key)
        with self._database.transaction(told=False) as session:
            moment = now()
            room = _counted(session, kept, moment)[1] < limit
            if room:
                session.add(RateCount(key=kept, ends_at=moment + dt.timedelta(seconds=expiry)))
        return room

    def get_moving_window(self, key: str, _limit: int, expiry: int) -> tuple[float, int]:
        """Return when the first that counts was counted, in seconds since 1970, and how many there are.

        Raises:
            DataError: the database can't be read.

        """
        moment = now()
        with self._database.reading() as session:
            ends_at, count = _counted(session, self._digest(key), moment)
        return (ends_at.timestamp() - expiry if ends_at else moment.timestamp()), count

    def forget_over(self) -> None:
        """Delete what no longer counts."""
        with self._database.transaction(told=False) as session:
            session.execute(delete(RateCount).where(RateCount.ends_at <= now()))

    def _digest(self, key: str) -> str:
        return hmac.digest(self._secret, key.encode(), "sha256").hex()


def _counted(session: Session, key: str, moment: dt.datetime) -> tuple[dt.datetime | None, int]:
    """Return until when the first of a key counts, and how many count at a moment."""
    counts = select(func.min(RateCount.ends_at), func.count()).where(
        RateCount.key == key, RateCount.ends_at > moment
    )
    ends_at, count = session.execute(counts).one()
    return ends_at, count
