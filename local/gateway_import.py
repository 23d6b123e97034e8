"""Teaches MiniStack what an OpenAPI description says to API Gateway beyond methods and integrations.

By itself MiniStack leaves out `x-amazon-apigateway-any-method`, the gateway's own answers and the binary media types,
so a hub on one machine would answer other than the same hub on AWS.
"""

from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway_v1 as gateway

ANY = "x-amazon-apigateway-any-method"
_RESPONSES = "x-amazon-apigateway-gateway-responses"
_BINARY = "x-amazon-apigateway-binary-media-types"


def install() -> None:
    """Have MiniStack read the three extensions when it imports a description."""
    methods, path_item, rest_api = (
        gateway._OPENAPI_HTTP_METHODS,  # noqa: SLF001 - nothing public leads there
        gateway._import_path_item,  # noqa: SLF001
        gateway._import_rest_api,  # noqa: SLF001
    )

    def import_path_item(api_id: str, path: str, item: Mapping[str, Any], *security: Any) -> None:
        path_item(api_id, path, {_method(name): operation for name, operation in item.items()}, *security)

    def import_rest_api(spec: Mapping[str, Any], base_data: Mapping[str, Any] | None = None) -> str:
        data = dict(base_data or {})
        data["binaryMediaTypes"] = data.get("binaryMediaTypes") or spec.get(_BINARY) or []
        api_id: str = rest_api(spec, data)
        for kind, response in spec.get(_RESPONSES, {}).items():
            gateway._put_gateway_response(api_id, kind, response)  # noqa: SLF001
        return api_id

    gateway._OPENAPI_HTTP_METHODS = {*methods, "any"}  # noqa: SLF001
    gateway._import_path_item = import_path_item  # noqa: SLF001
    gateway._import_rest_api = import_rest_api  # noqa: SLF001


def _method(name: str) -> str:
    return "any" if name == ANY else name
