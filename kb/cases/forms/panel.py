"""The panel beside the editor: each section with what is still missing in it, and how much that is in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from kb.cases.content import Content
from kb.cases.fields import SECTION_LABELS
from kb.cases.missing import SECTIONS, Gap, is_begun


@dataclass(frozen=True)
class Step:
    """A section: `state` is done, todo or optional; `words` say what is missing, or that it may stay empty."""

    anchor: str
    label: str
    state: str
    words: str


@dataclass(frozen=True)
class Panel:
    """What stands beside the editor. `left` is how many things are missing; `remarks` how many stand open."""

    steps: tuple[Step, ...]
    left: int
    wrong: int
    remarks: int

    @property
    def ready(self) -> bool:
        """Tell whether the case can be submitted."""
        return not (self.left or self.wrong)


NAMES: Mapping[str, object] = {**SECTION_LABELS, "permissions": _l("Permissions")}
"""How each section of the editor is called."""
ANCHORS = {"place": "place-section", "story": "story-section"}
"""The ids of sections that have a field of the same name, which has the name as its id."""
_FIELDS = {
    "short": ("title", "summary", "themes", "topics", "methods", "language"),
    "people": ("participants", "partners", "authors", "licence"),
}


def panel(content: Content, gaps: Sequence[Gap], faults: Mapping[str, int], remarks: int) -> Panel:
    """Return the panel. `faults` are how many values are wrong, by field or list of rows."""
    steps = []
    for section, _needed in SECTIONS:
        mine = [gap for gap in gaps if gap.section == section]
        wrong = sum(count for field, count in faults.items() if _section_of(field) == section)
        words = missing_words(mine)
        if wrong:
            words.append(ngettext("%(num)s not right yet", "%(num)s not right yet", wrong))
        begun = is_begun(content, section) or section == "permissions"
        state = "todo" if words else "done" if begun else "optional"
        said = ", ".join(words) if words else "" if begun else _("may stay empty")
        steps.append(Step(ANCHORS.get(section, section), str(NAMES[section]), state, said))
    return Panel(tuple(steps), len(gaps), sum(faults.values()), remarks)


def _section_of(field: str) -> str:
    found = next((section for section, fields in _FIELDS.items() if field in fields), field)
    return found if found in NAMES else "place"


def missing_words(gaps: Sequence[Gap]) -> list[str]:
    """Return what is missing in a few words, each kind once with how many."""
    counted = Counter(gap.code for gap in gaps)
    return [_word(code, count) for code, count in counted.items()]


def _word(code: str, count: int) -> str:
    words = {
        "title": lambda: _("no title yet"),
        "summary": lambda: _("no summary yet"),
        "challenge-title": lambda: ngettext("%(num)s without a title", "%(num)s without a title", count),
        "cause": lambda: ngettext("%(num)s without a cause", "%(num)s without a cause", count),
        "statement": lambda: ngettext(
            "%(num)s without the lesson itself", "%(num)s without the lesson itself", count
        ),
        "theme": lambda: ngettext("%(num)s without a theme", "%(num)s without a theme", count),
        "source": lambda: _("no source yet"),
        "source-title": lambda: ngettext("%(num)s without a title", "%(num)s without a title", count),
        "what": lambda: ngettext("%(num)s without what happened", "%(num)s without what happened", count),
        "partner-name": lambda: ngettext("%(num)s without a name", "%(num)s without a name", count),
        "alt": lambda: ngettext("%(num)s without alt text", "%(num)s without alt text", count),
        "attachment-title": lambda: ngettext("%(num)s without a title", "%(num)s without a title", count),
        "consent": lambda: _("somebody has not agreed yet"),
        "named": lambda: _("say who is named, or that nobody is"),
    }
    return words[code]()
