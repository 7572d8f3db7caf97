"""What sort of record is read or written: a case here, a session in a room above; all go the same way through a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from kb.cases.format.faults import Slip
from kb.cases.format.rules import rule_slips
from kb.cases.format.shape import flat_schema, normalised

Rules = Callable[[dict[str, Any]], Iterator[Slip]]


@dataclass(frozen=True)
class Kind:
    """One sort of record.

    `name` is the word for it in messages. `shape` returns its JSON Schema without references, the same object each time;
    `rules` yields what a schema can't say; `complete` returns a valid record with every field.
    """

    name: str
    shape: Callable[[], dict[str, Any]]
    rules: Rules
    complete: Callable[[Mapping[str, Any]], dict[str, Any]]


def cases(themes: frozenset[str] = frozenset()) -> Kind:
    """Return the sort of record that a case is; `themes` are the slugs that exist, which only reading needs."""
    return Kind("case", flat_schema, partial(rule_slips, themes=themes), normalised)
