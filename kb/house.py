"""The knowledge base behind the door: settings, database and search, put together once for pages and commands alike."""

from __future__ import annotations

from dataclasses import dataclass

from kb.cases.indexing import CaseSource, LessonSource
from kb.config import Settings
from kb.db import Database
from kb.search.services import Search
from kb.search.whoosh_engine import WhooshEngine


@dataclass(frozen=True)
class House:
    """One knowledge base, opened. Nothing is read or made until it is asked for something."""

    settings: Settings
    database: Database
    search: Search

    @classmethod
    def open(cls, settings: Settings) -> House:
        """Return the knowledge base that the settings name."""
        database = Database(settings.database_url)
        engine = WhooshEngine(settings.index_folder)
        return cls(settings, database, Search(database, engine, [LessonSource(), CaseSource()]))

    def close(self) -> None:
        """Let go of all connections and files."""
        self.search.engine.close()
        self.database.close()
