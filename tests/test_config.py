from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from kb import config
from kb.backends import file_of
from kb.config import SETTINGS, Settings
from kb.core import DataError, SettingError

KEY = "0123456789abcdef" * 4
SERVER = "postgresql+psycopg://kb:p%40ss@db.example:5433/kb"


def read(data: Path, **environ: str) -> Settings:
    return config.read(data, environ)


def refusal(data: Path, **environ: str) -> str:
    with pytest.raises(SettingError) as caught:
        read(data, **environ)
    assert str(caught.value).isprintable()
    return str(caught.value)


class TestDefaults:
    def test_all_of_them(self, tmp_path: Path) -> None:
        assert read(tmp_path) == Settings(
            data=tmp_path,
            database_url=f"sqlite:///{tmp_path}/kb.sqlite3",
            search="whoosh",
            site_name="Praktijkbank",
            language="nl",
            base_url="",
            hosts=("localhost", "127.0.0.1", "[::1]"),
            proxies=0,
            mail_url=None,
            two_step="off",
            rate_limits=True,
            uploads=None,
            upload_mb=20,
            registration_days=90,
            secret_key="",
            metrics="",
            log="text",
            development=False,
        )

    def test_every_setting_is_a_field(self) -> None:
        names = [setting.name for setting in SETTINGS]
        assert len(names) == len(set(names))
        fields = {name.removeprefix("KB_").lower() for name in names}
        assert fields | {"data"} == set(Settings.__dataclass_fields__)

    def test_an_empty_value_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "settings.toml").write_text('KB_SITE_NAME = ""')
        assert read(tmp_path, KB_LANGUAGE="", KB_PROXIES="").language == "nl"
        assert read(tmp_path).site_name == "Praktijkbank"

    def test_the_folder_of_the_index(self, tmp_path: Path) -> None:
        assert read(tmp_path).index_folder == tmp_path / "index"

    def test_the_database_of_a_folder_with_odd_characters(self, tmp_path: Path) -> None:
        data = tmp_path / "50% of it? yes#no"
        assert file_of(read(data).database_url) == data / "kb.sqlite3"
        assert "?" not in read(data).database_url


class TestRight:
    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("KB_DATABASE_URL", "sqlite:////srv/x.db", "sqlite:////srv/x.db"),
            ("KB_DATABASE_URL", SERVER, SERVER),
            (
                "KB_DATABASE_URL",
                "postgresql+psycopg://kb@/kb?host=/run",
                "postgresql+psycopg://kb@/kb?host=/run",
            ),
            ("KB_SEARCH", "whoosh", "whoosh"),
            ("KB_SITE_NAME", "  Kennisbank Duiven ", "Kennisbank Duiven"),
            ("KB_SITE_NAME", "x" * 60, "x" * 60),
            ("KB_LANGUAGE", "en", "en"),
            ("KB_BASE_URL", "https://Kennisbank.example/", "https://kennisbank.example"),
            ("KB_BASE_URL", "http://10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("KB_BASE_URL", "https://[::1]:8443", "https://[::1]:8443"),
            ("KB_HOSTS", " A.example, .b.example,,[::1] ", ("a.example", ".b.example", "[::1]")),
            ("KB_PROXIES", "2", 2),
            ("KB_SECRET_KEY", KEY, KEY),
            ("KB_DEVELOPMENT", "on", True),
            ("KB_DEVELOPMENT", "off", False),
        ],
    )
    def test_value(self, tmp_path: Path, name: str, text: str, value: object) -> None:
        field = name.removeprefix("KB_").lower()
        assert getattr(read(tmp_path, **{name: text}), field) == value

    @pytest.mark.parametrize(
        ("url", "file"),
        [("sqlite:////srv/a%20b.db", "/srv/a b.db"), ("sqlite:///x.db?timeout=3", "x.db")],
    )
    def test_the_file_of_a_database(self, tmp_path: Path, url: str, file: str) -> None:
        assert file_of(read(tmp_path, KB_DATABASE_URL=url).database_url) == Path(file)

    def test_the_hosts_that_are_answered(self, tmp_path: Path) -> None:
        settings = read(tmp_path, KB_BASE_URL="https://k.example:8443", KB_HOSTS="localhost")
        assert settings.trusted_hosts == ["k.example", "localhost"]
        assert read(tmp_path, KB_HOSTS="localhost").trusted_hosts == ["localhost"]

    @pytest.mark.parametrize(
        ("host", "more"),
        [("10.0.0.9", ["10.0.0.9"]), ("::2", ["[::2]"]), *((host, []) for host in sorted(config.EVERYWHERE))],
    )
    def test_the_host_that_is_listened_at(self, tmp_path: Path, host: str, more: list[str]) -> None:
        settings = config.with_host(read(tmp_path, KB_HOSTS="localhost"), host)
        assert settings.trusted_hosts == ["localhost", *more]


class TestWrong:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("KB_SEARCH", "elastic"),
            ("KB_SITE_NAME", " "),
            ("KB_SITE_NAME", "x" * 61),
            ("KB_SITE_NAME", "two\nlines"),
            ("KB_LANGUAGE", "fr"),
            ("KB_LANGUAGE", "NL"),
            ("KB_BASE_URL", "kennisbank.example"),
            ("KB_BASE_URL", "ftp://kennisbank.example"),
            ("KB_BASE_URL", "https://"),
            ("KB_BASE_URL", "https://a b.example"),
            ("KB_BASE_URL", "https://me@kennisbank.example"),
            ("KB_BASE_URL", "https://kennisbank.example/wijk"),
            ("KB_BASE_URL", "https://kennisbank.example?x=1"),
            ("KB_BASE_URL", "https://kennisbank.example#x"),
            ("KB_BASE_URL", "https://[::1"),
            ("KB_BASE_URL", "https://kennisbank.example:port"),
            ("KB_HOSTS", "*"),
            ("KB_HOSTS", "localhost, *"),
            ("KB_HOSTS", "localhost:8000"),
            ("KB_HOSTS", "https://localhost"),
            ("KB_HOSTS", "a..b"),
            ("KB_PROXIES", "-1"),
            ("KB_PROXIES", "10"),
            ("KB_PROXIES", "one"),
            ("KB_PROXIES", "²"),
            ("KB_DEVELOPMENT", "yes"),
        ],
    )
    def test_value(self, tmp_path: Path, name: str, text: str) -> None:
        why = refusal(tmp_path, **{name: text})
        assert why.startswith(f"{name} is {text!r}: it ")

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://localhost/kb",
            "postgresql+psycopg://localhost",
            "postgresql+psycopg://localhost/",
            "postgresql+psycopg://kb:p@ss@localhost/kb",
            "postgresql+psycopg://kb:p/ss@localhost/kb",
            "postgresql+psycopg://localhost:port/kb",
            "postgresql+psycopg://localhost:99999/kb",
            "mysql://localhost/kb",
            "kb.sqlite3",
            "sqlite://",
            "sqlite:///",
            "sqlite:///:memory:",
        ],
    )
    def test_an_address_of_a_database_is_not_told_as_it_may_hold_a_password(
        self, tmp_path: Path, url: str
    ) -> None:
        why = refusal(tmp_path, KB_DATABASE_URL=url)
        assert why.startswith(("KB_DATABASE_URL: it must ", "KB_DATABASE_URL: its port must "))
        assert "p@ss" not in why
        assert "p/ss" not in why

    def test_a_value_without_end_is_cut(self, tmp_path: Path) -> None:
        assert len(refusal(tmp_path, KB_LANGUAGE="x" * 10_000)) < 200

    @pytest.mark.parametrize("text", ["x", KEY[:31], "ab" * 40, "0" * 64])
    def test_a_weak_secret_is_refused_and_not_told(self, tmp_path: Path, text: str) -> None:
        assert refusal(tmp_path, KB_SECRET_KEY=text).startswith("KB_SECRET_KEY: it is too weak; ")
        (tmp_path / "secret-key").write_text(text)
        why = refusal(tmp_path)
        assert why.startswith(f"The secret key in {tmp_path / 'secret-key'}: it is too weak; ")
        assert f"'{text}'" not in why

    @pytest.mark.parametrize(
        "text", ["on", KEY[:31], "0" * 64, f"{KEY} {KEY}", KEY.replace("0", "é"), f"{KEY}\n{KEY}"]
    )
    def test_a_token_that_is_weak_or_no_header_can_hold(self, tmp_path: Path, text: str) -> None:
        why = refusal(tmp_path, KB_METRICS=text)
        assert why.startswith("KB_METRICS: it ")
        assert text not in why.split()
        assert read(tmp_path, KB_METRICS=f" {KEY} ").metrics == KEY

    def test_a_secret_that_is_not_text(self, tmp_path: Path) -> None:
        (tmp_path / "secret-key").write_bytes(b"\xff" * 64)
        assert refusal(tmp_path) == f"{tmp_path / 'secret-key'} is not text, so it can't be the secret key."

    def test_a_folder_for_a_secret(self, tmp_path: Path) -> None:
        (tmp_path / "secret-key").mkdir()
        assert refusal(tmp_path) == f"{tmp_path / 'secret-key'} can't be read: Is a directory."


class TestFile:
    def test_it_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "settings.toml").write_text('KB_SITE_NAME = "Één"\nKB_PROXIES = "1"\n', encoding="utf-8")
        settings = read(tmp_path)
        assert (settings.site_name, settings.proxies) == ("Één", 1)

    def test_the_environment_wins(self, tmp_path: Path) -> None:
        (tmp_path / "settings.toml").write_text('KB_SITE_NAME = "File"\nKB_LANGUAGE = "en"\n')
        settings = read(tmp_path, KB_SITE_NAME="Environment", OTHER="x")
        assert (settings.site_name, settings.language) == ("Environment", "en")

    def test_the_secret_in_the_settings_wins_over_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "secret-key").write_text(KEY[::-1] + "\n")
        assert read(tmp_path).secret_key == KEY[::-1]
        assert read(tmp_path, KB_SECRET_KEY=KEY).secret_key == KEY

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("KB_DATA = '/x'", "has an unknown setting 'KB_DATA'; docs/settings.md names them all"),
            ("[section]", "has an unknown setting 'section'"),
            ("KB_PROXIES = 1", 'KB_PROXIES must stand in quotes, such as KB_PROXIES = "1"'),
            ("KB_HOSTS = ['a']", "KB_HOSTS must stand in quotes"),
            ("KB_LANGUAGE = nl", "can't be read: Invalid value"),
            ("KB_LANGUAGE = 'nl'\nKB_LANGUAGE = 'en'", "can't be read: Cannot overwrite a value"),
        ],
    )
    def test_wrong(self, tmp_path: Path, text: str, why: str) -> None:
        (tmp_path / "settings.toml").write_text(text)
        reason = refusal(tmp_path)
        assert reason.startswith(str(tmp_path / "settings.toml"))
        assert why in reason

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "settings.toml").mkdir()
        assert refusal(tmp_path) == f"{tmp_path / 'settings.toml'} can't be read: Is a directory."


class TestDataFolder:
    def test_which_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert config.data_folder(Path("a"), {"KB_DATA": "b"}) == tmp_path / "a"
        assert config.data_folder(None, {"KB_DATA": "b"}) == tmp_path / "b"
        assert config.data_folder(None, {"KB_DATA": ""}) == tmp_path / "instance"
        assert config.data_folder(None, {}) == tmp_path / "instance"

    def test_made_for_the_owner_alone(self, tmp_path: Path) -> None:
        data = tmp_path / "deep" / "data"
        config.make_data_folder(data)
        secret = data / "secret-key"
        assert [stat.S_IMODE(path.stat().st_mode) for path in (data, secret)] == [0o700, 0o600]
        assert re.fullmatch(r"[0-9a-f]{64}\n", secret.read_text())
        assert read(data).secret_key == secret.read_text().strip()

    def test_each_has_a_secret_of_its_own(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            config.make_data_folder(tmp_path / name)
        assert read(tmp_path / "a").secret_key != read(tmp_path / "b").secret_key

    def test_made_again_it_keeps_everything(self, tmp_path: Path) -> None:
        (tmp_path / "secret-key").write_text(KEY)
        config.make_data_folder(tmp_path)
        assert (tmp_path / "secret-key").read_text() == KEY

    def test_an_empty_secret_of_a_start_that_was_cut_off_is_filled(self, tmp_path: Path) -> None:
        (tmp_path / "secret-key").touch()
        config.make_data_folder(tmp_path)
        assert len(read(tmp_path).secret_key) == 64

    def test_one_that_another_process_is_about_to_fill_is_left_to_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secret = tmp_path / "secret-key"
        secret.touch()
        monkeypatch.setattr("kb.config.time.sleep", lambda _seconds: secret.write_text(KEY))
        config.make_data_folder(tmp_path)
        assert secret.read_text() == KEY

    def test_one_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for data in (tmp_path / "file", tmp_path / "file" / "data"):
            with pytest.raises(DataError, match=r"^The data folder .* can't be written: [A-Z][a-z ]+\.$"):
                config.make_data_folder(data)


def test_the_secret_is_not_printed(tmp_path: Path) -> None:
    assert KEY not in repr(read(tmp_path, KB_SECRET_KEY=KEY))
