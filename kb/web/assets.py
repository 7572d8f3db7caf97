"""Addresses of our own static files, with a checksum in them so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for


@lru_cache(maxsize=256)
def _checksum(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file. What is under `vendor/` has its version in its path already."""
    if name.startswith("vendor/"):
        return url_for("static", filename=name)
    return url_for("static", filename=name, v=_version(name))


def is_current(name: str, version: str) -> bool:
    """Tell whether a static file that is there is the one that an address with this version means.

    While one process after another is restarted with a new version, one of them is asked for files of the other.
    """
    return name.startswith("vendor/") or version == _version(name)


def _version(name: str) -> str:
    path = Path(current_app.static_folder or "") / name
    return _checksum(path, path.stat().st_mtime_ns)
