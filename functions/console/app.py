"""GET /version."""

from typing import Any

from switchboard.console.release import version_view
from switchboard.dialects.refusals import refuse
from switchboard.lambdas.http import answering
from switchboard.lambdas.rest import rest_api

app = rest_api(refuse)


@app.get("/version")
def show_version() -> dict[str, Any]:
    """Return the release and the commit of this hub. Needs no token."""
    return version_view()


handler = answering(refuse, app.resolve)
