"""The knowledge base behind the door: settings, database, search, mail and uploads, put together once for pages and commands alike."""

from __future__ import annotations

from dataclasses import dataclass

from kb.cases.files import Shelf, shelf_for
from kb.cases.indexing import CaseSource, LessonSource
from kb.config import Settings
from kb.db import Database
from kb.events.indexing import EventSource
from kb.mail.sender import Mailer
from kb.rates import Rates
from kb.search.engine import Engine
from kb.search.services import Search
from kb.search.tally import Teller
from kb.search.whoosh_engine import WhooshEngine


def _engine(settings: Settings, database: Database) -> Engine:
    if settings.search == "postgres":
        from kb.search.postgres_engine import PostgresEngine

        return PostgresEngine(database)
    return WhooshEngine(settings.index_folder)


@dataclass(frozen=True)
class House:
    """One knowledge base, opened. Nothing is read or made until it is asked for something.

    `mailer` is None where no mail is set up.
    """

    settings: Settings
    database: Database
    search: Search
    teller: Teller
    rates: Rates
    mailer: Mailer | None
    shelf: Shelf

    @classmethod
    def open(cls, settings: Settings) -> House:
        """Return the knowledge base that the settings name.

        Raises:
            SettingError: a setting needs a library that is not installed.

        """
        database = Database(settings.database_url)
        engine = _engine(settings, database)
        server = settings.mail_url
        return cls(
            settings,
            database,
            Search(database, engine, [LessonSource(), CaseSource(), EventSource()]),
            Teller(settings.secret_key),
            Rates(database, settings.secret_key),
            Mailer(database, server, settings.site_name) if server else None,
            shelf_for(settings.uploads, settings.uploads_folder),
        )

    def close(self) -> None:
        """Let go of all connections and files."""
        self.shelf.close()
        self.search.engine.close()
        self.database.close()
