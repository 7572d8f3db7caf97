"""The headers of every answer: errors, files and "not modified" too.

Nothing may be loaded from another host, nothing may run inline, nobody may put a page in a frame. JSON-LD is data, not
script, so the policy does not touch it. `Strict-Transport-Security` is ignored by browsers over plain HTTP.
"""

from __future__ import annotations

from flask import Response, g, request

from kb.web.assets import is_current

RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "frame-src 'none'",
    "object-src 'none'",
)

HEADERS = {
    "Content-Security-Policy": "; ".join(RULES),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

STRICTER = frozenset({"Content-Security-Policy", "Referrer-Policy"})
"""Those that a view may set itself."""
FOREVER = "public, max-age=31536000, immutable"


def add_headers(response: Response) -> Response:
    """Put the set on an answer, and say how long it may be kept.

    A page made for somebody who signed in (`g.personal`) is kept nowhere. A view may have set a stricter policy itself.
    """
    headers = response.headers
    there = {name.lower() for name, _ in headers}  # looking each up in werkzeug's list takes twice as long
    for name, value in HEADERS.items():
        if name.lower() not in there:
            headers.add(name, value)
        elif name not in STRICTER:
            headers[name] = value
    if request.endpoint == "static" and response.status_code in {200, 206, 304}:
        if is_current((request.view_args or {})["filename"], request.args.get("v", "")):
            response.headers["Cache-Control"] = FOREVER
    else:
        # A page depends on the reader's language, which is in a cookie.
        if "vary" in there:
            response.vary.add("Cookie")
        else:
            headers.add("Vary", "Cookie")
        if "cache-control" not in there:
            headers.add("Cache-Control", "no-store" if g.get("personal") else "private, no-cache")
    return response
