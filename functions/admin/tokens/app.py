"""GET and POST /admin/tokens, DELETE /admin/tokens/{token}."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.accounts.contracts import read_token_request, token_view
from switchboard.accounts.tokens import check_gift, issue_token, revoke_token
from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import token_forms
from switchboard.bootstrap.adapters import accounts, tokens
from switchboard.lambdas.callers import caller, note_account
from switchboard.lambdas.operator import (
    account_in,
    accounts_in,
    body_of,
    operator_api,
    operator_handler,
    page_of_all,
    query_of,
)
from switchboard.lambdas.rest import no_content

app = operator_api()


@app.get("/admin/tokens")
def show_all() -> dict[str, Any]:
    """Return the tokens of an account, without their texts."""
    listed = tokens().of_account(account_in(query_of(app)).id)
    found, cursor = page_of_all(app, listed, lambda token: token.id)
    return {"tokens": [token_view(token) for token in found], "cursor": cursor}


@app.post("/admin/tokens")
def issue() -> tuple[dict[str, Any], int]:
    """Issue a token. Only this answer shows its text."""
    request = read_token_request(body_of(app))
    if caller().owner:
        check_gift(request, caller().scopes)
    token, text = issue_token(request, token_forms(), accounts(), tokens(), now())
    return {**token_view(token), "token": text}, 201


@app.delete("/admin/tokens/<token>")
def revoke(token: str) -> Response[str]:
    """Revoke a token. Warm functions may accept the token for 30 seconds more."""
    note_account(revoke_token(token, accounts_in(query_of(app)), tokens(), now()).account)
    return no_content()


handler = operator_handler(app)
