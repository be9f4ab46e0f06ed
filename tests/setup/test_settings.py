"""Settings come from variables or a file; what is wrong is said in one sentence that names the variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.kept_secret import kept_secret
from api.settings import (
    Database,
    Limits,
    Place,
    Secrets,
    Settings,
    SettingsError,
    Web,
    known_variables,
    read_settings,
    unknown_variables,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own variables do not count here."""
    for name in [name for name in os.environ if name.startswith("HIENTRUONG_") or name == "PORT"]:
        monkeypatch.delenv(name)


def test_everything_has_a_default() -> None:
    settings = read_settings()
    assert settings.database.url is None
    assert settings.web.origin == "http://127.0.0.1:8000"
    assert settings.place.state_dir == ROOT / ".local"
    assert settings.store_url == (ROOT / ".local" / "media").as_uri()
    assert (settings.limits.sockets_per_address, settings.limits.sockets_per_account) == (100, 50)
    assert settings.limits.image_bytes == 20 * 1024 * 1024


def test_variables_win_over_the_file_and_the_file_over_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "city.env"
    file.write_text("HIENTRUONG_HOST=10.0.0.5\nHIENTRUONG_LIMITS_SOCKET_QUEUE=77\nSOMEBODY_ELSES=1\n")
    monkeypatch.setenv("HIENTRUONG_SETTINGS", str(file))
    monkeypatch.setenv("HIENTRUONG_HOST", "10.0.0.6")
    settings = read_settings()
    assert settings.web.host == "10.0.0.6"
    assert settings.limits.socket_queue == 77


@pytest.mark.parametrize("name", ["PORT", "HIENTRUONG_PORT"])
def test_the_port_has_two_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "9000")
    assert read_settings().web.port == 9000


def test_an_empty_variable_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIENTRUONG_DATABASE_URL", "")
    monkeypatch.setenv("HIENTRUONG_DEMO_PASSWORD", "")
    assert read_settings().database.url is None
    assert read_settings().secrets.demo_password is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_may_be_spelled_as_elsewhere(scheme: str) -> None:
    assert Database(url=f"{scheme}://u:p@host/d").url == "postgresql+psycopg://u:p@host/d"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "HIENTRUONG_DATABASE_URL",
            "mysql://x/y",
            "HIENTRUONG_DATABASE_URL is wrong: should look like postgresql:",
        ),
        ("PORT", "many", "HIENTRUONG_PORT is wrong: Input should be a valid integer"),
        (
            "HIENTRUONG_ENVIRONMENT",
            "prod",
            "HIENTRUONG_ENVIRONMENT is wrong: Input should be 'demo' or 'production'",
        ),
        ("HIENTRUONG_SETTINGS", "/nowhere.env", "The settings file /nowhere.env is not there"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        read_settings()
    assert str(raised.value).startswith(sentence)
    assert "\n" not in str(raised.value)


def test_a_typing_error_is_noticed() -> None:
    assert unknown_variables(["HIENTRUONG_DATABSE_URL", "HOME", *known_variables(), "HIENTRUONG_SETTINGS"]) == {
        "HIENTRUONG_DATABSE_URL": "HIENTRUONG_DATABASE_URL"
    }


def test_a_test_builds_what_it_needs_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIENTRUONG_LIMITS_REPORTS_PER_MINUTE", "7")
    assert Settings(limits=Limits(reports_per_minute=5)).limits.reports_per_minute == 5


def test_production_gets_no_secret_by_itself(tmp_path: Path) -> None:
    production = Settings(place=Place(environment="production", state_dir=tmp_path))
    with pytest.raises(SettingsError, match="HIENTRUONG_SECRET_KEY"):
        production.secret_key()
    with pytest.raises(SettingsError, match="no demo accounts"):
        production.demo_password()
    given = production.model_copy(update={"secrets": Secrets(secret_key=SecretStr("given"))})
    assert given.secret_key() == "given"
    assert list(tmp_path.iterdir()) == []


def test_secrets_stay_the_same_and_out_of_print(tmp_path: Path) -> None:
    settings = Settings(place=Place(state_dir=tmp_path), secrets=Secrets(secret_key=SecretStr("hush")))
    assert "hush" not in repr(settings)
    password = settings.demo_password()
    assert password == settings.demo_password() == (tmp_path / "demo-password").read_text().strip()
    assert (tmp_path / "demo-password").stat().st_mode & 0o777 == 0o600


def test_processes_that_come_at_once_agree_on_a_secret(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from api.kept_secret import kept_secret;"
        "print(kept_secret(pathlib.Path(sys.argv[1]), 'key', length=32))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(8)]
    said = {process.communicate()[0].decode().strip() for process in running}
    assert said == {kept_secret(tmp_path, "key", length=32)}
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_cookies_are_secure_where_residents_use_https() -> None:
    assert not Web().cookies_are_secure
    assert Web(public_url="https://phananh.example.vn").cookies_are_secure


def test_importing_reads_nothing(tmp_path: Path) -> None:
    broken = {**os.environ, "HIENTRUONG_SETTINGS": str(tmp_path / "missing"), "PORT": "nonsense"}
    done = subprocess.run([sys.executable, "-c", "import api.settings"], cwd=ROOT, env=broken, check=False)
    assert done.returncode == 0
