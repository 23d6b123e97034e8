"""DELETE /admin/accounts/{account}, POST /admin/accounts/{account}/erase, GET /admin/erasures and one of them."""

from typing import Any

from switchboard.bootstrap.adapters import erasures
from switchboard.bootstrap.erasures import begin_erasure
from switchboard.erasures.begin import find_erasure
from switchboard.erasures.contracts import erasure_view, read_dry_run, read_number_erasure
from switchboard.errors import NotFound
from switchboard.lambdas.callers import caller, check_reach
from switchboard.lambdas.operator import account_in, body_of, operator_api, operator_handler, page_of_all, query_of

UNKNOWN = "There is no such erasure."
app = operator_api()


@app.delete("/admin/accounts/<account>")
def erase_account(account: str) -> tuple[dict[str, Any], int]:
    """Begin to delete all of an account. `?dry_run=true` only counts."""
    dry_run = read_dry_run(query_of(app))
    return erasure_view(begin_erasure().of_account(account_in({"account": account}), dry_run=dry_run)), 202


@app.post("/admin/accounts/<account>/erase")
def erase_number(account: str) -> tuple[dict[str, Any], int]:
    """Begin to erase a number in an account. `dry_run` only counts."""
    body = read_number_erasure(body_of(app))
    owner = account_in({"account": account})
    return erasure_view(begin_erasure().of_number(owner, body.number, dry_run=body.dry_run)), 202


@app.get("/admin/erasures")
def show_all() -> dict[str, Any]:
    """Return the erasures in the caller's reach, the latest first; `account` filters."""
    query = query_of(app)
    found = [
        one for one in erasures().all() if query.get("account") in (None, one.account) and caller().reaches(one.account)
    ]
    page, cursor = page_of_all(app, found, lambda one: f"{one.asked_at.isoformat()}:{one.id}", descending=True)
    return {"erasures": [erasure_view(one) for one in page], "cursor": cursor}


@app.get("/admin/erasures/<erasure>")
def show(erasure: str) -> dict[str, Any]:
    """Return one erasure with its report. With `?account=` of another account there is none."""
    found = find_erasure(erasure, erasures())
    check_reach(found.account, UNKNOWN, "erasure")
    if query_of(app).get("account", found.account) != found.account:
        raise NotFound(UNKNOWN, "erasure")
    return erasure_view(found)


handler = operator_handler(app)
