from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.db import Base, Database
from kb.mail.models import MailRow
from kb.mail_url import MailServer
from tests.databases import Databases
from tests.mail.office import Desk, Office, serving


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    with databases.fresh(tmp_path / "mail") as url:
        database = Database(url)
        with database._writing.begin() as connection:
            Base.metadata.create_all(connection, [MailRow.metadata.tables["mail_outbox"]])
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
