"""A real nginx for tests, on loopback, with the file of `deploy/`, but in the clear; all that it writes is in one folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from getpass import getuser
from pathlib import Path
from typing import Self

import pytest

from tests.servers import PATIENCE_S, free_port

SITE = Path(__file__).parent.parent / "deploy" / "nginx.conf"
AROUND = """
daemon off;
worker_processes 1;
pid {folder}/pid;
{user}
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    add_header X-Answered-By $upstream_addr always;
{site}
}}
"""


def program() -> str:
    """Return the path of nginx; skip the test where there is none, unless KB_REQUIRE_NGINX=1 says that there must be."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found:
        return found
    reason = "There is no nginx on this machine (Debian: apt install nginx-light)."
    if os.environ.get("KB_REQUIRE_NGINX") == "1":
        pytest.fail(f"{reason} KB_REQUIRE_NGINX=1 asks for one.", pytrace=False)
    pytest.skip(reason)


class Nginx:
    """nginx in front of two servers at these ports. `port` is its own; a header of each answer says whose it is."""

    def __init__(self, folder: Path, ports: tuple[int, int]) -> None:
        self.port = free_port()
        folder.mkdir()
        site = SITE.read_text(encoding="utf-8")
        for pattern, instead in (
            (r"listen 443 ssl default_server", f"listen 127.0.0.1:{self.port}"),
            (r"listen 80 default_server", f"listen unix:{folder}/80"),
            (r"listen \[::\].*;", ""),
            (r"ssl_\w+ .*;", ""),
            (r"/var/log/nginx", str(folder)),
            (r"praktijkbank-1:8000", f"127.0.0.1:{ports[0]}"),
            (r"praktijkbank-2:8001", f"127.0.0.1:{ports[1]}"),
        ):
            site, count = re.subn(pattern, instead, site)
            assert count, pattern
        user = f"user {getuser()};" if os.getuid() == 0 else ""
        settings = folder / "nginx.conf"
        settings.write_text(AROUND.format(folder=folder, user=user, site=site), encoding="utf-8")
        self._process = subprocess.Popen(
            [program(), "-p", folder, "-c", settings, "-e", folder / "error.log"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE_S)
