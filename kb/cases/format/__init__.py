"""The case format: what `kb import` reads and `kb export` writes, in JSON Lines, JSON or YAML.

A case goes through the same steps whatever the file: the text is parsed (`json_text`, `yaml_text`), its strings are
cleaned (`cleaning`), the JSON Schema `kb/cases/case.schema.json` is held against it (`words` says in plain words what
is wrong), the rules that a schema can't express are checked (`rules`), and it is normalised (`shape`).

Two promises carry the module. Nothing is lost in silence: a misspelt field, a key that stands twice or a text that can't
be kept is a fault with its file, line and field, never a guess. And reading what was written gives the same
again: a normalised case has every field, an optional one with the `default` that stands in the schema; writing leaves
out what is empty ("", [], {} or null) and writes everything else in the order of the schema. So write → read → write is
the same byte for byte.

What sort of record it is stands in one place (`kinds`): sessions are read and written in the same manner, with a schema
and rules of their own.

The package needs no Flask and no database; docs/case-format.md describes the fields for people.
"""

from kb.cases.format.checks import check, check_as
from kb.cases.format.faults import Fault, Path, Slip
from kb.cases.format.kinds import Kind
from kb.cases.format.reader import Record, read, read_as
from kb.cases.format.shape import filled, flattened, schema, shipped_schema
from kb.cases.format.slugs import slug_from
from kb.cases.format.writer import chunks, write, write_lessons

__all__ = [
    "Fault",
    "Kind",
    "Path",
    "Record",
    "Slip",
    "check",
    "check_as",
    "chunks",
    "filled",
    "flattened",
    "read",
    "read_as",
    "schema",
    "shipped_schema",
    "slug_from",
    "write",
    "write_lessons",
]
