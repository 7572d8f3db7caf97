"""What the editor fills in by itself: the province of a municipality that was chosen."""

from __future__ import annotations

from kb.cases import places
from kb.cases.content import Content

HOME = ("", "NL")
"""The countries of the municipalities on the list."""


def with_province(content: Content, standing: Content) -> Content:
    """Return content with the province of its municipality, when that was chosen just now or no province is there."""
    if content["country"].strip() not in HOME:
        return content
    name, province = content["municipality"].strip(), content["province"].strip()
    found = places.find(name) or places.find(name, province)
    chosen = name != standing["municipality"].strip()
    if found is None or not (chosen or not province):
        return content
    return {**content, "province": found.province}
