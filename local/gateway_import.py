"""Teaches MiniStack what API Gateway makes of an OpenAPI description beyond methods and integrations.

By itself MiniStack leaves out `x-amazon-apigateway-any-method`, the gateway's own answers and the binary media types.
It also tells the client what a function that failed has raised. A hub on one machine would answer other than on AWS.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway_v1 as gateway

from local.gateway_answers import ANSWERS

ANY = "x-amazon-apigateway-any-method"
_RESPONSES = "x-amazon-apigateway-gateway-responses"
_BINARY = "x-amazon-apigateway-binary-media-types"
_TIME = b"$context.requestTimeEpoch"
# What the functions below are put before.
_METHODS = frozenset(gateway._OPENAPI_HTTP_METHODS)  # noqa: SLF001 - MiniStack has nothing public for any of these
_PATH_ITEM, _REST_API = gateway._import_path_item, gateway._import_rest_api  # noqa: SLF001
_ERROR, _PROXIED = gateway._gateway_error_response, gateway._lambda_proxy_response  # noqa: SLF001


def install() -> None:
    """Have MiniStack read the three extensions, fill in the time, and word a function's failure as AWS does."""
    gateway._OPENAPI_HTTP_METHODS = {*_METHODS, "any"}  # noqa: SLF001
    gateway._import_path_item = import_path_item  # noqa: SLF001
    gateway._import_rest_api = import_rest_api  # noqa: SLF001
    gateway._gateway_error_response = error_response  # noqa: SLF001
    gateway._lambda_proxy_response = proxied_response  # noqa: SLF001


def import_path_item(api_id: str, path: str, item: Mapping[str, Any], *security: Any) -> None:
    """Add a path to an API, the method that stands for all others too."""
    named = {"any" if name == ANY else name: operation for name, operation in item.items()}
    _PATH_ITEM(api_id, path, named, *security)


def import_rest_api(spec: Mapping[str, Any], base_data: Mapping[str, Any] | None = None) -> str:
    """Make an API of a description; return its id."""
    data = dict(base_data or {})
    data["binaryMediaTypes"] = data.get("binaryMediaTypes") or spec.get(_BINARY) or []
    api_id: str = _REST_API(spec, data)
    for kind, response in spec.get(_RESPONSES, {}).items():
        gateway._put_gateway_response(api_id, kind, response)  # noqa: SLF001
    return api_id


def error_response(error: Any, request: Any) -> tuple[int, dict[str, str], bytes]:
    """Word an answer of the gateway's own, with the time that MiniStack leaves as a variable."""
    status, headers, body = _ERROR(error, request)
    return status, headers, body.replace(_TIME, b"%d" % _now())


def proxied_response(result: Any) -> tuple[Any, Any]:
    """Read what a function has answered; a failure becomes the gateway's own answer, and tells nothing of itself."""
    response, failure = _PROXIED(result)
    if not failure:
        return response, failure
    answer = ANSWERS["INTEGRATION_FAILURE"]
    return {"statusCode": answer.status, "body": json.dumps(answer.body(_now()))}, None


def _now() -> int:
    return round(time.time() * 1000)
