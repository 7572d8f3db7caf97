"""A reader without a browser: fills in the forms of a page by their labels, as people do, and presses a button.

What a form holds goes along as it stands, hidden fields and all, so a page that forgets to give back what was typed
makes a story fail. Names of fields are the pages' own business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urldefrag, urljoin

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.tree import Element, parse

Files = dict[str, tuple[BytesIO, str]]


@dataclass
class Form:
    """One form of a page, with what stands in it; `page` is where it stands."""

    page: Page
    element: Element
    values: list[tuple[str, str]]
    files: Files = field(default_factory=dict)

    def fill(self, label: str, text: str, number: int = 0) -> Form:
        """Type a text in the field with this label; `number` picks one of several, counted from 0."""
        name = self.page.field(self.element, label, number).attributes["name"]
        self._replace(name, text)
        return self

    def attach(self, label: str, name: str, content: bytes) -> Form:
        """Choose a file in the field with this label."""
        self.files[self.page.field(self.element, label).attributes["name"]] = (BytesIO(content), name)
        return self

    def tick(self, label: str, number: int = 0, *, on: bool = True) -> Form:
        """Tick the box or choose the round button with this label; or take the tick away."""
        box = self.page.field(self.element, label, number)
        pair = (box.attributes["name"], box.attributes.get("value", "on"))
        if box.attributes.get("type") == "radio":
            self._replace(*pair)
            return self
        self.values = [value for value in self.values if value != pair] + ([pair] if on else [])
        return self

    def choose(self, label: str, option: str, number: int = 0) -> Form:
        """Choose the option of this name in the list with this label."""
        chooser = self.page.field(self.element, label, number)
        value = next(one for one in chooser.all("option") if one.text == option)
        self._replace(chooser.attributes["name"], value.attributes.get("value", option))
        return self

    def press(self, button: str, number: int = 0) -> Page:
        """Press the button with this text; return the page that comes."""
        found = [
            one
            for one in self.page.root.all("button")
            if one.text == button and self.page.form_of(one) is self.element
        ]
        assert found, f"no button {button!r}; there are {self.page.buttons()}"
        pressed = found[number].attributes
        data = list(self.values)
        if "name" in pressed:
            data.append((pressed["name"], pressed.get("value", "")))
        method = pressed.get("formmethod", self.element.attributes.get("method", "get")).upper()
        action = pressed.get("formaction") or self.element.attributes.get("action") or self.page.address
        address, _fragment = urldefrag(urljoin(self.page.address, action))
        return self.page.reader.send(method, address, data, self.files)

    def _replace(self, name: str, text: str) -> None:
        self.values = [pair for pair in self.values if pair[0] != name] + [(name, text)]


@dataclass
class Page:
    """A page that a reader has before him."""

    reader: Reader
    response: TestResponse
    address: str

    def __post_init__(self) -> None:
        self.root = parse(self.response.text)

    @property
    def text(self) -> str:
        """What stands on the page, in one line."""
        return self.root.all("main")[0].text

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.root.all("h1")[0].text

    def form(self, button: str) -> Form:
        """Return the form that a button of this text belongs to."""
        for one in self.root.all("button"):
            if one.text == button:
                element = self.form_of(one)
                if element is not None:
                    return Form(self, element, self.filled(element))
        raise AssertionError(f"no button {button!r}; there are {self.buttons()}")

    def form_with(self, label: str) -> Form:
        """Return the form that holds a field with this label."""
        for element in self.root.all("form"):
            if self._labelled(element, label):
                return Form(self, element, self.filled(element))
        raise AssertionError(f"no form with a field {label!r}")

    def follow(self, link: str, number: int = 0) -> Page:
        """Go where the link of this text leads."""
        found = [one for one in self.root.all("a") if one.text == link]
        assert found, f"no link {link!r}; there are {[one.text for one in self.root.all('a')]}"
        return self.reader.visit(found[number].attributes["href"])

    def buttons(self) -> list[str]:
        """Return what stands on the buttons."""
        return [one.text for one in self.root.all("button")]

    def form_of(self, element: Element) -> Element | None:
        """Return the form that a field or button belongs to: the one it names, else the one it stands in."""
        named = element.attributes.get("form")
        for form in self.root.all("form"):
            if form.attributes.get("id") == named if named else any(one is element for one in form):
                return form
        return None

    def field(self, form: Element, label: str, number: int = 0) -> Element:
        """Return the field of a form with this label; what stands in brackets behind it does not count."""
        found = self._labelled(form, label)
        labels = sorted({one.text for one in self.root.all("label")})
        assert len(found) > number, f"no field {label!r} number {number}; there are {labels}"
        return found[number]

    def _labelled(self, form: Element, label: str) -> list[Element]:
        found: list[Element] = []
        for one in self.root.all("label"):
            text = one.text
            if text == label or text.startswith(f"{label} ("):
                target = one.attributes.get("for")
                fields = self.root.all(id=target) if target else [*one.all("input"), *one.all("select")]
                found += [field for field in fields if self.form_of(field) is form]
        return found

    def filled(self, form: Element) -> list[tuple[str, str]]:
        """Return what stands in a form, as a browser would send it."""
        values: list[tuple[str, str]] = []
        for one in self.root:
            name = one.attributes.get("name")
            if not name or one.tag not in {"input", "textarea", "select"} or self.form_of(one) is not form:
                continue
            kind = one.attributes.get("type", "text")
            if one.tag == "select":
                options = one.all("option")
                chosen = [option for option in options if "selected" in option.attributes] or options[:1]
                values += [(name, option.attributes.get("value", option.text)) for option in chosen]
            elif one.tag == "textarea":
                values.append((name, one.raw.removeprefix("\n")))
            elif kind in {"checkbox", "radio"}:
                values += [(name, one.attributes.get("value", "on"))] if "checked" in one.attributes else []
            elif kind not in {"file", "submit", "button", "image", "reset"}:
                values.append((name, one.attributes.get("value", "")))
        return values


@dataclass
class Reader:
    """Somebody who visits pages; what he meets must be a page, never a fault."""

    client: FlaskClient

    def visit(self, address: str) -> Page:
        """Go to an address; return the page there, after redirects."""
        return self._page(self.client.get(address, follow_redirects=True), address)

    def send(self, method: str, address: str, values: list[tuple[str, str]], files: Files) -> Page:
        """Send a form; return the page that comes, after redirects."""
        data: dict[str, Any] = {}
        for name, text in values:
            data.setdefault(name, []).append(text)
        if method == "GET":
            answer = self.client.get(address, query_string=data, follow_redirects=True)
        else:
            answer = self.client.post(
                address, data={**data, **files}, follow_redirects=True, content_type="multipart/form-data"
            )
        return self._page(answer, address)

    def _page(self, response: TestResponse, address: str) -> Page:
        assert response.status_code < 500, f"{response.status_code} at {address}"
        return Page(self, response, response.request.path or address)
