"""GET /version; GET /console and its /console/{build}/{file}; GET /openapi.json and /reference: the API's document."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.console.pages import ServedFile, asset, page
from switchboard.console.reference import document, reference
from switchboard.console.release import version_view
from switchboard.dialects.refusals import refuse
from switchboard.lambdas.http import answering
from switchboard.lambdas.rest import rest_api

app = rest_api(refuse)


@app.get("/version")
def show_version() -> dict[str, Any]:
    """Return the release and the commit of this hub. Needs no token."""
    return version_view()


@app.get("/console")
def show_console() -> Response[str]:
    """Return the console's page. The page asks for a token, and calls the operator's API."""
    return _served(page(app.current_event.path))


@app.get("/console/<build>/<file>")
def show_file(build: str, file: str) -> Response[str]:
    """Return a file of the console's page."""
    return _served(asset(build, file))


@app.get("/openapi.json")
def show_document() -> Response[str]:
    """Return the OpenAPI 3.1 document of the whole API. Needs no token."""
    return _served(document())


@app.get("/reference")
def show_reference() -> Response[str]:
    """Return the reference of the API as a page, which works without scripts and without other addresses."""
    return _served(reference())


def _served(found: ServedFile) -> Response[str]:
    return Response(200, found.kind, found.text, dict(found.headers))


handler = answering(refuse, app.resolve)
