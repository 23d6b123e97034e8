"""GET and POST /admin/accounts, GET and PATCH /admin/accounts/{account}."""

from typing import Any

from switchboard.accounts.activity.contracts import spent_view
from switchboard.accounts.model import AccountState
from switchboard.accounts.states import staying_account
from switchboard.accounts.terms.contracts import account_view, read_account, read_account_change
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import accounts, spending
from switchboard.bootstrap.suspension import go_on
from switchboard.lambdas.callers import NO_ACCOUNT, check_reach
from switchboard.lambdas.operator import account_in, all_accounts, body_of, operator_api, operator_handler, page_of_all

app = operator_api()


@app.get("/admin/accounts")
def show_all() -> dict[str, Any]:
    """Return a page of the accounts in the caller's reach."""
    found, cursor = page_of_all(app, all_accounts(), lambda account: account.id)
    return {"accounts": [account_view(account) for account in found], "cursor": cursor}


@app.post("/admin/accounts")
def add() -> tuple[dict[str, Any], int]:
    """Add an account. 409 if the id exists; 404 for a caller bounded to other accounts."""
    account = read_account(body_of(app), now())
    check_reach(account.id, NO_ACCOUNT, "id")
    accounts().add(account)
    return account_view(account), 201


@app.get("/admin/accounts/<account>")
def show(account: str) -> dict[str, Any]:
    """Return one account and the part of today's budget that the account has spent."""
    found = account_in({"account": account})
    return {**account_view(found), "spent_today": spent_view(spending().of(found.id, now().date()))}


@app.patch("/admin/accounts/<account>")
def change(account: str) -> dict[str, Any]:
    """Change any field of an account but its id. 409 if the account is being deleted.

    `state` suspends an account, or ends the suspension: what waited goes on.
    """
    fields = body_of(app)
    changed = read_account_change(fields, staying_account(account, accounts()), now())
    accounts().save(changed)
    if fields.get("state") == AccountState.ACTIVE:
        go_on(account)
    return account_view(changed)


handler = operator_handler(app)
