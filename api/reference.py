"""The page at /docs: OpenAPI and AsyncAPI as plain HTML, without script and without any other host."""

import json
from typing import Any

from jinja2 import Environment

_ENVIRONMENT = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_ENVIRONMENT.filters["json"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
_PAGE = _ENVIRONMENT.from_string("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hiện Trường: API</title>
<style>
body { font: 16px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 6rem; }
h1 { font-size: 1.7rem; } h2 { margin-top: 3rem; border-bottom: 1px solid #8886; padding-bottom: .3rem; }
details { border: 1px solid #8884; border-radius: 8px; margin: .5rem 0; padding: .5rem .9rem; }
summary { cursor: pointer; font-weight: 600; } summary:focus-visible { outline: 3px solid Highlight; }
.method { display: inline-block; min-width: 4.5em; font: 600 .85em ui-monospace, monospace; }
pre { overflow: auto; padding: .8rem; border-radius: 6px; background: #8881; font-size: .85rem; }
code { font-family: ui-monospace, monospace; } .quiet { opacity: .75; font-weight: 400; }
</style>
</head>
<body>
<h1>Hiện Trường: API</h1>
<p>For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI) and <a href="/asyncapi.json">/asyncapi.json</a>
(AsyncAPI). Errors are RFC 9457 problem details; times RFC 3339; points {"lon", "lat"} in WGS 84.</p>
{% for tag, calls in groups %}
<h2>{{ tag }}</h2>
{% for call in calls %}
<details>
<summary><span class="method">{{ call.method }}</span> <code>{{ call.path }}</code>
<span class="quiet">{{ call.summary }}</span></summary>
<p>{{ call.description }}</p>
{% for title, schema in call.schemas %}<p>{{ title }}</p><pre>{{ schema }}</pre>{% endfor %}
</details>
{% endfor %}
{% endfor %}
<h2>live: <code>/api/v1/live</code></h2>
<p>{{ live.info.description }}</p>
{% for name, message in live.components.messages.items() %}
<details>
<summary><code>{{ name }}</code> <span class="quiet">{{ message.summary or "" }}</span></summary>
<pre>{{ message.payload | json }}</pre>
</details>
{% endfor %}
</body>
</html>
""")


def render(openapi: dict[str, Any], asyncapi: dict[str, Any]) -> str:
    """The page for these two documents."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in openapi["paths"].items():
        for method, call in methods.items():
            groups.setdefault((call.get("tags") or ["other"])[0], []).append(_call(path, method, call))
    return _PAGE.render(groups=sorted(groups.items()), live=asyncapi)


def _call(path: str, method: str, call: dict[str, Any]) -> dict[str, Any]:
    schemas = []
    if "requestBody" in call:
        for kind, content in call["requestBody"]["content"].items():
            schemas.append((f"Body, {kind}", json.dumps(content.get("schema", {}), indent=2, ensure_ascii=False)))
    if call.get("parameters"):
        schemas.append(("Parameters", json.dumps(call["parameters"], indent=2, ensure_ascii=False)))
    return {
        "path": path,
        "method": method.upper(),
        "summary": call.get("summary", ""),
        "description": call.get("description", ""),
        "schemas": schemas,
    }
