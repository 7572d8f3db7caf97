from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.db import Base, Database
from kb.mail.models import MailRow
from kb.mail_url import MailServer
from tests.mail.office import Desk, Office, serving


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'mail.sqlite3'}")
    Base.metadata.create_all(database.engine, [MailRow.metadata.tables["mail_outbox"]])
    yield database
    database.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    with serving(office) as server:
        yield server
