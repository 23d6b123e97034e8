"""GET and POST /admin/tokens, DELETE /admin/tokens/{token}."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard import bootstrap
from switchboard.accounts.contracts import read_token_request, token_view
from switchboard.accounts.tokens import issue_token, revoke_token
from switchboard.lambdas.http import no_content
from switchboard.lambdas.operator import account_in, accounts_in, body_of, operator_api, operator_handler, query_of

app = operator_api()


@app.get("/admin/tokens")
def show_all() -> dict[str, Any]:
    """An account's tokens, without their texts."""
    account = account_in(query_of(app))
    return {"tokens": [token_view(token) for token in bootstrap.tokens().of_account(account.id)]}


@app.post("/admin/tokens")
def issue() -> tuple[dict[str, Any], int]:
    """A new token; this answer is the only place where its text is ever shown."""
    request = read_token_request(body_of(app))
    forms, accounts, tokens = bootstrap.token_forms(), bootstrap.accounts(), bootstrap.tokens()
    token, text = issue_token(request, forms, accounts, tokens, bootstrap.now())
    return {**token_view(token), "token": text}, 201


@app.delete("/admin/tokens/<token>")
def revoke(token: str) -> Response[str]:
    """The end of a token, within a minute everywhere."""
    revoke_token(token, accounts_in(query_of(app)), bootstrap.tokens(), bootstrap.now())
    return no_content()


handler = operator_handler(app)
