"""The API's document, and what is wrong with an answer by the document."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from local.api.document import FILE
from local.api.schemas import strict
from tests.support.gateway import Answer


@cache
def committed() -> dict[str, Any]:
    """The document as it is served."""
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


def response(method: str, path: str, status: int) -> dict[str, Any]:
    """What the document says of an answer; nothing for a status that it does not name."""
    told: dict[str, Any] = committed()["paths"][path][method.lower()]["responses"].get(str(status), {})
    if "$ref" in told:
        return dict(committed()["components"]["responses"][told["$ref"].rpartition("/")[2]])
    return told


def faults(method: str, path: str, answer: Answer) -> list[str]:
    """What the document does not say of an answer: status, media type, and fields, unknown ones too."""
    told = response(method, path, answer.status)
    if not told:
        return [f"status {answer.status}"]
    media = answer.headers.get("Content-Type", "").partition(";")[0]
    contents = told.get("content", {})
    if not contents:
        return [] if not answer.text else ["a body"]
    if media not in contents:
        return [f"media type {media}"]
    if media != "application/json":
        return []
    found = _validator(json.dumps(contents[media]["schema"])).iter_errors(answer.json)
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in found]


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**strict(json.loads(schema)), "components": {"schemas": _closed()}})


@cache
def _closed() -> dict[str, Any]:
    return {name: strict(one) for name, one in committed()["components"]["schemas"].items()}
