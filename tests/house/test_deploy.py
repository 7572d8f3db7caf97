"""The files of `deploy/`: what they promise to an operator, and what nginx, systemd, Docker and hadolint say of them where they are.

Nothing is built or started here. Each of those programs is optional: where it is missing, its test says so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from kb import config, values
from kb.config import SETTINGS
from tests.house.project import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APPLICATIONS = ["praktijkbank-1", "praktijkbank-2"]
NGINX = re.sub(r"(?m)^\s*#.*\n", "", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
UNIT = "praktijkbank@.service"


def program(name: str) -> str:
    """Return where a program is; skip the test where it is not."""
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not on this machine")
    return found


def run(*command: str | Path, cwd: Path = DEPLOY) -> None:
    """Run a program that must be content."""
    done = subprocess.run(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def default(name: str) -> str:
    (setting,) = (setting for setting in SETTINGS if setting.name == name)
    return setting.default


class TestDockerfile:
    FINAL = DOCKERFILE.rpartition("\nFROM ")[2]

    def test_what_runs_is_made_aside_and_has_no_tools_to_build_with(self) -> None:
        assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.13-slim"] * 2
        assert "COPY --from=build /opt/praktijkbank /opt/praktijkbank" in self.FINAL
        assert not re.search(r"^(?!#).*\b(pip|apt-get|gcc|make)\b", self.FINAL, re.MULTILINE)

    def test_it_runs_as_somebody_who_may_little(self) -> None:
        (user,) = re.findall(r"^USER (\d+):(\d+)$", self.FINAL, re.MULTILINE)
        assert min(map(int, user)) > 1000
        assert self.FINAL.index("USER ") < self.FINAL.index("CMD ")

    def test_it_is_well_when_it_is_ready(self) -> None:
        assert re.search(r"^HEALTHCHECK .*\\\n.*/readyz", self.FINAL, re.MULTILINE)
        assert "MALLOC_ARENA_MAX=2" in self.FINAL
        assert 'exec kb start --host 0.0.0.0 --port \\"$PORT\\"' in self.FINAL

    def test_all_that_is_copied_may_be_and_nothing_else(self) -> None:
        lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
        rules = [line for line in lines if not line.startswith("#")]
        assert rules[0] == "*"
        copied = set(" ".join(re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)).split())
        assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
        assert all((ROOT / name).exists() for name in copied)

    def test_hadolint_has_no_remark(self) -> None:
        run(program("hadolint"), "Dockerfile")


class TestCompose:
    def test_only_nginx_can_be_reached(self) -> None:
        assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
        assert SERVICES["database"]["networks"] == ["inside"]
        assert COMPOSE["networks"]["inside"] == {"internal": True}

    def test_there_are_two_processes_of_which_the_second_waits_for_the_first(self) -> None:
        assert [name for name in SERVICES if name.startswith("praktijkbank-")] == APPLICATIONS
        assert SERVICES["praktijkbank-2"]["depends_on"] == {
            "praktijkbank-1": {"condition": "service_healthy"}
        }
        assert SERVICES["praktijkbank-1"]["depends_on"] == {"database": {"condition": "service_healthy"}}

    def test_nginx_finds_them_by_their_names_and_ports(self) -> None:
        servers = [f"{name}:{SERVICES[name]['environment']['PORT']}" for name in APPLICATIONS]
        assert re.findall(r"server (praktijkbank-\S+)", NGINX) == servers

    def test_all_start_again_and_tell_how_they_are(self) -> None:
        assert {service["restart"] for service in SERVICES.values()} == {"unless-stopped"}
        for name, service in SERVICES.items():
            assert "healthcheck" in service or name in APPLICATIONS, name

    def test_what_must_last_is_in_a_volume(self) -> None:
        kept = {
            name: [v.partition(":")[0] for v in service.get("volumes", [])]
            for name, service in SERVICES.items()
        }
        assert kept["database"] == ["database"]
        assert all(kept[name] == ["data"] for name in APPLICATIONS)
        assert set(COMPOSE["volumes"]) == {"data", "database"}

    def test_no_secret_stands_in_it_or_is_kept_with_it(self) -> None:
        ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
        assert {"deploy/settings.env", "deploy/secrets/", "deploy/tls/"} <= set(ignored)
        assert SERVICES["database"]["environment"]["POSTGRES_PASSWORD_FILE"].startswith("/run/secrets/")
        assert all(one["file"].startswith("./secrets/") for one in COMPOSE["secrets"].values())

    def test_the_example_holds_settings_that_are_read(self, tmp_path: Path) -> None:
        text = (DEPLOY / "settings.env.example").read_text(encoding="utf-8")
        given = dict(re.findall(r"^#?(KB_[A-Z_]+)=(.*)$", text, re.MULTILINE))
        settings = config.read(tmp_path, given)
        assert settings.proxies == 1
        assert settings.database_url.startswith(values.POSTGRESQL)
        assert settings.mail_url is not None

    def test_docker_compose_understands_it(self, tmp_path: Path) -> None:
        docker = program("docker")
        if subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
            pytest.skip("docker compose is not on this machine")
        for name in ("compose.yaml", "settings.env.example"):
            shutil.copy(DEPLOY / name, tmp_path / name.removesuffix(".example"))
        run(docker, "compose", "config", "--quiet", cwd=tmp_path)


class TestNginx:
    def test_what_a_reader_sends_of_himself_is_written_over(self) -> None:
        headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", NGINX))
        assert headers["X-Forwarded-For"] == "$remote_addr"
        assert headers["X-Forwarded-Proto"] == "$scheme"
        assert headers["X-Forwarded-Host"] == headers["Host"] == "$host"
        assert headers["X-Request-ID"] == "$request_id"
        assert NGINX.count("proxy_set_header") == len(
            headers
        )  # one more in a location would undo all of these

    def test_the_largest_attachment_fits(self) -> None:
        (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
        assert int(megabytes) == int(default("KB_UPLOAD_MB")) + 1

    def test_nothing_is_done_twice(self) -> None:
        assert "proxy_next_upstream error timeout;" in NGINX
        assert "non_idempotent" not in NGINX

    def test_its_logs_hold_no_reader_and_no_address_of_a_page(self) -> None:
        (form,) = re.findall(r"log_format praktijkbank ([^;]+);", NGINX)
        told = set(re.findall(r"\$(\w+)", form))
        assert told == {
            "time_iso8601",
            "request_method",
            "status",
            "body_bytes_sent",
            "request_time",
            "upstream_addr",
            "upstream_status",
            "request_id",
        }
        assert set(re.findall(r"access_log (.+);", NGINX)) == {
            "/var/log/nginx/access.log praktijkbank",
            "off",
        }
        assert set(re.findall(r"error_log \S+ (\w+);", NGINX)) == {"crit"}

    def test_figures_are_not_for_outside(self) -> None:
        assert re.search(r"location = /metrics \{\s+return 404;", NGINX)

    def test_nginx_understands_it(self, tmp_path: Path) -> None:
        nginx, openssl = program("nginx"), program("openssl")
        keys: list[str | Path] = ["-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"]
        kind = [
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=localhost",
        ]
        run(openssl, "req", "-x509", *kind, *keys)
        site = NGINX.replace("/etc/ssl/praktijkbank", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
        site = re.sub(r"praktijkbank-\d:", "127.0.0.1:", site)
        site = re.sub(r"listen \[::\].*\n", "", site)
        site = re.sub(r"listen (\d+)", rf"listen unix:{tmp_path}/\1", site)
        folders = "".join(
            f"{name}_temp_path {tmp_path}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = tmp_path / "nginx.conf"
        whole.write_text(
            f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {folders}\n{site} }}"
        )
        run(nginx, "-t", "-q", "-p", tmp_path, "-e", tmp_path / "error.log", "-c", whole)


class TestUnit:
    def service(self) -> dict[str, str]:
        unit = ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment,method-assign]  # as the documentation says to keep capitals
        unit.read(DEPLOY / UNIT, encoding="utf-8")
        return dict(unit["Service"])

    def test_it_runs_as_its_own_user_who_may_write_one_folder(self) -> None:
        service = self.service()
        assert service["User"] == service["StateDirectory"] == "praktijkbank"
        assert service["StateDirectoryMode"] == "0700"
        assert service["ProtectSystem"] == "strict"
        assert service["NoNewPrivileges"] == "yes"
        assert service["CapabilityBoundingSet"] == ""
        assert "KB_DATA=/var/lib/praktijkbank MALLOC_ARENA_MAX=2" in service["Environment"]

    def test_it_starts_again_after_a_fault_and_is_up_when_it_answers(self) -> None:
        text = (DEPLOY / UNIT).read_text(encoding="utf-8")
        assert self.service()["Restart"] == "on-failure"
        assert "kb start --port %i" in self.service()["ExecStart"]
        assert re.search(
            r"^ExecStartPost=.*curl .*--retry-connrefused http://127\.0\.0\.1:%i/readyz$", text, re.MULTILINE
        )

    def test_systemd_understands_it(self, tmp_path: Path) -> None:
        analyze = program("systemd-analyze")
        text = (DEPLOY / UNIT).read_text(encoding="utf-8")
        # It looks whether the program is there.
        text = re.sub(r"(?m)^(ExecStart(?:Post)?)=\S+", r"\1=/bin/true", text)
        unit = tmp_path / UNIT.replace("@", "@8000")
        unit.write_text(text, encoding="utf-8")
        run(analyze, "verify", "--man=no", unit, cwd=tmp_path)
