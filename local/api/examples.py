"""Examples of requests: the bodies of the events in `events/functions`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from string import Template
from typing import Any

from jsonschema import Draft202012Validator

from local.bundle import ROOT
from switchboard.lambdas.routes import Route

EVENTS = ROOT / "events" / "functions"
BAD = re.compile(r"bad|unknown|^no_|_no_|^not_|_again$|wrong|nothing|without|unverified")
MOST = 3
PLACES = {"hook": "https://crm.example/hooks/calls", "bad_hook": "https://crm.example/hooks/calls"}


def examples_of(route: Route, media: str, schema: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bodies that fixtures send to a route and that the schema allows, by the fixture's name."""
    check = validator(schema, components)
    found = {}
    for name, event in fixtures()[route.folder]:
        body = event.get("body")
        if _of(event, route) and body and not BAD.search(name) and not event.get("isBase64Encoded"):
            value = _value(filled(body), media)
            if value is not None and check.is_valid(value):
                found[name] = {"value": value}
    return dict(list(found.items())[:MOST])


def validator(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Draft202012Validator:
    """Return what checks values against a schema that refers to components."""
    return Draft202012Validator({**schema, "components": {"schemas": components}})


@cache
def fixtures() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return the events of each function, by name."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for path in sorted(EVENTS.rglob("*.json")):
        folder = path.parent.relative_to(EVENTS).as_posix()
        found.setdefault(folder, []).append((path.stem, json.loads(path.read_text())))
    return found


def filled(text: str) -> str:
    """Return a text with a word in each placeholder's place."""
    return Template(text).safe_substitute(_Words())


class _Words(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return PLACES.get(name, f"the-{name.replace('_', '-')}")


def _of(event: Mapping[str, Any], route: Route) -> bool:
    return (event.get("httpMethod"), event.get("resource")) == (route.method, route.path)


def _value(body: str, media: str) -> Any:
    if media != "application/json":
        return body
    try:
        return json.loads(body)
    except ValueError:
        return None
