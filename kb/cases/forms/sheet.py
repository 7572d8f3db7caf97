"""The editor as its page shows it: every field with its words, its value and what is wrong with it, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, Form, RadioField, SelectField, SelectMultipleField
from wtforms.widgets import TextArea

from kb.cases.cards import AttachmentView
from kb.cases.content import ROWS, Content, checked, is_empty, keywords
from kb.cases.forms.case import Marked, Pairs, case_form, row_form
from kb.cases.missing import Gap
from kb.markup import plain, shortened

HIGH = {"story": 18, "statement": 2, "what": 2, "alt": 2, "authors": 3}
"""How many lines of some fields are seen at once; of the others four."""
HEADING_LENGTH = 70
_ELSEWHERE = {"translations": "language", "slug": "title"}
"""Where a slip of the format is shown that is about no field of the editor."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class RemarkView:
    """A remark of a reviewer that is not resolved; `where` names its field, for those that stand elsewhere."""

    id: int
    text: str
    by: str
    when: str
    where: str
    answer: str
    answered_by: str
    action: str


@dataclass(frozen=True)
class FieldView:
    """One field. `kind` is text, textarea, select, radio, checkbox or box (one checkbox by itself)."""

    name: str
    kind: str
    label: str
    description: str
    value: str
    chosen: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    error: str = ""
    marked: bool = False
    lines: int = 4
    remarks: tuple[RemarkView, ...] = ()


@dataclass(frozen=True)
class RowView:
    """One row of a list, with how it is called (`heading`) and its fields by name."""

    rows: str
    at: int
    key: str
    heading: str
    fields: Mapping[str, FieldView]
    first: bool
    last: bool
    file: AttachmentView | None = None
    remarks: tuple[RemarkView, ...] = ()

    @property
    def id(self) -> str:
        """The row's id on the page."""
        return f"{self.rows}-{self.at}"

    @property
    def number(self) -> int:
        """Which one it is, counted as people do."""
        return self.at + 1


@dataclass(frozen=True)
class Sheet:
    """The whole form. `errors` are (id of the field, sentence); `remarks` those that belong to no field here.

    `list_remarks` are about a list of rows as a whole.
    """

    fields: Mapping[str, FieldView]
    rows: Mapping[str, tuple[RowView, ...]]
    errors: tuple[tuple[str, str], ...]
    remarks: tuple[RemarkView, ...]
    list_remarks: Mapping[str, tuple[RemarkView, ...]]
    faults: Mapping[str, int] = field(default_factory=dict)
    """How many errors stand in each list of rows and, under the field's name, elsewhere."""


ROW_NAMES = {
    "partners": lambda: _("Organisation"),
    "challenges": lambda: _("Challenge"),
    "lessons": lambda: _("Lesson"),
    "timeline": lambda: _("Moment"),
    "sources": lambda: _("Source"),
    "attachments": lambda: _("Attachment"),
}
"""What one row of a list is called."""


def sheet(
    content: Content,
    *,
    slug: str,
    themes: Pairs,
    gaps: Sequence[Gap] = (),
    files: Mapping[str, AttachmentView] | None = None,
    remarks: Mapping[str, Sequence[RemarkView]] | None = None,
) -> Sheet:
    """Return the editor's form for this content. `themes` are slugs and names; `remarks` are by the path of their field."""
    return _Builder(
        content, slug=slug, themes=themes, gaps=gaps, files=files or {}, remarks=dict(remarks or {})
    ).sheet()


class _Builder:
    """Builds one sheet; a remark that was given a place is taken from `remarks`."""

    def __init__(
        self,
        content: Content,
        *,
        slug: str,
        themes: Pairs,
        gaps: Sequence[Gap],
        files: Mapping[str, AttachmentView],
        remarks: dict[str, Sequence[RemarkView]],
    ) -> None:
        self.content = content
        self.slug = slug
        self.themes = [(key, str(label)) for key, label in themes]
        self.gaps = gaps
        self.files = files
        self.remarks = remarks
        self.errors: list[tuple[str, str]] = []
        self.faults: dict[str, int] = {}
        self.challenges: Pairs = [
            (row["key"], f"{number}. {shortened(row['title'], HEADING_LENGTH)}")
            for number, row in enumerate(content["challenges"], start=1)
        ]

    def sheet(self) -> Sheet:
        form = case_form(self.content, self.themes)
        form.validate()
        forms = {
            name: [
                row_form(name, at, row, self.themes, self.challenges)
                for at, row in enumerate(self.content[name])
            ]
            for name in ROWS
        }
        for found in forms.values():
            for one in found:
                one.validate()
        extra = self._last_guard(form, forms)
        fields = {each.name: self._field(each, each.name, extra.get((each.name,), "")) for each in form}
        rows = {
            name: tuple(self._row(name, at, each, extra) for at, each in enumerate(found))
            for name, found in forms.items()
        }
        of_lists = {name: tuple(self.remarks.pop(name, ())) for name in ROWS}
        left = tuple(remark for found in self.remarks.values() for remark in found)
        return Sheet(fields, rows, tuple(self.errors), left, of_lists, self.faults)

    def _row(self, name: str, at: int, form: Form, extra: Mapping[Path, str]) -> RowView:
        row = self.content[name][at]
        key = str(row.get("key", at))
        where = f"{ROW_NAMES[name]()} {at + 1}"
        fields = {}
        for each in form:
            path = f"{name}/{key}/{each.short_name}"
            error = extra.get((name, at, each.short_name), "")
            fields[each.short_name] = self._field(each, path, error, where, name)
        return RowView(
            rows=name,
            at=at,
            key=str(row.get("key", "")),
            heading=_heading(name, row),
            fields=fields,
            first=at == 0,
            last=at == len(self.content[name]) - 1,
            file=self.files.get(str(row.get("key"))),
            remarks=tuple(self.remarks.pop(f"{name}/{key}", ())),
        )

    def _field(self, each: Field, path: str, extra: str, where: str = "", rows: str = "") -> FieldView:
        error = str(each.errors[0]) if each.errors else extra
        label = str(each.label.text)
        if error:
            self.errors.append((each.name, ": ".join(filter(None, (where, label, error)))))
            counted = rows or each.name
            self.faults[counted] = self.faults.get(counted, 0) + 1
        chosen: tuple[str, ...] = ()
        choices = tuple((str(key), str(name)) for key, name in getattr(each, "choices", None) or ())
        if isinstance(each, SelectMultipleField):
            chosen = tuple(each.data or ())
        return FieldView(
            name=each.name,
            kind=_kind(each),
            label=label,
            description=str(each.description),
            value="" if chosen else str(each.data or ""),
            chosen=chosen,
            choices=choices,
            error=error,
            marked=isinstance(each.widget, Marked),
            lines=HIGH.get(each.short_name, 4),
            remarks=tuple(self.remarks.pop(path, ())),
        )

    def _last_guard(self, form: Form, forms: Mapping[str, Sequence[Form]]) -> dict[Path, str]:
        """Return what the case format refuses of which no field has said so yet, at the field, in the reader's language."""
        known = {gap.path for gap in self.gaps}
        known.update((each.name,) for each in form if each.errors)
        for name, rows in forms.items():
            known.update(
                (name, at, each.short_name) for at, one in enumerate(rows) for each in one if each.errors
            )
        slugs = frozenset(key for key, _name in self.themes)
        _record, slips = checked(self.content, self.slug, status="published", themes=slugs)
        found: dict[Path, str] = {}
        for slip in slips:
            path = self._place(slip.path)
            if path and path not in known:
                found[path] = _("This can't be kept as it is. Write it another way.")
        return found

    def _place(self, path: Path) -> Path:
        """Return the field of the editor that a path of the case format is about; nothing for the case as a whole."""
        if not path:
            return ()
        name = str(path[0])
        if name == "tags":
            topics = len(keywords(self.content["topics"]))
            return ("topics" if len(path) > 1 and int(path[1]) < topics else "methods",)
        if name in ROWS:
            if len(path) < 3:  # noqa: PLR2004 - list, place, field
                return ()
            filled = [at for at, row in enumerate(self.content[name]) if not is_empty(name, row)]
            return (name, filled[int(path[1])], *path[2:3])
        return (_ELSEWHERE.get(name, name),)


def _kind(each: Field) -> str:
    if isinstance(each, RadioField):
        return "radio"
    if isinstance(each, SelectMultipleField):
        return "box" if each.short_name == "cause_unknown" else "checkbox"
    if isinstance(each, SelectField):
        return "select"
    return "textarea" if isinstance(each.widget, TextArea) else "text"


def _heading(name: str, row: Mapping[str, Any]) -> str:
    """Return the words that tell one row from another: the beginning of what was typed first in it."""
    return next((shortened(plain(text), HEADING_LENGTH) for text in _texts(name, row)), "")


def _texts(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    for each in ("title", "statement", "name", "what", "url"):
        if each in ROWS[name] and row[each].strip():
            yield row[each]


def heading_of(name: str, row: Mapping[str, Any]) -> str:
    """Return how a row is called, for who may put it back."""
    return _heading(name, row) or ROW_NAMES[name]()
