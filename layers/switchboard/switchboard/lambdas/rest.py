"""Routers of API Gateway's requests, for functions with several routes."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from switchboard.errors import NotFound, Refused
from switchboard.lambdas.http import JSON, Refuse, internal, public_url, to_json

__all__ = ["JSON", "no_content", "public_url", "rest_api"]


def rest_api(refuse: Refuse) -> APIGatewayRestResolver:
    """Return a router for one function. `refuse` words its errors."""
    app = APIGatewayRestResolver(serializer=to_json)

    def refused(error: Refused) -> Response[str]:
        return Response(error.status, JSON, to_json(refuse(error)), dict(error.headers))

    app.exception_handler(Refused)(refused)
    app.exception_handler(Exception)(lambda error: refused(internal(error)))
    app.not_found(lambda _: refused(NotFound("There is nothing at this path.")))
    return app


def no_content() -> Response[str]:
    """Return status 204 with an empty body."""
    return Response(204, JSON, "")
