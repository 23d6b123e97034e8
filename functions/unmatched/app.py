"""Every path and method that nothing else serves: 404 or 405 in the shape of the dialect whose path it is."""

from typing import Any

from switchboard.errors import MethodNotAllowed, NotFound
from switchboard.lambdas.http import answer, echo_of
from switchboard.lambdas.refusing import refusing_at
from switchboard.lambdas.routes import dialect_of, methods_of


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """404 where no route has the path, 405 with `Allow` where one has it with other methods."""
    path = event.get("path") or "/"
    refuse = refusing_at(path)
    methods = methods_of(path)
    echo = echo_of(event, dialect_of(path))
    if not methods or event.get("httpMethod") in methods:
        return answer(404, refuse(NotFound("There is nothing at this path.")), echo)
    allowed = ", ".join(methods)
    return answer(405, refuse(MethodNotAllowed(f"This path takes {allowed}.")), {"Allow": allowed, **echo})
