"""A PostgreSQL server for tests: made of the server's own programs, in a folder that goes with it.

It runs as an ordinary user, as it refuses to be root, is reached through a socket in its folder, and trusts whoever asks. It goes
with whoever made it, also when that is killed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

OLDEST = 15
ROOM = 2 * 1024**3
SETTINGS = {
    "fsync": "off",  # a test's data need not survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "log_min_messages": "fatal",
}


def programs() -> Path | None:
    """Return the folder with the server's programs, the newest; None when there is none that will do."""
    found = shutil.which("initdb")
    here = [Path(found).parent] if found else []
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if int(path.parent.name) >= OLDEST]
    return next(iter(here + sorted(debian, key=lambda path: -int(path.parent.name))), None)


KEEPER = 'read -r _; test -d "$1" || exit 0; "$2/pg_ctl" stop --pgdata "$1/data" --silent --mode immediate; rm -rf "$1"'
"""Waits for a line that never comes, so until the pipe that it reads is closed: by its maker, or with it."""


class Server:
    """A server with nothing in it; `url` is its address, up to the name of a database."""

    def __init__(self, *, on_disk: bool = False, **settings: str) -> None:
        where = programs()
        assert where is not None
        self._programs = where
        self.folder = Path(tempfile.mkdtemp(prefix="kb-postgres-", dir=None if on_disk else _in_memory()))
        self._user = _ordinary_user()
        if self._user:
            shutil.chown(self.folder, self._user)
        self.data = self.folder / "data"
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", self.folder, self._programs],
            stdin=subprocess.PIPE,
            start_new_session=True,
            **self._who(),
        )
        self._run("initdb", "--auth=trust", "--username=kb", "--no-sync", "--locale=C", "--encoding=UTF8")
        lines = {**SETTINGS, "listen_addresses": "", "unix_socket_directories": str(self.folder), **settings}
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in lines.items())
        self.start()

    def url(self, name: str, user: str = "kb") -> str:
        """Return the address of one of its databases."""
        return f"postgresql+psycopg://{user}@/{name}?host={self.folder}"

    def plain(self, name: str, user: str = "kb") -> str:
        """Return the same address as PostgreSQL's own programs read it."""
        return self.url(name, user).replace("+psycopg", "")

    @property
    def pid(self) -> int:
        """The process that all its others descend from."""
        return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])

    def start(self) -> None:
        """Start it; it takes connections once this returns."""
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self.folder / 'log'}")

    def stop(self, how: str = "immediate") -> None:
        """Stop it at once, as a power cut would; or `fast`, with all that it has written down."""
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--mode={how}")

    def remove(self) -> None:
        """Stop it, and leave nothing behind."""
        if (self.data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)
        self._keeper.communicate()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, "--pgdata", self.data, *arguments],
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
            **self._who(),
        )
        assert done.returncode == 0, f"{program} {' '.join(arguments)}: exit {done.returncode}"

    def _who(self) -> dict[str, Any]:
        """Return how one of its programs is run: by whom, and with nothing of ours."""
        who: dict[str, Any] = {}
        if self._user:
            who = {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}
        return {
            "cwd": "/",
            "stdout": subprocess.DEVNULL,  # the server that is started keeps it, so a pipe would never end
            "stderr": subprocess.STDOUT,
            "env": {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
            **who,
        }


def _in_memory() -> Path | None:
    """Return a folder that is no disk, where copying a database takes a tenth of the time; None when there is no room."""
    folder = Path("/dev/shm")  # noqa: S108 - Linux's own; `mkdtemp` makes ours in it
    roomy = folder.is_dir() and shutil.disk_usage(folder).free > ROOM
    return folder if roomy and os.access(folder, os.W_OK) else None


def _ordinary_user() -> str | None:
    """Return who runs the server when we are root."""
    if os.getuid():
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"
