"""GET and POST /admin/operators; GET and DELETE of one; POST of its /enable; GET /admin/audit."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from switchboard.accounts.audit.contracts import audit_view, exported, read_audit_query
from switchboard.bootstrap.operators import identify_operator, manage_operators
from switchboard.lambdas.audit_pages import records_in
from switchboard.lambdas.callers import caller
from switchboard.lambdas.operator import body_of, operator_api, operator_handler, page_of_all, query_of
from switchboard.lambdas.rest import no_content

app = operator_api()


@app.get("/admin/operators")
def show_all() -> dict[str, Any]:
    """Return the operators in the caller's reach, without their tokens."""
    found, cursor = page_of_all(app, manage_operators().views(caller()), place_of)
    return {"operators": found, "cursor": cursor}


def place_of(operator: dict[str, Any]) -> str:
    """Return the sort key of an operator: the stack's own comes first, then by age."""
    return f"{operator['created_at'] or 0}:{operator['id']}"


@app.post("/admin/operators")
def add() -> tuple[dict[str, Any], int]:
    """Make an operator. Only this answer shows the token."""
    made = manage_operators().add(body_of(app), caller())
    identify_operator().forget()
    return made, 201


@app.get("/admin/operators/<operator>")
def show(operator: str) -> dict[str, Any]:
    """Return one operator."""
    return manage_operators().view(operator, caller())


@app.delete("/admin/operators/<operator>")
def remove(operator: str) -> Response[str]:
    """Delete an operator, or switch the stack's token off. Warm functions may accept the token for 30 seconds more."""
    manage_operators().remove(operator, caller())
    identify_operator().forget()
    return no_content()


@app.post("/admin/operators/<operator>/enable")
def enable(operator: str) -> dict[str, Any]:
    """Switch the stack's token on again."""
    enabled = manage_operators().enable(operator, caller())
    identify_operator().forget()
    return enabled


@app.get("/admin/audit")
def show_changes() -> dict[str, Any] | Response[str]:
    """Return a page of records of changes, newest first, as JSON, JSON Lines or CSV."""
    query = query_of(app)
    wanted, format_ = read_audit_query(query)
    found, cursor = records_in(query, wanted)
    if format_ == "json":
        return {"records": [audit_view(one) for one in found], "cursor": cursor}
    return Response(200, *exported(found, format_), {"X-Next-Cursor": cursor} if cursor else {})


handler = operator_handler(app)
