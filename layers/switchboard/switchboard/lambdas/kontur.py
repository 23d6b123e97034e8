"""The API of Kontur.CRM: authorisation by access key, the echoed header, and errors in the dialect's form."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from switchboard.bootstrap.accounts import authenticator
from switchboard.bootstrap.adapters import kept_calls
from switchboard.bootstrap.crm import receive_callback
from switchboard.bootstrap.integration import call_of
from switchboard.dialects.kontur.callbacks import view
from switchboard.dialects.kontur.check import located, no_body
from switchboard.dialects.kontur.errors import ValidationFailed, refuse
from switchboard.dialects.kontur.tables import BODIES, REGISTER, STARTED
from switchboard.errors import Invalid, Refused, Unauthorized
from switchboard.kernel.communication import Workspace
from switchboard.lambdas.bodies import event_object, sent_text
from switchboard.lambdas.http import Handler, answer, echo_of, header, hops_of, internal, path_text
from switchboard.lambdas.logins import address_of, counting_refusals, route_in

BODY_LIMIT = 64 * 1024
ACCESS_KEY = "X-XCOM-AccessKey"
# One message, whether the key is unknown, over, or a key of another workspace: a stranger learns nothing of keys.
WRONG_KEY = "The access key of this workspace is missing or wrong."
OK = '"OK"'
ERROR = '"Error"'  # the whole answer to a refused register-call
DIALECT = "kontur"

Serve = Callable[[Workspace, dict[str, Any]], Any]


def kontur_handler(serve: Serve) -> Handler:
    """Return the handler of a route: check the key, then answer the value of `serve`. Every answer has the echo."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - the runtime passes it
        more: Mapping[str, str] = {}
        try:
            with hops_of(event):
                status, body = 200, serve(_counted(event), event)
        except ValidationFailed as error:
            status, body = error.status, refuse(located(error, sent_text(event, BODY_LIMIT)), _trace(event))
        except Refused as error:
            status, body, more = error.status, refuse(error, _trace(event)), error.headers
        except Exception as error:  # noqa: BLE001 - every failure gets a documented answer
            status, body = 500, refuse(internal(error))
        return answer(status, body, {**echo_of(event, DIALECT), **more})

    return handler


def callback_handler(callback: str) -> Handler:
    """Return the handler of a callback. The answer is sent after the event is stored."""

    def serve(workspace: Workspace, event: dict[str, Any]) -> Any:
        communication = receive_callback(DIALECT)(workspace, callback, body_of(event, BODIES[callback]))
        if callback != STARTED:
            return OK
        told = kept_calls().events(workspace.account, call_of(DIALECT, communication, workspace))
        return view(communication, workspace, [one.event for one in told])

    handler = kontur_handler(serve)
    return _with_plain_error(handler) if callback == REGISTER else handler


def _with_plain_error(handler: Handler) -> Handler:
    """Return the handler with the body `"Error"` for each 409, as the document has it for register-call."""

    def plain(event: dict[str, Any], context: Any) -> dict[str, Any]:
        told = handler(event, context)
        return {**told, "body": ERROR} if told["statusCode"] == ValidationFailed.status else told

    return plain


def body_of(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the JSON object of a request. Raises Invalid in the document's words, with the name of the body."""
    try:
        return event_object(event, BODY_LIMIT)
    except Invalid as error:
        raise no_body(name, error.message) from None


def path_of(event: Mapping[str, Any], name: str) -> str:
    """A parameter of the path."""
    return path_text(event, name)


def query_of(event: Mapping[str, Any], name: str) -> str:
    """Return a parameter of the query, empty if absent."""
    return str((event.get("queryStringParameters") or {}).get(name) or "").strip()


def _counted(event: Mapping[str, Any]) -> Workspace:
    with counting_refusals(header(event, ACCESS_KEY), address_of(event), route_in(event)):
        return _workspace(event)


def _workspace(event: Mapping[str, Any]) -> Workspace:
    try:
        token = authenticator().token_of(header(event, ACCESS_KEY), DIALECT)
    except Unauthorized:
        raise Unauthorized(WRONG_KEY) from None
    if token.workspace != path_of(event, "ws"):
        raise Unauthorized(WRONG_KEY)
    return Workspace(token.account, token.workspace, token.name)


def _trace(event: Mapping[str, Any]) -> str:
    """Return the request's id in the form of W3C Trace Context."""
    digest = hashlib.sha256(str((event.get("requestContext") or {}).get("requestId", "")).encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-00"
