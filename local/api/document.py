"""Builds the document, and writes it where the hub serves it: `make pages`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local.api.events import events
from local.api.examples import examples_of
from local.api.handlers import summary_of, told_of
from local.api.model import JSON, Content, Listed, Operation, Part
from local.api.operator_operations import OPERATOR
from local.api.parameters import parameters_of
from local.api.refusals import SHAPES, is_open, refusals_of, shared
from local.api.schemas import components, partial, reference
from local.api.security import SCHEMES, rights_of, security_of
from local.api.vendor_operations import VENDORS
from local.bundle import ROOT
from switchboard.console.release import RELEASE
from switchboard.lambdas.rights import PREFIX
from switchboard.lambdas.routes import Route, by_path
from switchboard.telephony.contracts import SETTINGS
from switchboard_client.answers.campaigns import AudioAdded, AudioFile
from switchboard_client.answers.vendors import Accepted, Handshake

DEPTH = 3  # of the objects that have a line for each entry
FILE = ROOT / "layers" / "switchboard" / "switchboard" / "console" / "openapi.json"
BESIDE = (Accepted, Handshake, AudioAdded, AudioFile)  # types that the tables name in schemas of their own
OPERATIONS = {**OPERATOR, **VENDORS}
MEANINGS = {
    200: "Done.", 201: "Made.", 202: "Accepted: the work goes on.", 204: "Done. The answer has no body.",
    206: "A part of the file.", 304: "The client has the file.", 307: "The file is at the address in `Location`.",
    404: "There is no such object.", 409: "The object exists already, or its state forbids the request.",
    416: "The file does not have the range.",
}  # fmt: skip
DESCRIPTION = """\
Call events come in from any PBX in its dialect, become one state of a call, and go out, in order and at least once, to
each receiver in its dialect. `/admin` is the hub's own API; its bodies and queries refuse unknown names. The other
paths are the APIs of vendors, which the hub serves as their documents have them. `webhooks` are the events of the
dialect `standard`.

Lists have pages: `limit` and `cursor` in the query, `cursor` in the answer, null after the last page. Later releases
may add fields to answers and kinds of events."""


def document() -> dict[str, Any]:
    """Return the whole document."""
    schemas = _schemas()
    paths = {
        path: {method.lower(): _operation(route, schemas) for method, route in methods.items()}
        for path, methods in _ordered().items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Switchboard", "version": RELEASE, "description": DESCRIPTION, "license": {"name": "MIT"}},
        "servers": [{"url": "./", "description": "The address from which this document was read."}],
        "tags": [
            {"name": tag} for tag in dict.fromkeys(_tag(one) for many in _ordered().values() for one in many.values())
        ],
        "paths": paths,
        "webhooks": events(),
        "components": {"schemas": schemas, "responses": shared(), "securitySchemes": SCHEMES},
    }


def _ordered() -> dict[str, dict[str, Route]]:
    """Return the routes by path, the hub's own API first."""
    return dict(sorted(by_path().items(), key=lambda one: not one[0].startswith(PREFIX)))


def text() -> str:
    """Return the file: each operation, each schema and each refusal on a line of its own."""
    return _lines(document(), DEPTH) + "\n"


def _lines(value: Any, depth: int) -> str:
    if depth == 0 or not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    entries = (f"{json.dumps(name)}:{_lines(one, depth - 1)}" for name, one in value.items())
    return "{\n" + ",\n".join(entries) + "\n}"


def _operation(route: Route, schemas: Mapping[str, Any]) -> dict[str, Any]:
    operation, told = OPERATIONS[route.name], told_of(route)
    summary, rest = summary_of(told.text)
    described = " ".join(filter(None, (rest, rights_of(route))))
    found: dict[str, Any] = {
        "tags": [_tag(route)],
        "operationId": _id(route, told.name),
        "summary": summary or route.name,
    }
    if described:
        found["description"] = described
    if parameters := parameters_of(route, operation):
        found["parameters"] = parameters
    if operation.body:
        found["requestBody"] = _body(route, operation, schemas)
    answers = {str(status): _answer(status, one) for status, one in operation.answers.items()}
    found["responses"] = {**answers, **refusals_of(route, operation)}
    return {**found, "security": [] if is_open(route) else security_of(route)}


def _id(route: Route, name: str) -> str:
    """Return the id of an operation: the function's folder and name; a second path of a function has its own words."""
    id_ = f"{route.folder.replace('/', '_')}_{name}"
    same = [one for methods in by_path().values() for one in methods.values() if _key(one) == _key(route)]
    place = same.index(route)
    return f"{id_}_{place + 1}" if place else id_


def _key(route: Route) -> tuple[str, str]:
    return route.folder, told_of(route).name


def _tag(route: Route) -> str:
    room, _, name = route.folder.partition("/")
    return name.replace("_", " ") if room == "admin" else room


def _body(route: Route, operation: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    content = {}
    for one in _many(operation.body):
        media, schema = _content(one)
        shown = examples_of(route, media, schema, schemas)
        content[media] = {"schema": schema, **({"examples": shown} if shown else {})}
    return {"required": not operation.optional, "content": content}


def _answer(status: int, told: Any) -> dict[str, Any]:
    if told is None:
        return {"description": MEANINGS[status]}
    contents = dict(_content(one) for one in _many(told))
    return {"description": MEANINGS[status], "content": {m: {"schema": s} for m, s in contents.items()}}


def _content(one: Any) -> tuple[str, dict[str, Any]]:
    """Return media type and schema of a body."""
    if isinstance(one, Content):
        return one.media, dict(one.schema)
    if isinstance(one, Listed):
        return JSON, {"type": "array", "items": reference(one.of.__name__)}
    return JSON, reference(_name(one))


def _name(one: Any) -> str:
    return f"{one.model.__name__.removesuffix('Body')}Fields" if isinstance(one, Part) else one.__name__


def _many(told: Any) -> Sequence[Any]:
    return told if isinstance(told, tuple) else (told,)


def _schemas() -> dict[str, Any]:
    """Return all components: models, answers, refusals, and the changes that leave fields out."""
    found = components([*_types(), *BESIDE, *SETTINGS.values(), *(shape for shape in SHAPES.values())])
    changes = {_name(one): partial(found[one.model.__name__], one.more) for one in _bodies() if isinstance(one, Part)}
    found["TelephonyBody"]["properties"]["settings"] = {
        "description": "The settings of the provider. The last one is the simulator's.",
        "anyOf": [reference(model.__name__) for model in reversed(SETTINGS.values())],
    }
    return dict(sorted({**found, **changes}.items()))


def _types() -> Iterator[type]:
    for one in _bodies():
        if isinstance(one, Part):
            yield from (one.model, *one.more.values())
        elif isinstance(one, Listed):
            yield one.of
        elif isinstance(one, type):
            yield one


def _bodies() -> Iterator[Any]:
    for operation in OPERATIONS.values():
        for told in (operation.body, *operation.answers.values()):
            yield from _many(told)


if __name__ == "__main__":
    FILE.write_text(text())
