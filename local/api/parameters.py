"""The parameters of paths and queries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from local.api.model import Operation
from local.api.schemas import tidy
from switchboard.accounts.terms.contracts import ACCOUNT_ID
from switchboard.lambdas.callers import ACCOUNT
from switchboard.lambdas.known_names import QUERIES, known_in_query
from switchboard.lambdas.operator import LARGEST_PAGE, LONGEST_CURSOR
from switchboard.lambdas.operator import PAGE as PAGE_SIZE
from switchboard.lambdas.rights import PREFIX
from switchboard.lambdas.routes import Route

COMMON: dict[str, dict[str, Any]] = {
    "account": {
        "description": "The account; empty is as absent. An account's own token needs none.",
        "schema": {"type": "string", "pattern": f"^$|{ACCOUNT_ID}"},
    },
    "limit": {
        "description": "How many entries a page has.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
    },
    "cursor": {
        "description": "The `cursor` of the page before.",
        "schema": {"type": "string", "maxLength": LONGEST_CURSOR},
    },
}
TOLD = {
    "ws": "The name of the CRM's workspace.",
    "source": "The unguessable part of the address of a source.",
    "dialect_or_source": "The name of a dialect; before `/route` the address of a source.",
    "group": "The first part of the path that a vendor appends for an event, such as `events`.",
    "event": "The second part of that path, such as `call`.",
    "detail": "The third part of that path, such as `added`.",
    "build": "The digest of the page's files.",
}


def parameters_of(route: Route, operation: Operation) -> list[dict[str, Any]]:
    """Return the parameters of a route: those of the path, then those of the query."""
    return [*_in_path(route), *_in_query(route, operation)]


def _in_path(route: Route) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        told = TOLD.get(name) if not route.path.startswith(PREFIX) else None
        described = told or f"The {name.replace('_', ' ')}: a name, a number or an id, percent-encoded."
        schema = {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "description": described, "schema": schema}


def _in_query(route: Route, operation: Operation) -> Iterator[dict[str, Any]]:
    known = _known(route)
    schemas: dict[str, Any] = {name: COMMON[name] for name in known if name in COMMON}
    for one in operation.query:
        schemas |= _of_model(one) if isinstance(one, type) else {name: _shown(value) for name, value in one.items()}
    for name, told in schemas.items():
        required = {"required": True} if name in operation.needed else {}
        yield {"name": name, "in": "query", **required, **told}


def _known(route: Route) -> tuple[str, ...]:
    """Return the names that the operator's API allows in a route's query."""
    if not route.path.startswith(PREFIX):
        return ()
    known = known_in_query(route.method, route.path)
    paged = route.name in QUERIES or (route.method == "GET" and "{" not in route.path)
    return tuple(name for name in known if paged or name == ACCOUNT)


def _of_model(model: type[BaseModel]) -> dict[str, Any]:
    schema = tidy(TypeAdapter(model).json_schema())
    kinds = schema.get("$defs", {})
    return {name: _shown(_given(one, kinds)) for name, one in schema["properties"].items()}


def _given(schema: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is there: a parameter cannot be null."""
    if "$ref" in schema:
        return {**kinds[schema["$ref"].rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(options) == 1:
        return _given({**{k: v for k, v in schema.items() if k not in ("anyOf", "default")}, **options[0]}, kinds)
    return {k: v for k, v in schema.items() if k != "default" or v not in (None, "")}


def _shown(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description beside the schema."""
    kept = {name: value for name, value in schema.items() if name != "description"}
    return {**({"description": schema["description"]} if "description" in schema else {}), "schema": kept}
