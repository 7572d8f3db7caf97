"""Joins what two people made of the same draft, and says where only a person can choose.

Both began with the same content (`base`). What one of them changed is taken over; where both wrote something else in the
same field, the content holds what I typed and `both` holds the two texts side by side. Nothing that either of them typed
is lost: it stands in the content or in `both`.

- Lists of words (themes, keywords, authors) are joined word by word: what either added is there, what either took away is
  gone. Their order is that of whoever changed it; of both, mine.
- Rows are known by their key, or else by what stands in them or their place. A row that one took away and the other
  changed stays, and is in `both`. When both added another row under the same key, mine gets a new key, and my lessons
  that hang on that challenge follow.
- Rows that the other one added stand after the row that they follow in the other's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kb.cases.compare.changes import Path, Piece
from kb.cases.compare.ordering import joined_order
from kb.cases.compare.rows import CHOSEN, Row, alike, matched_strictly
from kb.cases.compare.texts import text_pieces
from kb.cases.content import ROWS, Content, keywords

_WORDS_IN_TEXT = {"topics": ", ", "methods": ", ", "authors": "\n"}
"""Fields of one text that hold words, and what stands between them."""


class Removed(StrEnum):
    """Who took a row away that the other one changed."""

    NOBODY = ""
    ME = "mine"
    THEM = "theirs"


@dataclass(frozen=True)
class Both:
    """A field that both changed, or a row that one of them took away while the other changed it.

    `path` is its place in the joined content. Same and added pieces make `mine`, same and removed ones `theirs`. Of a
    row, the texts are what was written in it, one field under the other; who took it away has no text.
    """

    path: Path
    mine: str
    theirs: str
    pieces: tuple[Piece, ...]
    removed_by: Removed = Removed.NOBODY


@dataclass(frozen=True)
class MergeView:
    """The joined content, and who changed what: the paths that only I changed, only the other one, and both.

    A path of a row alone says that it was added; of a list of rows, that rows were taken away or moved.
    """

    content: Content
    mine: tuple[Path, ...]
    theirs: tuple[Path, ...]
    both: tuple[Both, ...]


def merge_view(base: Content, mine: Content, theirs: Content) -> MergeView:
    """Return what I typed and what somebody else saved meanwhile, both from `base`, as one content."""
    merge = _Merge()
    content = merge.mapping((), base, _with_own_keys(base, mine, theirs), theirs)
    return MergeView(
        content,
        tuple(dict.fromkeys(merge.mine)),
        tuple(dict.fromkeys(merge.theirs)),
        tuple(merge.both),
    )


class _Absent:
    """Stands for a value that a mapping does not have; different from every value."""


_ABSENT = _Absent()


class _Merge:
    """Walks through three contents at once and gathers who changed what."""

    def __init__(self) -> None:
        self.mine: list[Path] = []
        self.theirs: list[Path] = []
        self.both: list[Both] = []

    def mapping(
        self, path: Path, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> Content:
        """Return the join of mappings, name by name."""
        content = {}
        for name in dict.fromkeys([*mine, *theirs, *base]):
            value = self._value(
                (*path, name), base.get(name, _ABSENT), mine.get(name, _ABSENT), theirs.get(name, _ABSENT)
            )
            if value is not _ABSENT:
                content[name] = value
        return content

    def _value(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        if mine == theirs:
            return mine
        if mine == base:
            self._noted(self.theirs, path, base, theirs)
            return theirs
        if theirs == base:
            self._noted(self.mine, path, base, mine)
            return mine
        return self._joined(path, base, mine, theirs)

    def _joined(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        """Return the join of a value that each of the two changed in another way."""
        known = [value for value in (base, mine, theirs) if value is not _ABSENT]
        if all(isinstance(value, Mapping) for value in known):
            return self.mapping(path, *({} if each is _ABSENT else each for each in (base, mine, theirs)))
        if all(isinstance(value, list) for value in known):
            lists = [[] if each is _ABSENT else each for each in (base, mine, theirs)]
            if path[0] in ROWS and len(path) == 1:
                return self._rows(str(path[0]), *lists)
            return self._words(path, *lists)
        if path[-1] in _WORDS_IN_TEXT and all(isinstance(value, str) for value in known):
            between = _WORDS_IN_TEXT[str(path[-1])]
            found = [_split("" if each is _ABSENT else each, between) for each in (base, mine, theirs)]
            return between.join(self._words(path, *found))
        self.both.append(_both(path, _shown(mine), _shown(theirs)))
        return theirs if mine is _ABSENT else mine

    def _words(self, path: Path, base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
        """Return the words of either that the other did not take away."""
        self.mine.append(path)
        self.theirs.append(path)
        gone = {word for word in base if word not in mine or word not in theirs}
        first, second = (theirs, mine) if [word for word in mine if word in base] == base else (mine, theirs)
        return [word for word in dict.fromkeys([*first, *second]) if word not in gone]

    def _rows(self, name: str, base: list[Row], mine: list[Row], theirs: list[Row]) -> list[Content]:
        """Return the rows of both, each joined field by field."""
        my_base = {to: at for at, to in matched_strictly(name, base, mine)}
        their_base = {to: at for at, to in matched_strictly(name, base, theirs)}
        my_ids = _ids("mine", len(mine), my_base)
        their_ids = _ids("theirs", len(theirs), their_base)
        _same_additions(mine, theirs, my_ids, their_ids)
        my_rows = dict(zip(my_ids, mine, strict=True))
        their_rows = dict(zip(their_ids, theirs, strict=True))
        base_rows: dict[Id, Row] = {("base", at): row for at, row in enumerate(base)}
        content: list[Content] = []
        for each in joined_order(list(base_rows), my_ids, their_ids):
            trio = (base_rows.get(each), my_rows.get(each), their_rows.get(each))
            row = self._row((name, len(content)), *trio)
            if row is not None:
                content.append(row)
        self._noted_rows((name,), list(base_rows), my_ids, their_ids)
        return content

    def _row(self, path: Path, base: Row | None, mine: Row | None, theirs: Row | None) -> Content | None:
        """Return the join of a row, or nothing when it was taken away."""
        if mine is not None and theirs is not None:
            return self.mapping(path, _empty(mine, theirs) if base is None else base, mine, theirs)
        row, who = (mine, Removed.THEM) if mine is not None else (theirs, Removed.ME)
        if row is None or row == base:
            return None
        if base is None:
            (self.mine if who is Removed.THEM else self.theirs).append(path)
        else:
            ours, others = (_row_text(mine), "") if who is Removed.THEM else ("", _row_text(theirs))
            self.both.append(_both(path, ours, others, who))
        return dict(row)

    def _noted(self, who: list[Path], path: Path, base: Any, value: Any) -> None:
        """Note what one of the two changed: of rows, each field."""
        if len(path) == 1 and path[0] in ROWS:
            rows = [] if base is _ABSENT else base
            found = [] if value is _ABSENT else value
            older = {to: at for at, to in matched_strictly(str(path[0]), rows, found)}
            for to, row in enumerate(found):
                if to not in older:
                    who.append((*path, to))
                else:
                    self._noted(who, (*path, to), rows[older[to]], row)
            if list(older.values()) != list(range(len(rows))):
                who.append(path)
        elif isinstance(base, Mapping) and isinstance(value, Mapping):
            for name in dict.fromkeys([*base, *value]):
                if base.get(name) != value.get(name):
                    self._noted(who, (*path, name), base.get(name, _ABSENT), value.get(name, _ABSENT))
        elif base != value:
            who.append(path)

    def _noted_rows(self, path: Path, base: Sequence[Id], mine: Sequence[Id], theirs: Sequence[Id]) -> None:
        """Note who took rows away or moved them."""
        for who, ids in ((self.mine, mine), (self.theirs, theirs)):
            if [each for each in ids if each in base] != list(base):
                who.append(path)


Id = tuple[str, int]
"""Which row it is: of `base`, or one that somebody added."""


def _ids(who: str, count: int, base: Mapping[int, int]) -> list[Id]:
    return [("base", base[to]) if to in base else (who, to) for to in range(count)]


def _same_additions(
    mine: Sequence[Row], theirs: Sequence[Row], my_ids: list[Id], their_ids: list[Id]
) -> None:
    """Let a row that both added be one row: under the same key, or the same in all fields (a page sent twice)."""
    places: dict[str, list[Id]] = {}
    for row, each in zip(mine, my_ids, strict=True):
        if each[0] == "mine":
            places.setdefault(_known_by(row), []).append(each)
    for to, row in enumerate(theirs):
        same = places.get(_known_by(row))
        if their_ids[to][0] == "theirs" and same:
            their_ids[to] = same.pop(0)


def _known_by(row: Row) -> str:
    return str(row.get("key") or sorted(row.items()))


def _empty(mine: Row, theirs: Row) -> Content:
    """Return what both began with in a row that neither had: nothing in every field."""
    return {name: type(value)() for name, value in {**theirs, **mine}.items()}


def _with_own_keys(base: Content, mine: Content, theirs: Content) -> Content:
    """Return my content in which rows that I added have no key of a row that the other one added."""
    content = dict(mine)
    for name in ROWS:
        renamed = _renamed(name, *(each.get(name, []) for each in (base, mine, theirs)))
        if not renamed:
            continue
        content[name] = [{**row, "key": renamed.get(row["key"], row["key"])} for row in content[name]]
        if name == "challenges":
            content["lessons"] = [
                {**row, "challenge": renamed.get(row.get("challenge", ""), row.get("challenge", ""))}
                for row in content.get("lessons", [])
            ]
    return content


def _renamed(name: str, base: list[Row], mine: list[Row], theirs: list[Row]) -> dict[str, str]:
    """Return the new key of each row that I added under the key of another row of the other one."""
    before = {row.get("key") for row in base}
    added = {row["key"]: row for row in theirs if row.get("key") and row["key"] not in before}
    taken = {str(row.get("key")) for row in (*base, *mine, *theirs)}
    renamed = {}
    for row in mine:
        key = row.get("key")
        if key in added and not alike(name, row, added[key]):
            renamed[str(key)] = new = next(_free(str(key), taken))
            taken.add(new)
    return renamed


def _free(key: str, taken: Iterable[str]) -> Iterator[str]:
    """Yield keys like this one that nobody has: its letters with other numbers."""
    letters = key.rstrip("0123456789") or "n"
    number = int(key[len(letters) :] or "0") if len(key) - len(letters) < 7 else 0  # noqa: PLR2004 - digits of a key that is counted on
    while True:
        number += 1
        if f"{letters}{number}" not in taken:
            yield f"{letters}{number}"


def _split(text: str, between: str) -> list[str]:
    if between == "\n":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return keywords(text)


def _both(path: Path, mine: str, theirs: str, removed_by: Removed = Removed.NOBODY) -> Both:
    return Both(path, mine, theirs, text_pieces(theirs, mine), removed_by)


def _shown(value: Any) -> str:
    return "" if value is _ABSENT or value is None else str(value)


def _row_text(row: Row | None) -> str:
    """Return what somebody wrote in a row as one text: its filled fields under each other, without what they chose."""
    return "\n\n".join(_texts(row or {}))


def _texts(texts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in texts.items():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str) and value and name != "key" and name not in CHOSEN:
            yield value
