"""Every answer that the gateway words by itself: `openapi.yaml` and the local hub's front door say these.

Each one has a constant message, in the error shapes of all dialects at once: the gateway does not know whose path was
called. No answer repeats anything that the client sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_AGAIN = "Something went wrong on our side; please try again."
_TOO_LARGE = (
    "The request is too large: the body takes 10 MB, the headers take 10 KB. "
    "POST /api/v1/audio-files/uploads tells where to put a large audio file, "
    "POST /api/v1/subscriber-groups/uploads a list."
)
_NO_AWS_SIGNATURE = "The hub takes no AWS signatures: send the token of an account or of the operator."
# Stands for the time in a body until the gateway fills the time in.
_TIME = "$context.requestTimeEpoch"


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """A status, its reason, the code and the message of the body, and the headers beside it."""

    status: int
    reason: str
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, milliseconds: int | str) -> dict[str, Any]:
        """The fields of every dialect's errors; the path stays empty, because the client has sent the path."""
        return {
            "name": f"{self.status} {self.reason}",
            "message": self.message,
            "error": {"code": self.code, "message": self.message},
            "timestamp": milliseconds,
            "status": self.status,
            "path": "",
        }

    @property
    def template(self) -> str:
        """The body as API Gateway's mapping template: JSON, with the gateway's own variable for the time."""
        return json.dumps(self.body(_TIME)).replace(f'"{_TIME}"', _TIME)


def _bad_request(message: str) -> GatewayAnswer:
    return GatewayAnswer(400, "Bad Request", "bad_request", message)


def _forbidden(message: str) -> GatewayAnswer:
    return GatewayAnswer(403, "Forbidden", "forbidden", message)


def _internal() -> GatewayAnswer:
    return GatewayAnswer(500, "Internal Server Error", "internal", _AGAIN)


def _too_many(message: str, seconds: int) -> GatewayAnswer:
    return GatewayAnswer(429, "Too Many Requests", "too_many_requests", message, {"Retry-After": str(seconds)})


# By API Gateway's response types. A type that stands here keeps its own status whatever the two defaults say.
ANSWERS: dict[str, GatewayAnswer] = {
    "DEFAULT_4XX": _bad_request("The gateway cannot read the request."),
    "DEFAULT_5XX": _internal(),
    "BAD_REQUEST_BODY": _bad_request("The gateway cannot read the body."),
    "BAD_REQUEST_PARAMETERS": _bad_request("The gateway cannot read the parameters."),
    "UNAUTHORIZED": GatewayAnswer(401, "Unauthorized", "unauthorized", "The request has no valid token."),
    "ACCESS_DENIED": _forbidden("The gateway does not allow the request."),
    "INVALID_API_KEY": _forbidden("The hub takes no API keys: send the token of an account or of the operator."),
    "WAF_FILTERED": _forbidden("A firewall before the hub has refused the request."),
    "EXPIRED_TOKEN": _forbidden(_NO_AWS_SIGNATURE),
    "INVALID_SIGNATURE": _forbidden(_NO_AWS_SIGNATURE),
    "RESOURCE_NOT_FOUND": GatewayAnswer(404, "Not Found", "not_found", "There is nothing at this path."),
    # Every path serves all methods that the gateway knows: only a method beyond those, such as TRACE, is left.
    "MISSING_AUTHENTICATION_TOKEN": GatewayAnswer(
        405,
        "Method Not Allowed",
        "method_not_allowed",
        "No path takes this method.",
        {"Allow": "DELETE, GET, PATCH, POST, PUT"},
    ),
    "REQUEST_TOO_LARGE": GatewayAnswer(413, "Request Entity Too Large", "too_large", _TOO_LARGE),
    "UNSUPPORTED_MEDIA_TYPE": GatewayAnswer(
        415, "Unsupported Media Type", "unsupported_media_type", "The gateway takes no body of this type."
    ),
    "THROTTLED": _too_many("Too many requests; please try again shortly.", 1),
    "QUOTA_EXCEEDED": _too_many("Too many requests; please try again later.", 3600),
    "API_CONFIGURATION_ERROR": _internal(),
    "AUTHORIZER_CONFIGURATION_ERROR": _internal(),
    "AUTHORIZER_FAILURE": _internal(),
    "INTEGRATION_FAILURE": GatewayAnswer(502, "Bad Gateway", "bad_gateway", _AGAIN),
    "INTEGRATION_TIMEOUT": GatewayAnswer(504, "Gateway Timeout", "timeout", "The hub took too long to answer."),
}
