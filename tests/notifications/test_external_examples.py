"""The examples of docs/external.md, run as they stand there: they take what is genuine and nothing else."""

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from notifications.handovers import signing

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "external.md").read_text(encoding="utf-8")
SECRET, OTHER = signing.new_secret(), signing.new_secret()
BODY = '{"type": "report.dispatched", "words": "Ổ gà"}'.encode()


def example(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def cases() -> list[tuple[bool, dict[str, str], str]]:
    """(genuine, headers, body)"""
    now, old = str(int(time.time())), str(int(time.time()) - 3600)
    good = dict(signing.headers([SECRET], "msg_1", now, BODY))
    return [
        (True, good, BODY.decode()),
        (True, dict(signing.headers([OTHER, SECRET], "msg_1", now, BODY)), BODY.decode()),
        (False, good, BODY.decode() + " "),
        (False, {**good, "webhook-id": "msg_2"}, BODY.decode()),
        (False, {**good, "webhook-signature": "v1,AAAA v2,BBBB"}, BODY.decode()),
        (False, dict(signing.headers([OTHER], "msg_1", now, BODY)), BODY.decode()),
        (False, dict(signing.headers([SECRET], "msg_1", old, BODY)), BODY.decode()),
    ]


def test_the_python_example() -> None:
    names: dict[str, Any] = {}
    exec(example("python"), names)  # as an agency's programmer would paste it
    assert [names["is_genuine"](SECRET, headers, body.encode()) for _, headers, body in cases()] == [
        genuine for genuine, _, _ in cases()
    ]


def test_the_javascript_example(tmp_path: Path) -> None:
    given = cases()
    facts = json.dumps([SECRET, [[headers, body] for _, headers, body in given]])
    script = tmp_path / "hook.mjs"
    script.write_text(
        f"{example('js')}\nconst [secret, all] = {facts};\n"
        "console.log(JSON.stringify(all.map(([headers, body]) => isGenuine(secret, headers, Buffer.from(body)))));\n"
    )
    said = subprocess.run(["node", str(script)], capture_output=True, text=True, check=True).stdout
    assert json.loads(said) == [genuine for genuine, _, _ in given]
