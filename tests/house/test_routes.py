"""Every address is on this list, with what may be done there: a new one has to be put here by somebody who thought of it."""

from __future__ import annotations

from flask import Flask

PUBLIC = {
    "api.search": ("/api/v1/search", {"GET"}),
    "cases.lesson": ("/lessons/<int(max=9223372036854775807):lesson>", {"GET"}),
    "cases.show": ("/cases/<slug>", {"GET"}),
    "pages.about": ("/about", {"GET"}),
    "pages.cases": ("/cases/", {"GET"}),
    "pages.healthz": ("/healthz", {"GET"}),
    "pages.home": ("/", {"GET"}),
    "pages.patterns": ("/patterns", {"GET"}),
    "pages.readyz": ("/readyz", {"GET"}),
    "pages.search": ("/search", {"GET"}),
    "pages.theme": ("/themes/<slug>", {"GET"}),
    "static": ("/static/<path:filename>", {"GET"}),
}
"""What anybody may read without signing in."""


def test_every_route_is_public_by_name(app: Flask) -> None:
    routes = {
        rule.endpoint: (rule.rule, (rule.methods or set()) - {"HEAD", "OPTIONS"})
        for rule in app.url_map.iter_rules()
    }
    assert routes == PUBLIC
    assert len(routes) == len(list(app.url_map.iter_rules()))


def test_every_other_method_is_refused(app: Flask) -> None:
    client = app.test_client()
    for rule, _methods in PUBLIC.values():
        path = (
            rule.replace("<int(max=9223372036854775807):lesson>", "1")
            .replace("<path:filename>", "x")
            .replace("<slug>", "x")
        )
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.open(path, method=method).status_code == 405, (method, path)
