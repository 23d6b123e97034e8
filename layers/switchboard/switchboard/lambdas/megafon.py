"""The API of Megafon's family: calls, users and histories, for CRMs that were written for such a PBX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard.bootstrap import now
from switchboard.bootstrap.accounts import authenticator
from switchboard.bootstrap.adapters import accounts, extensions, kept_calls
from switchboard.bootstrap.telephony import originate_call
from switchboard.calls.ports import CallFilter
from switchboard.dialects.megafon.client import FIRST, KEY, SECOND
from switchboard.dialects.megafon.errors import refuse
from switchboard.dialects.megafon.served import (
    HistoryQuestion,
    history_csv,
    history_rows,
    in_their_words,
    read_call,
    read_history,
    refuse_second,
    users_first,
    users_second,
)
from switchboard.errors import Invalid, Refused
from switchboard.kernel.call import Call
from switchboard.lambdas.bodies import request_object
from switchboard.lambdas.http import answer, answering, header
from switchboard.lambdas.logins import address_of, counting_refusals, route_in
from switchboard.telephony.originate import CallRequest, with_double_click_key

DIALECT = "megafon"
BODY_LIMIT = 64 * 1024
PAGE = 100
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def _first(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Serve the first generation: a form with `cmd` and `token`."""
    fields = request_object(event, BODY_LIMIT)
    account = _account(str(fields.get("token") or ""), event)
    command = str(fields.get("cmd") or "").lower()
    if command == "makecall":
        return answer(200, _call(account, fields), PLAIN)
    if command == "accounts":
        return answer(200, users_first(extensions().of_account(account)))
    if command == "history":
        return answer(200, history_csv(_history(account, fields)), {"Content-Type": "text/csv; charset=utf-8"})
    raise Invalid("There is no such command.", "cmd")


def _second(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
    """Serve the second generation: JSON, with the token in a header."""
    account = _account(header(event, KEY), event)
    wanted = route_in(event).removeprefix(SECOND)
    if wanted == "/makecall":
        return answer(200, {"callid": _call(account, request_object(event, BODY_LIMIT))})
    if wanted == "/users":
        return answer(200, users_second(extensions().of_account(account)))
    return answer(200, _history(account, event.get("queryStringParameters") or {}))


_SECOND = answering(refuse_second, _second)
_FIRST = answering(refuse, _first)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve a request of either generation."""
    return (_FIRST if route_in(event) == FIRST else _SECOND)(event, context)


def _account(token: str, event: Mapping[str, Any]) -> str:
    with counting_refusals(token, address_of(event), route_in(event)):
        return authenticator().token_of(token, DIALECT).account


def _call(account: str, fields: Mapping[str, Any]) -> str:
    """Return the id of the call; of the command, if the telephony does not tell the call at once."""
    user, phone = read_call(fields)
    try:
        command = originate_call()(with_double_click_key(CallRequest(account, user, phone)))
    except Refused as error:
        raise in_their_words(error) from None
    return command.call_id or command.id


def _history(account: str, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = accounts().get(account)
    asked = read_history(fields, found.timezone if found else "UTC", now())
    return history_rows(_calls(account, asked), asked)


def _calls(account: str, asked: HistoryQuestion) -> Iterator[Call]:
    cursor: str | None = None
    while True:
        page = kept_calls().listed(account, CallFilter(since=asked.since, until=asked.until), PAGE, cursor)
        yield from page.calls
        cursor = page.cursor
        if cursor is None:
            return
