"""A page as a tree, read strictly: a text that breaks out of its place makes the tree wrong, and the reader says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Element:
    """One element, with its attributes and all that stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        """Go over this element and all in it, in the order of the page."""
        waiting: list[Element | str] = [self]
        while waiting:
            element = waiting.pop()
            if isinstance(element, Element):
                yield element
                waiting.extend(reversed(element.children))

    def all(self, tag: str = "", **attributes: str | None) -> list[Element]:
        """Return the elements of this tag with these attributes; None: whatever its value, `class_` for one class."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self
            if tag in {"", element.tag} and all(element.has(name, value) for name, value in wanted.items())
        ]

    def has(self, name: str, value: str | None) -> bool:
        """Tell whether an attribute has a value, or a class is among the classes."""
        mine = self.attributes.get(name)
        if mine is None or value is None:
            return mine is not None
        return value in mine.split() if name == "class" else value == mine

    def one(self, tag: str = "", **attributes: str | None) -> Element:
        """Return the only element of this tag with these attributes."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    @property
    def text(self) -> str:
        """All text in the element, each run of white space as one space."""
        return " ".join(self.raw.split())

    @property
    def raw(self) -> str:
        """All text in the element, as it stands there."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    def language_of(self, text: str) -> set[str]:
        """Return the languages that a text in this element is said to be in, each place where it stands on its own."""
        found = set()
        waiting: list[tuple[Element, str]] = [(self, "")]
        while waiting:
            element, around = waiting.pop()
            language = element.get("lang") or around
            if element.text == text and not any(inner.text == text for inner in element.elements):
                found.add(language)
            waiting += [(inner, language) for inner in element.elements]
        return found

    @property
    def elements(self) -> list[Element]:
        """The elements that stand directly in this one."""
        return [child for child in self.children if isinstance(child, Element)]

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str:
        """Return an attribute's value, or nothing."""
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.path = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.path[-1].children.append(element)
        if tag not in VOID:
            self.path.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.path.pop()

    def handle_endtag(self, tag: str) -> None:
        opened = self.path.pop()
        assert opened.tag == tag, f"</{tag}> closes <{opened.tag}> {opened.attributes}"

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)


def parse(html: str) -> Element:
    """Return the tree of a page. Raises AssertionError where an element isn't closed by its own tag."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.path == [reader.root], f"<{reader.path[-1].tag}> isn't closed"
    return reader.root
