"""The settings: `KB_*` environment variables, or the same names in `settings.toml` in the data folder.

The environment wins over the file. Every setting is declared once, in `SETTINGS`, with its meaning: the reader below,
`docs/settings.md` and the test that compares the two all use that list. A wrong value stops the program with one line
that names the setting, what it was and what it may be.
"""

from __future__ import annotations

import os
import secrets
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from kb import values
from kb.core import DataError, SettingError
from kb.mail_url import MailServer, mail_server
from kb.uploads_url import Bucket, bucket

LANGUAGES = {"nl": "Nederlands", "en": "English"}
"""The languages of the pages, each under its own name; the first is the one that texts are written in first."""

SECRET_FILE = "secret-key"  # noqa: S105 - the name of the file, not the secret
"""The least number of characters of a secret key; the key made at first start has 64."""

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to
"""Addresses to listen at that stand for all of this machine's own; nobody can visit them."""


@dataclass(frozen=True)
class Setting:
    """One setting: its variable, its value when absent, what it means and how its text is read.

    What is `hidden` never stands in a message: messages end up in logs.
    """

    name: str
    default: str
    meaning: str
    read: Callable[[str], object]
    hidden: bool = False

    def value(self, text: str) -> object:
        """Return the setting's value from its text.

        Raises:
            SettingError: one line that names the setting and what it may be.

        """
        try:
            return self.read(text.strip())
        except ValueError as error:
            what = self.name if self.hidden else f"{self.name} is {text[:80]!r}"
            raise SettingError(f"{what}: {error}") from None


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "KB_DATABASE_URL",
        "",
        "Where the database is: `postgresql+psycopg://user:password@host/name`, or `sqlite:///path/to/file`. Empty: "
        "`kb.sqlite3` in the data folder.",
        values.database,
        hidden=True,
    ),
    Setting(
        "KB_SEARCH",
        "whoosh",
        "The search engine: `whoosh`, with an index in the data folder, or `postgres`, with the index in the database.",
        values.one_of("whoosh", "postgres"),
    ),
    Setting("KB_SITE_NAME", "Praktijkbank", "The name on every page, 60 characters at most.", values.line),
    Setting(
        "KB_LANGUAGE",
        "nl",
        "The language of the pages until a reader chooses: `nl` or `en`.",
        values.one_of(*LANGUAGES),
    ),
    Setting(
        "KB_BASE_URL",
        "",
        "The address that people use, such as `https://praktijkbank.example`; links in the pages' headers are made from "
        "it, and its host name is answered. Empty: made from each request.",
        values.base_url,
    ),
    Setting(
        "KB_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "The host names that are answered besides the one of `KB_BASE_URL`, separated by commas; a leading dot takes in "
        "subdomains. A request for another host gets an error page.",
        values.hosts,
    ),
    Setting(
        "KB_PROXIES",
        "0",
        "How many proxies of your own stand in front and set `X-Forwarded-For`, `-Proto` and `-Host`. With 0 those headers are not believed.",
        values.count,
    ),
    Setting(
        "KB_MAIL_URL",
        "",
        "The server that sends mail and who it is from, such as "
        "`smtp://user:password@mail.example:587?from=Praktijkbank <no-reply@example.org>`; `smtps://` for TLS from the "
        "start. Empty: no mail is sent, and the administrator gets to see the links instead.",
        mail_server,
        hidden=True,
    ),
    Setting(
        "KB_TWO_STEP",
        "off",
        "Who must sign in with a code from a phone besides a password: `off` (who wants to) or `editors` (editors and "
        "administrators too).",
        values.one_of("off", "editors"),
    ),
    Setting(
        "KB_RATE_LIMITS",
        "on",
        "`off` lifts the limits on how often somebody may sign in, search or upload; for tests and load tests only.",
        values.switch,
    ),
    Setting(
        "KB_UPLOADS",
        "",
        "Where files that are attached to cases are kept, when in storage that speaks S3: "
        "`s3://bucket/prefix?endpoint=https://s3.example&region=eu-central-1`. Empty: `uploads/` in the data folder.",
        bucket,
        hidden=True,
    ),
    Setting(
        "KB_UPLOAD_MB",
        "20",
        "The largest file that can be attached to a case, in megabytes, from 1 to 200.",
        values.megabytes,
    ),
    Setting(
        "KB_REGISTRATION_DAYS",
        "90",
        "How many days after a session the names and addresses of who signed up are kept, from 1 to 3650.",
        values.days,
    ),
    Setting(
        "KB_SECRET_KEY",
        "",
        "The key that signs cookies and forms. Empty: the file `secret-key` in the data folder, made at the first start.",
        values.secret,
        hidden=True,
    ),
    Setting(
        "KB_METRICS",
        "",
        "The token, of at least 32 characters, with which a monitor gets the figures at `/metrics` (`Authorization: Bearer …`). "
        "Empty: there is no such page.",
        values.token,
        hidden=True,
    ),
    Setting(
        "KB_LOG",
        "text",
        "What stands on standard error: `text` (what goes wrong, for people) or `json` (one object a line, for what gathers logs, and "
        "a line for each request). Neither holds anything of who asked.",
        values.one_of("text", "json"),
    ),
    Setting(
        "KB_DEVELOPMENT",
        "off",
        "`on` shows `/patterns`, the page with every piece of the pages, and reads changed templates again.",
        values.switch,
    ),
)


@dataclass(frozen=True)
class Settings:
    """All settings, read and checked. Field names are the variables' names without `KB_`, in lower case."""

    data: Path
    database_url: str = field(repr=False)
    search: str
    site_name: str
    language: str
    base_url: str
    hosts: tuple[str, ...]
    proxies: int
    mail_url: MailServer | None
    two_step: str
    rate_limits: bool
    uploads: Bucket | None
    upload_mb: int
    registration_days: int
    secret_key: str = field(repr=False)
    metrics: str = field(default="", repr=False)
    log: str = "text"
    development: bool = False

    @property
    def index_folder(self) -> Path:
        """The folder of the search index, which can be thrown away and made again."""
        return self.data / "index"

    @property
    def uploads_folder(self) -> Path:
        """The folder of the files that people attached to cases, where no bucket is set for them."""
        return self.data / "uploads"

    @property
    def trusted_hosts(self) -> list[str]:
        """The host names that are answered, without ports."""
        own = urlsplit(self.base_url).hostname or ""
        names = (f"[{own}]" if ":" in own else own, *self.hosts)
        return [name.lower() for name in names if name]


def data_folder(named: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the data folder: the one named, else `KB_DATA`, else `./instance`; as an absolute path."""
    return (named or Path(environ.get("KB_DATA") or "instance")).absolute()


def read(data: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read all settings for the data folder `data`, which need not exist yet.

    Raises:
        SettingError: for the first setting that is wrong or unknown.

    """
    texts = _file(data / "settings.toml") | {
        name: text for name, text in environ.items() if name.startswith("KB_")
    }
    found = {setting.name: setting.value(texts.get(setting.name) or setting.default) for setting in SETTINGS}
    fields = {name.removeprefix("KB_").lower(): value for name, value in found.items()}
    fields["database_url"] = fields["database_url"] or f"{values.SQLITE}{quote(str(data / 'kb.sqlite3'))}"
    fields["secret_key"] = fields["secret_key"] or _kept_secret(data)
    if fields["search"] == "postgres" and not str(fields["database_url"]).startswith(values.POSTGRESQL):
        raise SettingError("KB_SEARCH is 'postgres': then KB_DATABASE_URL must name a PostgreSQL database")
    return Settings(data=data, **fields)  # type: ignore[arg-type]  # each reader above returns its field's type


def make_data_folder(data: Path) -> None:
    """Make the data folder and its secret key where they are missing; both are for the owner's eyes only.

    Raises:
        DataError: the folder can't be made or written.

    """
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = data / SECRET_FILE
        try:
            handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if _is_filled(secret):
                return
            handle = os.open(secret, os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    except OSError as error:
        raise DataError(f"The data folder {data} can't be written: {error.strerror}.") from None


def _is_filled(secret: Path) -> bool:
    """Tell whether there is a key in its file.

    Another process that was started at the same moment fills it just now. One that crashed between the two steps never will.
    """
    for _time in range(20):
        if secret.stat().st_size:
            return True
        time.sleep(0.02)
    return False


def database(url: str) -> str:
    """Return the address of a database, checked as `KB_DATABASE_URL` is. Raises SettingError, for none at all too."""
    if not url.strip():
        raise SettingError("The address of a database is empty.")
    (setting,) = (setting for setting in SETTINGS if setting.name == "KB_DATABASE_URL")
    return str(setting.value(url))


def with_host(settings: Settings, host: str) -> Settings:
    """Return the settings with one more host that is answered; for every address there is no name to add."""
    if host in EVERYWHERE:
        return settings
    return replace(settings, hosts=(*settings.hosts, f"[{host}]" if ":" in host else host))


def _file(path: Path) -> dict[str, str]:
    """Return the settings of a `settings.toml`; an empty dict when there is none."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingError(f"{path} can't be read: {error.strerror}.") from None
    except ValueError as error:
        raise SettingError(f"{path} can't be read: {str(error).splitlines()[0]}") from None
    known = {setting.name for setting in SETTINGS}
    for name, value in table.items():
        if name not in known:
            raise SettingError(
                f"{path} has an unknown setting {name[:80]!r}; docs/settings.md names them all"
            )
        if not isinstance(value, str):
            raise SettingError(f'{path}: {name} must stand in quotes, such as {name} = "{value}"')
    return table


def _kept_secret(data: Path) -> str:
    """Return the secret key from its file; empty when there is none yet.

    Raises:
        SettingError: the file holds a weak key or can't be read.

    """
    path = data / SECRET_FILE
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingError(f"{path} can't be read: {error.strerror}.") from None
    except ValueError:
        raise SettingError(f"{path} is not text, so it can't be the secret key.") from None
    try:
        return values.secret(text)
    except ValueError as error:
        raise SettingError(f"The secret key in {path}: {error}") from None
