"""Record each change through the operator's API: before the change as begun, after it with its outcome.

A change whose first record cannot be written is not made. The object before the change is read by the function's own
GET route; the object after is the answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.accounts.audit.model import HUB, AuditRecord, AuditTarget
from switchboard.accounts.audit.redact import masked, redacted
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import accounts, audit_trail
from switchboard.lambdas.callers import caller, note_account, touched
from switchboard.lambdas.logins import address_of
from switchboard.lambdas.routes import by_path
from switchboard.observability.access import audit_not_finished

READS = ("GET", "HEAD")
END_OF_ACCOUNT = "DELETE /admin/accounts/{account}"
OK, FAULT = 300, 500
Resolve = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class View:
    """Where an object is shown: a path of a GET route, and the object's id if the path shows a list."""

    path: str
    entry: str = ""


def recorded(app: APIGatewayRestResolver, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Return the answer to a request. A request that may change something leaves a record."""
    if event.get("httpMethod") in READS:
        return app.resolve(dict(event), context)
    _note_named(event)
    begun = _begun(event, _shown_before(event, lambda asked: app.resolve(dict(asked), context)))
    audit_trail().keep(begun)
    answer = app.resolve(dict(event), context)
    _finish(begun, answer)
    return answer


def _begun(event: Mapping[str, Any], before: Any) -> AuditRecord:
    gateway = event.get("requestContext") or {}
    action = f"{event.get('httpMethod')} {event.get('resource')}"
    account = HUB if action == END_OF_ACCOUNT else touched() or _account_of(before)
    return AuditRecord(
        at=now(),
        actor=caller().actor,
        action=action,
        account=account,
        target=_target(event),
        address=address_of(event),
        request_id=str(gateway.get("requestId") or ""),
        part=account,
        before=redacted(before),
    )


def _finish(begun: AuditRecord, answer: Mapping[str, Any]) -> None:
    """Write the outcome. The answer stays as it is if the write fails: the change has its first record."""
    status = int(answer["statusCode"])
    after = _json(answer.get("body")) if status < OK else None
    account = begun.account if begun.action == END_OF_ACCOUNT else touched() or _account_of(after) or begun.account
    target = begun.target if begun.target.id else replace(begun.target, id=_id_of(after))
    done = replace(begun, status=status, account=account, target=target, after=redacted(after))
    try:
        audit_trail().keep(done)
    except Exception as error:  # noqa: BLE001 - the change is made, and its first record is stored
        audit_not_finished(begun, error)


def _target(event: Mapping[str, Any]) -> AuditTarget:
    parts = str(event.get("resource")).split("/")
    values = event.get("pathParameters") or {}
    names = [part.strip("{}") for part in parts if part.startswith("{")]
    id_ = str(values.get(names[-1]) or "") if names else ""
    return AuditTarget(kind_of(str(event.get("resource"))), masked(id_) if names and names[-1] == "number" else id_)


def kind_of(path: str) -> str:
    """Return the kind of object that a route changes: `sources` of `/admin/sources/{source}/connect`."""
    parts = path.split("/")
    while "GET" not in by_path().get("/".join(parts), {}) and len(parts) > len(("", "admin", "kind")):
        parts.pop()
    return next(part for part in reversed(parts) if not part.startswith("{"))


def view_of(method: str, path: str) -> View | None:
    """Return where the function of a route shows the object that the route changes, None without such a view.

    An action (`/{source}/check`) is of the object above; an object without a view of its own stands in a list.
    """
    table, above = by_path(), path.rpartition("/")[0]
    folder = table[path][method].folder
    has_members = any(other.startswith(f"{path}/{{") for other in table)
    for at in (path, above):
        get = table.get(at, {}).get("GET")
        if get is None or get.folder != folder or (at == path and has_members):
            continue
        last = path.rpartition("/")[2]
        is_list = at == above and last.startswith("{")
        if is_list or at == path or above.endswith("}"):
            return View(at, last.strip("{}") if is_list else "")
    return None


def _shown_before(event: Mapping[str, Any], resolve: Resolve) -> Any:
    """Return the object that the request is about to change, None without a view."""
    found = view_of(str(event.get("httpMethod")), str(event.get("resource")))
    if found is None:
        return None
    dropped = str(event.get("resource")).count("/") - found.path.count("/")
    path = str(event.get("path")).rstrip("/").rsplit("/", dropped)[0] if dropped else event.get("path")
    account = (event.get("queryStringParameters") or {}).get("account")
    query = {"account": account} if account else None
    asked = {"httpMethod": "GET", "resource": found.path, "path": path, "body": None, "queryStringParameters": query}
    answer = resolve({**event, **asked})
    shown = _json(answer.get("body")) if answer["statusCode"] < OK else None
    if not found.entry or not isinstance(shown, dict):
        return shown
    id_ = str((event.get("pathParameters") or {}).get(found.entry) or "")
    return _entry(shown, id_)


def _entry(listing: Mapping[str, Any], id_: str) -> Any:
    entries = next((value for value in listing.values() if isinstance(value, list)), [])
    return next((one for one in entries if id_ in (str(one.get("id")), str(one.get("number")))), None)


def _note_named(event: Mapping[str, Any]) -> None:
    """Note the account that the path, the query or the body names, if the account exists."""
    fields = _json(event.get("body"))
    places = (event.get("pathParameters"), event.get("queryStringParameters"), fields)
    named = [place["account"] for place in places if isinstance(place, dict) and place.get("account")]
    if named and isinstance(named[0], str) and caller().reaches(named[0]) and accounts().get(named[0]):
        note_account(named[0])


def _account_of(view: Any) -> str:
    """Return the account that a view names, also one level down: `{"command": {"account": …}}`."""
    for one in [view, *view.values()] if isinstance(view, dict) else []:
        if isinstance(one, dict) and isinstance(one.get("account"), str):
            return str(one["account"])
    return ""


def _id_of(view: Any) -> str:
    for one in [view, *view.values()] if isinstance(view, dict) else []:
        if isinstance(one, dict) and "id" in one:
            return str(one["id"])
    return ""


def _json(body: Any) -> Any:
    try:
        return json.loads(body) if body else None
    except (TypeError, ValueError, RecursionError):
        return None
