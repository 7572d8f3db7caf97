"""Writes small Word files as Word itself does: a zip of XML with styles, numbering and relationships."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELS = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{R}/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_STYLES = {"Titel": "Title", **{f"Kop{n}": f"heading {n}" for n in range(1, 7)}, "Inhopg1": "toc 1"}
STYLES = (
    f"<w:styles {SPACES}>"
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in _STYLES.items()
    )
    + "</w:styles>"
)
NUMBERING = (
    f'<w:numbering {SPACES}><w:abstractNum w:abstractNumId="0">'
    + "".join(f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="bullet"/></w:lvl>' for n in range(3))
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def run(text: str, *, bold: bool = False, italic: bool = False) -> str:
    style = "<w:b/>" * bold + "<w:i/>" * italic
    lines = escape(text).split("\n")
    body = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{style}</w:rPr>{body}</w:r>"


def p(*runs: str, style: str = "") -> str:
    """A paragraph; text in **double stars** is bold."""
    made = []
    for text in runs:
        if text.startswith("<w:"):
            made.append(text)
            continue
        for at, part in enumerate(text.split("**")):
            made += [run(part, bold=at % 2 == 1)] if part else []
    return f"<w:p><w:pPr>{style}</w:pPr>{''.join(made)}</w:p>"


def h(level: int, text: str) -> str:
    return p(text, style=f'<w:pStyle w:val="Kop{level}"/>')


def title(text: str) -> str:
    return p(text, style='<w:pStyle w:val="Titel"/>')


def li(*texts: str, level: int = 0) -> str:
    return p(*texts, style=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def link(text: str, key: str) -> str:
    return f'<w:hyperlink r:id="{key}">{run(text)}</w:hyperlink>'


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def picture(key: str, attribute: str = "embed") -> str:
    return (
        "<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' name='x' descr='een plaat'/><a:graphic><a:graphicData><pic:pic>"
        f'<pic:blipFill><a:blip r:{attribute}="{key}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )


def document(*body: str) -> str:
    return f"<w:document {SPACES}><w:body>{''.join(body)}</w:body></w:document>"


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """Relationships of the document: key to type (hyperlink, image …) and target; what names a scheme is external."""
    made = []
    for key, (kind, target) in targets.items():
        mode = ' TargetMode="External"' if ":" in target else ""
        made.append(f'<Relationship Id="{key}" Type="{R}/{kind}" Target={quoteattr(target)}{mode}/>')
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(made)}</Relationships>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts(*body: str, targets: Mapping[str, tuple[str, str]] | None = None) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS,
        "word/document.xml": document(*body),
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/_rels/document.xml.rels": relationships(targets or {}),
    }


def word(
    *body: str,
    targets: Mapping[str, tuple[str, str]] | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A Word file with this body; `targets` are its relationships, `more` are parts that come on top or instead."""
    return zipped({**parts(*body, targets=targets), **(more or {})})


def core(name: str) -> str:
    spaces = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return (
        f'<cp:coreProperties xmlns:cp="{spaces}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(name)}</dc:title></cp:coreProperties>"
    )
