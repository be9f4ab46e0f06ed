"""Each failure of the set-up is one sentence that says what to do, and running again continues."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from setup import bootstrap, system_packages, virtual_environment
from setup.problems import ROOT, SetupProblem, explain_os_error, run_logged


def failing(said: str) -> list[str]:
    return [sys.executable, "-c", f"import sys; print({said!r}); sys.exit(3)"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "The disk of "),
        ("npm error code ENOSPC", "The disk of "),
        (
            "E: Failed to fetch http://x  Temporary failure resolving 'deb.debian.org'",
            "Trying needs the network",
        ),
        ("error: tcp connect error: Network is unreachable", "Trying needs the network"),
        ("npm error code EAI_AGAIN", "Trying needs the network"),
        (
            "lots\nE: Unable to locate package nothing\n",
            "Trying failed (E: Unable to locate package nothing): see ",
        ),
        ("", "Trying failed (it said nothing): see "),
    ],
)
def test_what_a_program_said_becomes_one_sentence(said: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SetupProblem) as raised:
        run_logged("Trying", failing(said), tmp_path / "log")
    assert str(raised.value).startswith(sentence)
    assert "run this again" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert said in (tmp_path / "log").read_text()


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match=r"^Trying failed because no-such-program is not there: install it"):
        run_logged("Trying", ["no-such-program"], tmp_path / "log")


def test_an_older_failure_in_the_log_is_not_blamed(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("No space left on device\n")
    with pytest.raises(SetupProblem, match=r"^Trying failed \(bad luck\)"):
        run_logged("Trying", failing("bad luck"), tmp_path / "log")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk of "),
        (errno.EACCES, "/x cannot be written: give the project's folder to the user"),
    ],
)
def test_errors_of_the_system(number: int, sentence: str) -> None:
    assert str(explain_os_error(OSError(number, os.strerror(number), "/x"))).startswith(sentence)


def test_a_too_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "NEWER", ())
    assert bootstrap.main(["install"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("hientruong: Python 3.11 or newer is needed and this is 3.")
    assert said.count("\n") == 1


def test_an_unknown_action_is_wrong_use() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "setup.bootstrap", "dance"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "usage: python3 -m setup.bootstrap run|test|bench|web|install|clean\n"


def test_without_a_package_manager_docker_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system_packages, "CONTROL_FILES", ())
    with pytest.raises(SetupProblem, match=r"PostgreSQL with PostGIS cannot be installed here .*docker compose up"):
        system_packages.install_missing(database=True, browser=False, log=tmp_path / "log")


def test_a_user_without_rights_is_told_what_root_must_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(system_packages, "CONTROL_FILES", ())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupProblem, match=r"run 'apt-get install .* postgresql-postgis' as root"):
        system_packages.install_missing(database=True, browser=False, log=tmp_path / "log")


def test_nothing_missing_needs_nothing(tmp_path: Path) -> None:
    system_packages.install_missing(database=True, browser=True, log=tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_a_half_finished_venv_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to("/nonexistent/python")
    monkeypatch.setattr(virtual_environment, "VENV", venv)
    monkeypatch.setattr(virtual_environment, "PYTHON", venv / "bin" / "python")
    virtual_environment.make(tmp_path / "log")
    assert subprocess.run([venv / "bin" / "python", "-m", "pip", "--version"], check=False).returncode == 0
    before = (venv / "pyvenv.cfg").stat().st_mtime_ns
    virtual_environment.make(tmp_path / "log")
    assert (venv / "pyvenv.cfg").stat().st_mtime_ns == before, "a sound one is kept"


def test_the_stamp_decides_what_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_environment, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(virtual_environment, "PYTHON", Path(sys.executable))
    wanted = {"project": "abc", "python": "3.11.2"}
    assert not virtual_environment.is_installed(wanted, tests=False)
    (tmp_path / "stamp").write_text(json.dumps({**wanted, "tests": False}))
    assert virtual_environment.is_installed(wanted, tests=False)
    assert not virtual_environment.is_installed(wanted, tests=True)
    assert not virtual_environment.is_installed({**wanted, "project": "def"}, tests=False)
    (tmp_path / "stamp").write_text('{"project": "ab')  # the disk was full
    assert not virtual_environment.is_installed(wanted, tests=False)
