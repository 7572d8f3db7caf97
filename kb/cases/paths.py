"""The path of each field of a case that a remark can be about: names and keys, joined by slashes.

Rows that have keys go by them, so that a remark stays with its row when rows move: `challenges/c1/cause`,
`lessons/12/statement`. Lists whose rows have none (partners, timeline, sources) are one field each.
"""

from __future__ import annotations

from kb.cases.content import Content, is_empty

SINGLE = {
    "short": ("title", "summary", "themes", "topics", "methods"),
    "place": ("place", "period_start"),
    "people": ("participants", "partners", "authors", "licence"),
    "story": ("story",),
    "timeline": ("timeline",),
    "sources": ("sources",),
    "attachments": ("attachments",),
}
"""By section of the editor: the fields that stand there once."""
KEYED = {
    "challenges": ("title", "cause", "approach", "outcome"),
    "lessons": ("statement", "explanation"),
}
"""By section: the fields of each row, which is found by its key."""


def paths(content: Content) -> frozenset[str]:
    """Return all paths that a remark on this text can name."""
    rows = {
        f"{name}/{row['key']}/{field}"
        for name, fields in KEYED.items()
        for row in content[name]
        if not is_empty(name, row)
        for field in fields
    }
    return frozenset(rows.union(*SINGLE.values()))


def anchor(path: str) -> str:
    """Return a path as the id of an element."""
    return "field-" + (path.replace("/", "-") or "whole")
