"""Praktijkbank: the knowledge base of practice cases for people who work on villages and neighbourhoods together.

`create_app` puts the house together. Its imports stand inside it, so that a room can be used without the others:
`import kb.search.analysis` loads no Flask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kb.config import Settings
    from kb.house import House


def create_app(house: House | None = None) -> Flask:
    """Return the web application of a knowledge base.

    Without `house` it is the one that the environment names, as a WSGI server wants it: `kb:create_app()`. The data
    folder, the database and the index must be there (`kb start` makes them); where one is missing, pages answer 503.

    Raises:
        SettingError: a setting is wrong, or there is no secret key.

    """
    from flask import get_flashed_messages
    from flask_babel import Babel
    from flask_wtf import CSRFProtect

    from kb import config, log
    from kb.accounts import door
    from kb.accounts.views import BLUEPRINTS as ACCOUNTS
    from kb.admin.views import blueprint as admin
    from kb.api.views import blueprint as api
    from kb.cases.views import BLUEPRINTS as CASES
    from kb.core import SettingError
    from kb.events.views import BLUEPRINTS as EVENTS
    from kb.events.views import elsewhere
    from kb.house import House
    from kb.pages.metrics import Metrics
    from kb.pages.metrics import blueprint as metrics
    from kb.pages.views import blueprint as pages
    from kb.pages.views import ways_on
    from kb.web import access, assets, close_session, errors, headers, hosts, language, limits
    from kb.web.again import note_saves
    from kb.web.kept import Kept

    if house is None:
        house = House.open(config.read(config.data_folder(None)))
        log.set_up(house.settings.log)
    settings = house.settings
    if not settings.secret_key:
        raise SettingError("There is no secret key; `kb start` makes one, or set KB_SECRET_KEY.")

    app = _configured(settings)
    pages_kept = Kept(house.search.engine.state)
    for part in (settings, house.database, house.search, house.teller, house.rates, pages_kept):
        app.extensions[f"kb:{type(part).__name__}"] = part

    requests = access.register(app)
    if settings.metrics:
        app.extensions["kb:Metrics"] = Metrics(house)
        app.extensions["kb:Metrics"].watch(house, pages_kept, requests)
    app.extensions.update({"kb:Shelf": house.shelf, "kb:elsewhere": elsewhere})
    app.before_request(hosts.check_host)
    app.before_request(limits.slow_down_searches)
    Babel(app, locale_selector=language.chosen)
    CSRFProtect(app)
    door.register(app)
    for blueprint in (pages, metrics, *CASES, *EVENTS, *ACCOUNTS, admin, api):
        app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = assets.asset
    app.context_processor(
        lambda: {
            "page_language": language.page_language(),
            "site_name": settings.site_name,
            "visitor": door.shown(),
            "notices": tuple(get_flashed_messages(with_categories=True)),
        }
    )
    app.after_request(language.remember)
    app.after_request(headers.add_headers)
    app.teardown_request(close_session)
    note_saves(house.database)
    errors.register(app, ways_on)
    return app


def _configured(settings: Settings) -> Flask:
    """Return an application that knows its settings and answers nothing yet."""
    from flask.json.provider import DefaultJSONProvider
    from werkzeug.middleware.proxy_fix import ProxyFix

    from kb.web.again import Application
    from kb.web.sessions import Sessions

    app = Application("kb")
    app.session_interface = Sessions()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=1_000_000,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form may stand open as long as its login session lasts
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
        BABEL_DEFAULT_LOCALE=settings.language,
        BABEL_DEFAULT_TIMEZONE="Europe/Amsterdam",
        TEMPLATES_AUTO_RELOAD=settings.development,
    )
    provider = DefaultJSONProvider(app)
    provider.sort_keys, provider.ensure_ascii = False, False  # the contract has an order, and people read it
    app.json = provider
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # as Flask's own docs do
    return app
