"""GET /api/v1/doc of IS.VPBX: the page of the API, at the path that the vendor's document names. Needs no token."""

from aws_lambda_powertools.event_handler import Response

from switchboard.dialects.vpbx.doc import HTML, page
from switchboard.dialects.vpbx.errors import refuse
from switchboard.lambdas.http import answering
from switchboard.lambdas.vpbx import vpbx_api

app = vpbx_api()


@app.get("/api/v1/doc")
def show() -> Response[str]:
    """Return the page: the authorisation, and every request of the API."""
    return Response(200, HTML, page())


handler = answering(refuse, app.resolve)
