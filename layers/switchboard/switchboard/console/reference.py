"""The document of the API, and its page: rendered from the document, without scripts or files of other addresses."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from switchboard.console.pages import GUARDS, ServedFile
from switchboard.console.schema_text import constraints, fields, kind_of

DOCUMENT = Path(__file__).with_name("openapi.json")
STYLE = Path(__file__).with_name("reference.css")
METHODS = ("get", "post", "put", "patch", "delete")
CODE = re.compile(r"`([^`]+)`")
FRESH = {"Cache-Control": "no-cache"}


def document() -> ServedFile:
    """Return the OpenAPI document. Any page may read the document, which holds no secret."""
    headers = {**GUARDS, **FRESH, "Access-Control-Allow-Origin": "*"}
    return ServedFile("application/json", DOCUMENT.read_text(), headers)


def reference() -> ServedFile:
    """Return the reference page."""
    return ServedFile("text/html; charset=utf-8", rendered(), {**GUARDS, **FRESH, "Content-Security-Policy": policy()})


def policy() -> str:
    """Return the page's Content-Security-Policy: the one style sheet in the page, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def rendered() -> str:
    """Return the page's HTML."""
    found = json.loads(DOCUMENT.read_text())
    info, groups = found["info"], _by_tag(found)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(info['title'])} API {_text(info['version'])}</title><style>{_style()}</style></head><body>",
        f"<header><h1>{_text(info['title'])} API</h1><p>Release {_text(info['version'])}, also as",
        ' <a href="openapi.json">OpenAPI 3.1</a>.</p>',
        *(f"<p>{_prose(one)}</p>" for one in info["description"].split("\n\n")),
        "</header>",
        f'<nav aria-label="Contents">{"".join(_links(groups))}</nav><main>',
        *(
            f'<section><h2 id="{_anchor(tag)}">{_text(tag)}</h2>{"".join(many)}</section>'
            for tag, many in groups.items()
        ),
        *_credentials(found["components"]["securitySchemes"]),
        *_schemas(found["components"]["schemas"]),
        "</main></body></html>",
    ]
    return "".join(parts)


@cache
def _style() -> str:
    return STYLE.read_text()


def _by_tag(found: Mapping[str, Any]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    refusals = found["components"]["responses"]
    for path, methods in found["paths"].items():
        for method in METHODS:
            if method in methods:
                one = methods[method]
                groups.setdefault(one["tags"][0], []).append(_operation(method, path, one, refusals))
    groups["events"] = [_event(kind, one["post"]) for kind, one in found["webhooks"].items()]
    return groups


def _links(groups: Mapping[str, Any]) -> Iterator[str]:
    for tag in (*groups, "credentials", "schemas"):
        yield f'<a href="#{_anchor(tag)}">{_text(tag)}</a> '


def _operation(method: str, path: str, one: Mapping[str, Any], refusals: Mapping[str, Any]) -> str:
    answers = {
        status: refusals[told["$ref"].rpartition("/")[2]] if "$ref" in told else told
        for status, told in one["responses"].items()
    }
    return (
        f'<details id="{_text(one["operationId"])}"><summary><code class="{method}">{method.upper()}</code> '
        f"<code>{_text(path)}</code> <span>{_prose(one['summary'])}</span></summary>"
        f"{_paragraph(one.get('description'))}{_opens(one)}{_parameters(one.get('parameters', ()))}"
        f"{_body(one.get('requestBody'))}{_answers(answers)}</details>"
    )


def _event(kind: str, one: Mapping[str, Any]) -> str:
    return (
        f'<details id="{_text(one["operationId"])}"><summary><code class="post">event</code> <code>{_text(kind)}</code>'
        f"</summary>{_parameters(one['parameters'])}{_body(one['requestBody'])}</details>"
    )


def _opens(one: Mapping[str, Any]) -> str:
    names = [" and ".join(entry) or "no credentials" for entry in one["security"]]
    return f"<p>Credentials: {_text(', or '.join(names) or 'none')}.</p>"


def _parameters(parameters: Any) -> str:
    rows = "".join(map(_parameter, parameters))
    head = "<thead><tr><th>parameter</th><th>in</th><th>type</th><th></th></tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>" if rows else ""


def _parameter(one: Mapping[str, Any]) -> str:
    star, schema = " *" if one.get("required") else "", one["schema"]
    return (
        f"<tr><td><code>{_text(one['name'])}</code></td><td>{_text(one['in'])}{star}</td>"
        f"<td>{kind_of(schema)} {_text(constraints(schema))}</td><td>{_prose(one.get('description', ''))}</td></tr>"
    )


def _body(body: Mapping[str, Any] | None) -> str:
    if body is None:
        return ""
    said = "Body" if body["required"] else "Body (may be absent)"
    return f"<h4>{said}</h4>{''.join(_content(media, one) for media, one in body['content'].items())}"


def _content(media: str, one: Mapping[str, Any]) -> str:
    shown = "".join(
        f"<pre><code>{_text(_pretty(example['value']))}</code></pre>" for example in one.get("examples", {}).values()
    )
    return f"<p><code>{_text(media)}</code>: {kind_of(one['schema'])}</p>{fields(one['schema'])}{shown}"


def _answers(answers: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{_text(status)}</code></td><td>{_prose(told['description'])}</td><td>{_kinds(told)}</td></tr>"
        for status, told in answers.items()
    )
    return f"<h4>Answers</h4><table><tbody>{rows}</tbody></table>"


def _kinds(told: Mapping[str, Any]) -> str:
    return ", ".join(
        kind_of(one["schema"]) if media == "application/json" else f"<code>{_text(media)}</code>"
        for media, one in told.get("content", {}).items()
    )


def _credentials(schemes: Mapping[str, Any]) -> Iterator[str]:
    yield '<section><h2 id="credentials">credentials</h2><dl>'
    for name, one in schemes.items():
        place = one.get("scheme") or f"{one['in']} {one['name']}"
        yield f"<dt><code>{_text(name)}</code> ({_text(place)})</dt><dd>{_prose(one['description'])}</dd>"
    yield "</dl></section>"


def _schemas(schemas: Mapping[str, Any]) -> Iterator[str]:
    yield '<section><h2 id="schemas">schemas</h2>'
    for name, one in schemas.items():
        yield f'<h3 id="schema-{_text(name)}">{_text(name)}</h3>{_paragraph(one.get("description"))}{fields(one)}'
    yield "</section>"


def _paragraph(text: str | None) -> str:
    return f"<p>{_prose(text)}</p>" if text else ""


def _pretty(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def _anchor(tag: str) -> str:
    return _text(tag.replace(" ", "-"))


def _text(value: Any) -> str:
    return escape(str(value))


def _prose(text: str) -> str:
    """Return a sentence with its words in backticks as code."""
    return CODE.sub(r"<code>\1</code>", _text(text))
