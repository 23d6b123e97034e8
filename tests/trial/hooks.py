"""Hooks of schemathesis, which runs in an environment of its own: credentials, and ids of objects that are there."""

import json
import os
import random

import schemathesis

KNOWN = json.loads(os.environ["API_KNOWN"])
OFTEN = 0.8  # of the requests name an object that is there


@schemathesis.serializer(
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "audio/mpeg",
    "audio/wav",
)
def as_bytes(context, value):  # noqa: ANN001, ANN201
    """Send bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def map_path_parameters(context, path_parameters):  # noqa: ANN001, ANN201
    """Put the id of an object that is there into the path, mostly."""
    for name in path_parameters or {}:
        if name in KNOWN["ids"] and random.random() < OFTEN:  # noqa: S311
            path_parameters[name] = KNOWN["ids"][name]
    return path_parameters


@schemathesis.hook
def map_query(context, query):  # noqa: ANN001, ANN201
    """Name the account that is there, mostly."""
    if query and isinstance(query.get("account"), str) and random.random() < OFTEN:  # noqa: S311
        query["account"] = KNOWN["ids"]["account"]
    return query


@schemathesis.hook
def before_call(context, case, kwargs):  # noqa: ANN001, ANN201
    """Show the credentials of the API."""
    found = next(headers for prefix, headers in KNOWN["credentials"] if case.operation.path.startswith(prefix))
    case.headers = {**(case.headers or {}), **found}
