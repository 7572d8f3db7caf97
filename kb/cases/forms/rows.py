"""What the buttons of the editor do to its rows: add, move, take away, and put back what was taken away.

All of it is done to content, so that it works without JavaScript: a button sends the whole form, and all that was typed is
saved along. The row taken away last stays in the draft, so that it can be put back; it goes when the draft is saved by
its own button, and never gets into a version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.cases.content import ROWS, Content, empty_row, is_empty, next_key
from kb.cases.forms.parsing import LETTERS, MOST_ROWS
from kb.core import Refusal

_ABOUT_PROPOSAL = re.compile(r"(take|decline):([1-9][0-9]{0,17})")
_DO = re.compile(r"(add|up|down|remove|restore):([a-z]+)(?::([0-9]{1,4}))?")


@dataclass(frozen=True)
class Deed:
    """A button of the editor that was pressed: what it does, to the rows of which list, and to which of them."""

    what: str
    rows: str = ""
    at: int = -1

    @property
    def anchor(self) -> str:
        """The id of the row, or of the section when it is about no row."""
        return f"{self.rows}-{self.at}" if self.at >= 0 else self.rows


PROPOSED = "proposed"
"""Stands for what sessions propose, which is no list of the content: a deed with it has the number of a proposal."""
SAVE = Deed("save")


def deed_of(text: str) -> Deed:
    """Return the deed that a button's value names; saving, when it names none."""
    if text in {"autosave", "join"}:
        return Deed(text)
    if found := _ABOUT_PROPOSAL.fullmatch(text):
        return Deed(found[1], PROPOSED, int(found[2]))
    found = _DO.fullmatch(text)
    if found is None or found[2] not in ROWS or (found[3] is None) != (found[1] in {"add", "restore"}):
        return SAVE
    return Deed(found[1], found[2], int(found[3] or -1))


def done(content: Content, deed: Deed) -> tuple[Content, Deed]:
    """Return the content after a deed, and the deed with the place where its row is now.

    Raises:
        Refusal: there are too many rows already.

    """
    if deed.what == "save":
        return {name: value for name, value in content.items() if name != "removed"}, deed
    if not deed.rows or deed.what in {"take", "decline"}:
        return content, deed
    content = {**content, deed.rows: list(content[deed.rows])}
    if deed.what not in {"add", "restore"} and not 0 <= deed.at < len(content[deed.rows]):
        return content, Deed(deed.what, deed.rows)
    do = {"add": _added, "restore": _restored, "remove": _removed, "up": _moved, "down": _moved}
    return do[deed.what](content, deed)


def taken(content: Content, rows: str, row: Content) -> tuple[Content, Deed]:
    """Return the content with a proposed row at the end of its list, and the deed with its place; there once at most.

    Raises:
        Refusal: there are too many rows already.

    """
    standing = list(content[rows])
    at = next((at for at, one in enumerate(standing) if one["key"] == row["key"]), len(standing))
    if at == len(standing):
        if len(standing) >= MOST_ROWS:
            raise Refusal("There are more than %(most)s rows here. Bring some together.", most=MOST_ROWS)
        standing.append(row)
    return {**content, rows: standing}, Deed("take", rows, at)


def _moved(content: Content, deed: Deed) -> tuple[Content, Deed]:
    rows = content[deed.rows]
    to = max(0, deed.at - 1) if deed.what == "up" else min(len(rows) - 1, deed.at + 1)
    rows.insert(to, rows.pop(deed.at))
    return content, Deed(deed.what, deed.rows, to)


def _added(content: Content, deed: Deed) -> tuple[Content, Deed]:
    rows = content[deed.rows]
    if deed.rows == "attachments":  # these come with their files
        return content, deed
    if len(rows) >= MOST_ROWS:
        raise Refusal("There are more than %(most)s rows here. Bring some together.", most=MOST_ROWS)
    key = next_key(rows, LETTERS[deed.rows]) if deed.rows in LETTERS else ""
    rows.append(empty_row(deed.rows, key))
    return content, Deed(deed.what, deed.rows, len(rows) - 1)


def _removed(content: Content, deed: Deed) -> tuple[Content, Deed]:
    row = content[deed.rows].pop(deed.at)
    lessons: list[int] = []
    if deed.rows == "challenges":
        # Lessons that hung on it hang on nothing now; they are tied again when it is put back.
        lessons = [at for at, one in enumerate(content["lessons"]) if one["challenge"] == row["key"]]
        content["lessons"] = [
            {**one, "challenge": ""} if at in lessons else one for at, one in enumerate(content["lessons"])
        ]
    if deed.rows == "attachments" or not is_empty(deed.rows, row):
        keys = [content["lessons"][at]["key"] for at in lessons]
        content["removed"] = {"rows": deed.rows, "at": deed.at, "row": row, "lessons": keys}
    return content, Deed(deed.what, deed.rows, min(deed.at, len(content[deed.rows]) - 1))


def _restored(content: Content, deed: Deed) -> tuple[Content, Deed]:
    kept = content.pop("removed", None)
    if not kept or kept["rows"] != deed.rows:
        return content, deed
    row, rows = dict(kept["row"]), content[deed.rows]
    if "key" in row and any(row["key"] == other["key"] for other in rows):
        if deed.rows not in LETTERS:
            return content, deed
        row["key"] = next_key(rows, LETTERS[deed.rows])
    at = min(kept["at"], len(rows))
    rows.insert(at, row)
    for lesson in content["lessons"] if deed.rows == "challenges" else ():
        if lesson["key"] in kept["lessons"] and not lesson["challenge"]:
            lesson["challenge"] = row["key"]
    return content, Deed(deed.what, deed.rows, at)
