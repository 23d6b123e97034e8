"""GET and POST /admin/extensions, DELETE /admin/extensions/{number}."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.accounts.extension_contracts import extension_view, read_extension
from switchboard.bootstrap.adapters import extensions
from switchboard.errors import NotFound
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler, page_of_all, query_of
from switchboard.lambdas.rest import no_content

app = operator_api()


@app.get("/admin/extensions")
def show_all() -> dict[str, Any]:
    """Return the extensions of an account."""
    listed = extensions().of_account(account_in(query_of(app)).id)
    found, cursor = page_of_all(app, listed, lambda extension: extension.number)
    return {"extensions": [extension_view(extension) for extension in found], "cursor": cursor}


@app.post("/admin/extensions")
def add() -> tuple[dict[str, Any], int]:
    """Add an extension. 409 if the account has the number."""
    account, number, name = read_extension(body_of(app))
    account_in({"account": account})
    return extension_view(extensions().add(account, number, name)), 201


@app.delete("/admin/extensions/<number>")
def remove(number: str) -> Response[str]:
    """Remove an extension."""
    if not extensions().remove(account_in(query_of(app)).id, number):
        raise NotFound("There is no such extension.", "number")
    return no_content()


handler = operator_handler(app)
