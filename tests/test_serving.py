"""`kb start`: real processes on real ports, stopped, killed and started again."""

from __future__ import annotations

import json
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import delete

from kb import config, serving, worker
from kb.cases import transfer
from kb.cases.models import Case
from kb.cases.transfer import SAMPLES, import_file
from kb.core import DataError
from kb.house import House
from kb.search import drainer, outbox
from kb.search.services import Search
from tests import town
from tests.cli.conftest import run
from tests.conftest import opened
from tests.servers import PATIENCE_S, Server, free_port, until

SAMPLE_CASES = len(list(SAMPLES.glob("*.yaml")))
CASE = {"slug": "tussendoor", "title": "Tussendoor", "summary": "x", "lessons": [{"statement": "Zeester."}]}


def slugs(data: Path, table: str = "case") -> list[str]:
    with closing(opened(data)) as house:
        return [slug for (slug,) in town.ask(house, f'SELECT slug FROM "{table}" ORDER BY slug')]  # noqa: S608 - our own words


def is_whole(data: Path, samples: int = SAMPLE_CASES) -> None:
    """Check that this is a knowledge base with all sample cases and an index that agrees."""
    assert len(slugs(data)) == samples
    assert slugs(data, "event") == ["cop-gebiedsgericht-werken-duiven"]
    assert not (data / serving.SAMPLES_TO_COME).exists()
    house = opened(data)
    assert len(house.settings.secret_key) == 64
    house.database.check()
    assert not house.search.check()
    with house.database.reading() as session:
        assert house.search.size(session) > samples
        assert outbox.last(session) == 0
    house.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that made its data folder itself, with the sample cases."""
    data = tmp_path_factory.mktemp("first") / "deep" / "data"
    data.parent.mkdir()
    with Server(data) as server:
        yield server.is_up()


@pytest.fixture
def made(server: Server) -> Path:
    """Give the data folder of that server."""
    return server.said.parent / "data"


class TestFirstStart:
    def test_it_makes_everything_and_says_so(self, server: Server, made: Path) -> None:
        *steps, welcome = server.err
        assert steps == [
            f"Data folder: {made}",
            f"Sample cases added: {SAMPLE_CASES}",
            "Sample sessions added: 1",
            f"Praktijkbank is at http://127.0.0.1:{server.port}/ (stop with Ctrl+C)",
        ]
        assert "There is no administrator yet." in welcome
        assert f"http://127.0.0.1:{server.port}/welcome/" in welcome
        assert {"duiven-west", "batenburg"} <= set(slugs(made))
        assert not (made / serving.SAMPLES_TO_COME).exists()
        assert "duiven-west" in server.found("wijkontwikkelplan")

    def test_its_link_lets_the_first_administrator_in(self, server: Server) -> None:
        link = server.err[-1].rpartition(" ")[2]
        assert server.get(link.partition(str(server.port))[2])[0] == 303

    def test_it_is_for_the_owner_alone(self, server: Server, made: Path) -> None:
        assert server
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (made, made / "secret-key")]
        assert modes == [0o700, 0o600]

    def test_home_answers(self, server: Server) -> None:
        status, page = server.get("/")
        assert status == 200
        assert "<h1" in page

    def test_where_the_log_is_gathered_every_line_is_an_object_and_none_lets_anybody_in(
        self, data: Path
    ) -> None:
        with (data / "settings.toml").open("a") as file:
            file.write('KB_LOG = "json"\n')
        with Server(data) as server:
            server.is_up().get("/about")
            server.stops(signal.SIGTERM)
        folder, *lines = server.err  # the command says where before it can know how to log
        assert folder == f"Data folder: {data}"
        said = [json.loads(line)["message"] for line in lines]
        assert any(text.startswith("Praktijkbank is at http://") for text in said)
        assert any("There is no administrator yet." in text for text in said)
        assert said.index("GET /about 200") > said.index("GET /readyz 200")
        assert "/welcome/" not in server.said.read_text()

    def test_a_second_one_on_its_port(self, server: Server, data: Path) -> None:
        answer = run("start", "--data", data, "--port", str(server.port))
        assert answer.failed(data) == (
            f"Port {server.port} at 127.0.0.1 can't be used: Address already in use. Choose another with --port."
        )

    def test_what_another_process_imports_is_found(self, server: Server, made: Path) -> None:
        case = {**CASE, "slug": "van-buiten", "lessons": [{"statement": "Koraalrif."}]}
        line = json.dumps(case).encode() + b"\n"
        assert server.found("koraalrif") == []
        assert run("import", "-", "--data", made, stdin=line).code == 0
        assert server.found("koraalrif") == ["van-buiten"]

    def test_what_a_killed_import_left_is_found_soon(
        self, server: Server, made: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "case.jsonl").write_text(json.dumps(CASE))
        house = opened(made)
        assert import_file(house.database, tmp_path / "case.jsonl").counts  # and the index was never told
        house.close()
        assert until(lambda: server.found("zeester"), "finding it") == ["tussendoor"]


class TestNextStart:
    def test_it_keeps_everything(self, sample_data: Path) -> None:
        secret = (sample_data / "secret-key").read_bytes()
        edited = run("export", "--data", sample_data).out.replace("Duiven-West", "Duiven-Oost")
        both = f"{edited}{json.dumps(CASE)}\n".encode()
        assert run("import", "-", "--data", sample_data, stdin=both).code == 0
        before = run("export", "--data", sample_data).out
        with Server(sample_data) as server:
            server.is_up()
            assert server.found("zeester") == ["tussendoor"]
            assert len(server.err) == 3  # the folder, the address, the first administrator's link: no samples
            server.stops(signal.SIGTERM)
        assert run("export", "--data", sample_data).out == before
        assert "Duiven-Oost" in before
        assert (sample_data / "secret-key").read_bytes() == secret

    def test_without_samples_it_stays_so(self, tmp_path: Path) -> None:
        data = tmp_path / "data"
        with Server(data, "--no-samples") as server:
            server.is_up()
            server.stops(signal.SIGINT)
        assert slugs(data) == []
        house = opened(data)
        serving.prepare(house, samples=True, say=pytest.fail)
        house.close()
        assert slugs(data) == []


class TestStopping:
    @pytest.mark.sqlite
    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
    def test_it_closes_its_files(self, data: Path, how: signal.Signals) -> None:
        with Server(data) as server:
            server.is_up()
            assert (data / "kb.sqlite3-wal").exists()
            server.stops(how)
        # SQLite takes its log away when the last connection is closed, not when a process is killed.
        assert not (data / "kb.sqlite3-wal").exists()

    def test_a_signal_just_before_it_serves(self, data: Path) -> None:
        def say(line: str) -> None:
            assert "http://localhost:" in line
            signal.raise_signal(signal.SIGTERM)

        before = signal.getsignal(signal.SIGTERM)
        try:
            serving.start(data, "0.0.0.0", free_port(), samples=True, say=say)  # noqa: S104 - the address it prints is another
        finally:
            signal.signal(signal.SIGTERM, before)
        assert "search-drainer" not in {thread.name for thread in threading.enumerate()}

    def test_it_does_not_wait_long_for_the_index(self, monkeypatch: pytest.MonkeyPatch) -> None:
        begun, end = threading.Event(), threading.Event()

        class Slow:
            def sync(self) -> None:
                begun.set()
                end.wait(PATIENCE_S)

        monkeypatch.setattr(worker, "STOP_S", 0.01)
        slow = drainer.Drainer(cast("Search", Slow()))
        slow.start()
        assert begun.wait(PATIENCE_S)
        slow.stop()
        assert slow._thread.is_alive()
        end.set()
        slow._thread.join(PATIENCE_S)


# What a killed process had just not done yet: the function it dies in, and at which call.
MOMENTS = {
    "the secret key is empty": ("kb.config.secrets.token_hex", 1),
    "there is no database": ("kb.house.Database.is_new", 1),
    "there are no tables": ("kb.db.command.upgrade", 1),
    "half of the tables are there": ("alembic.op.create_index", 5),
    "there are no samples": ("kb.cases.transfer.import_samples", 1),
    "some samples are there": ("kb.cases.transfer.import_file", 3),
    "a sample is half stored": ("kb.cases.services.storing.outbox.record", 3),
    "the sample sessions are not there": ("kb.events.transfer.import_file", 1),
    "all samples are there": ("kb.search.services.Search.make_ready", 1),
    "the index is half made": ("kb.search.codec.Documents.add", 20),
    "the index is made and not used": ("kb.search.whoosh_engine.WhooshEngine._point_to", 1),
    "the index is used": ("kb.search.services.outbox.done", 1),
}
DYING = """
import importlib, os, signal, sys
from pathlib import Path
name, at, data, samples = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
import kb.serving
kb.cases.transfer.SAMPLES = samples
owner, last = name.rpartition(".")[::2]
steps = owner.split(".")
for length in range(len(steps), 0, -1):
    try:
        found = importlib.import_module(".".join(steps[:length]))
        break
    except ModuleNotFoundError:
        pass
for step in steps[length:]:
    found = getattr(found, step)
whole, calls = getattr(found, last), 0
def dying(*arguments, **options):
    global calls
    calls += 1
    if calls == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*arguments, **options)
setattr(found, last, dying)
kb.serving.config.make_data_folder(data)
house = kb.serving.House.open(kb.serving.config.read(data))
kb.serving.prepare(house, samples=True, say=print)
"""


class TestKilled:
    @pytest.mark.parametrize(("name", "at"), MOMENTS.values(), ids=MOMENTS)
    def test_it_takes_up_the_work(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, at: int
    ) -> None:
        data, samples = tmp_path / "data", tmp_path / "samples"
        samples.mkdir()
        # The session is about one of the cases.
        for sample in (*sorted(SAMPLES.glob("*.yaml"))[:3], SAMPLES / "duiven-west.yaml"):
            shutil.copy(sample, samples)
        monkeypatch.setattr(transfer, "SAMPLES", samples)
        done = subprocess.run([sys.executable, "-c", DYING, name, str(at), data, samples], check=False)
        assert done.returncode == -signal.SIGKILL
        config.make_data_folder(data)
        house = opened(data)
        serving.prepare(house, samples=True, say=lambda _line: None)
        house.close()
        is_whole(data, samples=4)

    def test_at_any_moment(self, tmp_path: Path) -> None:
        data = tmp_path / "data"
        for sign in ("kb.sqlite3", "index/current"):
            with Server(data) as server:
                until((data / sign).exists, f"{sign} being made")
                server.process.kill()
                server.process.wait()
        with Server(data) as server:
            server.is_up()
            server.stops(signal.SIGTERM)
        is_whole(data)


def test_two_first_starts_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Server(data) as one, Server(data) as two:
        for server in (one, two):
            assert "duiven-west" in server.is_up().found("wijkontwikkelplan")
        for server in (one, two):
            server.stops(signal.SIGTERM)
    is_whole(data)


class TestAddress:
    def test_the_port_is_taken_before_anything_is_made(self) -> None:
        port = free_port()
        with (
            closing(serving._listen("127.0.0.1", port)),
            pytest.raises(
                DataError, match=f"^Port {port} at 127.0.0.1 can't be used: Address already in use"
            ),
        ):
            serving._listen("127.0.0.1", port)

    @pytest.mark.parametrize("host", ["", "x" * 300, "no host"])
    def test_no_address(self, host: str) -> None:
        with pytest.raises(DataError, match=r"^The address .* can't be used: .*\.$"):
            serving._listen(host, free_port())

    @pytest.mark.parametrize(
        ("host", "shown"),
        [
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "[::1]"),
            *((host, "localhost") for host in sorted(config.EVERYWHERE)),
        ],
    )
    def test_the_one_that_is_printed_can_be_visited(self, host: str, shown: str) -> None:
        assert serving._name(host) == shown


def test_a_sample_that_was_taken_away_does_not_come_back(sample_data: Path) -> None:
    house: House = opened(sample_data)
    with house.database.transaction() as session:
        session.execute(delete(Case).where(Case.slug == "duiven-west"))
    serving.prepare(house, samples=True, say=pytest.fail)
    house.close()
    assert len(slugs(sample_data)) == SAMPLE_CASES - 1
