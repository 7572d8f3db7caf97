"""The JSON Schema of a case, and the shape that follows from it.

Which fields there are, in which order and with which default stands in the schema only; normalising and writing read it
there, so that a new field is added in one place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from functools import cache
from importlib.resources import files
from typing import Any

from kb.cases.format.slugs import slug_from


@cache
def shipped_schema(package: str, name: str) -> dict[str, Any]:
    """Return a JSON Schema (draft 2020-12) as it ships with a package; shared, so don't change it."""
    loaded: dict[str, Any] = json.loads(files(package).joinpath(name).read_text(encoding="utf-8"))
    return loaded


def flattened(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with every reference replaced by what it refers to: validating is twice as fast without them."""
    flat: dict[str, Any] = _inlined(schema, schema["$defs"])
    return flat


def schema() -> dict[str, Any]:
    """Return the JSON Schema of one case; shared, so don't change it."""
    return shipped_schema("kb.cases", "case.schema.json")


@cache
def flat_schema() -> dict[str, Any]:
    """Return the schema of a case without references."""
    return flattened(schema())


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a part of the schema with its references filled in; what stands beside a reference goes before it."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    named = definitions[node["$ref"].removeprefix("#/$defs/")] if "$ref" in node else {}
    own = {key: value for key, value in node.items() if key not in {"$ref", "$defs"}}
    return {key: _inlined(value, definitions) for key, value in {**named, **own}.items()}


def normalised(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a case with every field: absent ones with their default, the slug and the challenges' keys made.

    The case must be valid; raises ValueError where a required field is missing or one is not of the format.
    """
    data = filled(case, flat_schema())
    data["slug"] = data["slug"] or slug_from(data["title"])
    for challenge, key in zip(data["challenges"], challenge_keys(data["challenges"]), strict=True):
        challenge["key"] = key
    return data


def challenge_keys(challenges: list[Any]) -> list[str]:
    """Return the key of each challenge: its own, or c and its position (or the next number that is free)."""
    own = [challenge.get("key") if isinstance(challenge, dict) else None for challenge in challenges]
    taken = {key for key in own if isinstance(key, str)}
    keys = []
    for position, key in enumerate(own, start=1):
        number = position
        while not isinstance(key, str):
            key = None if f"c{number}" in taken else f"c{number}"  # noqa: PLW2901 - made where there is none
            number += 1
        taken.add(key)
        keys.append(key)
    return keys


def filled(data: Mapping[str, Any], shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return a valid mapping with every property of its schema, in the schema's order.

    Raises ValueError for a field that the schema doesn't know, and where a required one is missing.
    """
    properties = shape["properties"]
    if unknown := data.keys() - properties.keys():
        raise ValueError(f"not a field of the format: {', '.join(sorted(unknown))}")
    if missing := [name for name in shape.get("required", ()) if data.get(name) is None]:
        raise ValueError(f"required and missing: {', '.join(missing)}")
    return {name: _value(data.get(name), prop) for name, prop in properties.items()}


def _value(value: Any, prop: Mapping[str, Any]) -> Any:
    """Return a value in its one form: years as int, degrees as float, empty translations left out."""
    if value is None:
        return copy(prop["default"])
    if "properties" in prop.get("items", ()):
        return [filled(item, prop["items"]) for item in value]
    if "properties" in prop:
        return filled(value, prop)
    if "patternProperties" in prop:
        (inner,) = prop["patternProperties"].values()
        entries = {key: filled(value[key], inner) for key in sorted(value, key=lambda key: (len(key), key))}
        return {key: entry for key, entry in entries.items() if any(entry.values())}
    kinds = prop.get("type", ())
    if "integer" in kinds or "number" in kinds:
        return int(value) if "integer" in kinds else float(value) + 0.0  # + 0.0 turns -0.0 into 0.0
    return value
