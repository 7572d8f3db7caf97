"""A PostgreSQL that fails: away, full, a replica, a wrong password; one clear line or page, and it recovers by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb import config, create_app
from kb.cases.models import Tag, TagKind
from kb.core import DataError
from kb.db import Database
from tests.cli.conftest import run
from tests.conftest import opened
from tests.postgres import Server
from tests.servers import until

pytestmark = pytest.mark.postgres

PASSWORD = "local all locked scram-sha-256\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of our own, to be stopped and filled."""
    server = Server(max_connections="12", synchronous_commit="on")
    with psycopg.connect(server.plain("postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
        connection.execute("CREATE ROLE plain LOGIN")
    rules = server.data / "pg_hba.conf"
    rules.write_text(PASSWORD + rules.read_text())
    server.stop()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def data(server: Server, tmp_path: Path) -> Iterator[Path]:
    """A data folder whose database is on that server, with tables."""
    config.make_data_folder(tmp_path)
    with psycopg.connect(server.plain("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE kb STRATEGY FILE_COPY")
    (tmp_path / "settings.toml").write_text(f'KB_DATABASE_URL = "{server.url("kb")}"\n')
    with closing(opened(tmp_path)) as house:
        house.database.upgrade()
        house.search.rebuild()
    yield tmp_path
    with psycopg.connect(server.plain("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE kb WITH (FORCE)")


@pytest.fixture
def client(data: Path) -> Iterator[FlaskClient]:
    with closing(opened(data)) as house:
        yield create_app(house).test_client()


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Tag.name)))


class TestAway:
    @pytest.fixture
    def away(self, server: Server, data: Path) -> Iterator[Path]:
        server.stop()
        yield data
        server.start()

    @pytest.mark.parametrize("command", ["start --port 0", "db check", "db upgrade", "export"])
    def test_a_command_says_so_in_a_line(self, away: Path, command: str) -> None:
        arguments = command.replace(" --port 0", " --port 18765").split()
        why = run(*arguments, "--data", away).failed(away)
        assert why.startswith("The database can't be used: ")
        assert "No such file or directory" in why

    def test_pages_are_closed_for_a_moment_and_open_again_by_themselves(
        self, server: Server, client: FlaskClient
    ) -> None:
        paths = ("/", "/cases/", "/search?q=wijk", "/lessons/1")
        before = [client.get(path).status_code for path in paths]
        assert before == [200, 200, 200, 404]
        server.stop()
        try:
            for path in paths:
                answer = client.get(path)
                assert answer.status_code == 503, path
                assert answer.headers["Retry-After"]
                assert "psycopg" not in answer.text
            assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
            assert client.get("/readyz").text == "database not ready\n"
        finally:
            server.start()
        assert [client.get(path).status_code for path in paths] == before
        assert client.get("/readyz").status_code == 200

    def test_a_server_that_was_started_again_is_no_fault_for_who_comes_next(
        self, server: Server, client: FlaskClient
    ) -> None:
        paths = ("/cases/", "/search?q=wijk")
        before = [client.get(path).text for path in paths]
        server.stop(how="fast")
        server.start()
        assert [client.get(path).text for path in paths] == before

    def test_what_was_not_saved_is_told_and_what_was_is_there(self, server: Server, data: Path) -> None:
        with closing(opened(data)) as house:
            with house.database.transaction() as session:
                session.add(Tag(name="before", kind=TagKind.TOPIC))
            with pytest.raises(DataError, match=r"^The database can't be used: "):  # noqa: SIM117, PT012 - the block is the subject
                with house.database.transaction() as session:
                    session.add(Tag(name="during", kind=TagKind.TOPIC))
                    session.flush()
                    server.stop()
            server.start()
            assert names(house.database) == ["before"]
            with house.database.transaction() as session:
                session.add(Tag(name="after", kind=TagKind.TOPIC))
            assert sorted(names(house.database)) == ["after", "before"]


class TestFull:
    def test_no_connections_left_is_told_and_passes(
        self, server: Server, data: Path, client: FlaskClient
    ) -> None:
        with ExitStack() as stack:
            for _ in range(12):
                try:
                    stack.enter_context(psycopg.connect(server.plain("kb", "plain")))
                except psycopg.OperationalError:
                    break
            for _ in range(12):
                try:
                    stack.enter_context(psycopg.connect(server.plain("kb")))
                except psycopg.OperationalError:
                    break
            answer = client.get("/")
            assert answer.status_code == 503
            why = run("db", "check", "--data", data).failed(data)
            assert why == "The database can't be used: sorry, too many clients already."
        assert client.get("/").status_code == 200


class TestReplica:
    @pytest.fixture
    def replica(self, server: Server, data: Path) -> Iterator[Path]:
        server.stop(how="fast")
        (server.data / "standby.signal").touch()
        server.start()
        yield data
        server.stop(how="fast")
        (server.data / "standby.signal").unlink()
        server.start()

    def test_it_can_be_read_and_says_why_it_can_not_be_written(self, replica: Path) -> None:
        assert run("db", "check", "--data", replica).code == 0
        assert run("export", "--data", replica).code == 0
        answer = run("import", "-", "--data", replica, stdin=b'{"title": "x", "summary": "y"}\n')
        assert answer.failed(replica) == (
            "The database can't be used: it can only be read; perhaps it is a replica."
        )


class TestDoors:
    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("postgresql+psycopg://locked:wrong@/kb", 'password authentication failed for user "locked"'),
            ("postgresql+psycopg://nobody@/kb", 'role "nobody" does not exist'),
            ("postgresql+psycopg://kb@/other", 'database "other" does not exist'),
            ("postgresql+psycopg://kb@/kb?nonsense=1&", 'invalid connection option "nonsense"'),
        ],
    )
    def test_a_door_that_stays_shut(self, server: Server, data: Path, url: str, why: str) -> None:
        (data / "settings.toml").write_text(
            f'KB_DATABASE_URL = "{url}{"" if "?" in url else "?"}host={server.folder}"\n'
        )
        for command in ("start", "db check"):
            said = run(*command.split(), "--data", data).failed(data)
            assert said == f"The database can't be used: {why}."
            assert "wrong" not in said

    def test_a_user_who_may_not_read(self, server: Server, data: Path) -> None:
        (data / "settings.toml").write_text(f'KB_DATABASE_URL = "{server.url("kb", "plain")}"\n')
        said = run("export", "--data", data).failed(data)
        assert said == "The database can't be used: this user may not do that."


def test_the_server_of_tests_that_are_killed_goes_with_them() -> None:
    code = "from tests.postgres import Server; s = Server(); print(s.pid, s.folder, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        pid, folder = tests.stdout.readline().split()
        assert Path(f"/proc/{pid}").exists()
        tests.kill()
    until(lambda: not Path(f"/proc/{pid}").exists() and not Path(folder).exists(), "the server is gone")
