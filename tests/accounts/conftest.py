"""Here the limits on how often something may be done are on, as they are for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kb.house import House
from tests.conftest import opened


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    """An empty knowledge base, opened, with its limits."""
    with closing(opened(data, KB_RATE_LIMITS="on")) as house:
        yield house
