"""GET /api/v1/phones/local of IS.VPBX: the account's extensions."""

from typing import Any

from switchboard.bootstrap.adapters import extensions
from switchboard.dialects.vpbx.extensions import listed
from switchboard.lambdas.vpbx import account_of, vpbx_api, vpbx_handler

app = vpbx_api()


@app.get("/api/v1/phones/local")
def show() -> dict[str, Any]:
    """Return all extensions of the account, ordered by id."""
    return listed(extensions().of_account(account_of(app)))


handler = vpbx_handler(app)
