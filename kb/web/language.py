"""The language of the page: what the reader chose, else the knowledge base's own.

`?lang=en` on any page chooses and is remembered in a cookie. The browser's own wish is not asked: most texts are Dutch,
many Dutch readers have an English browser, and the switch stands on every page (docs/decisions/0005-language.md).
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Response, g, request
from flask_babel import get_locale

from kb.config import LANGUAGES, Settings
from kb.web import part

COOKIE = "lang"
PARAMETER = "lang"
A_YEAR_S = 365 * 24 * 3600


def chosen() -> str:
    """Return the code of the language to show this request's page in."""
    asked = request.args.get(PARAMETER, "")
    if asked in LANGUAGES and not request.path.startswith("/api/"):
        g.language_to_remember = asked
        return asked
    kept = request.cookies.get(COOKIE, "")
    return kept if kept in LANGUAGES else part(Settings).language


def page_language() -> str:
    """Return the language that this page is shown in."""
    locale = get_locale()
    return locale.language if locale else next(iter(LANGUAGES))


def remember(response: Response) -> Response:
    """Keep the language that was asked for in a cookie."""
    asked = g.pop("language_to_remember", None)
    if asked and asked != request.cookies.get(COOKIE):
        secure = request.is_secure or part(Settings).base_url.startswith("https:")
        response.set_cookie(COOKIE, asked, max_age=A_YEAR_S, secure=secure, httponly=True, samesite="Lax")
    return response


def own_path() -> str:
    """Return this request's path as it stands in an address; a browser can't read a host name in it."""
    return "/" + quote(request.path.lstrip("/"))


def links() -> tuple[tuple[str, str, str], ...]:
    """Return (code, own name, address) of this very page in each language."""
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    return tuple(
        (code, name, f"{own_path()}?{urlencode([*rest, (PARAMETER, code)])}")
        for code, name in LANGUAGES.items()
    )
