"""The functions behind the WebSocket gateway of PBXs: a PBX connects, sends frames, and goes.

Source of the events: API Gateway Developer Guide, "Set up integration request in API Gateway for WebSocket APIs".
"""

from __future__ import annotations

import base64
from typing import Any

from switchboard.bootstrap.adapters import pbx_connections
from switchboard.bootstrap.asterisk import connect_pbx, receive_frame
from switchboard.errors import Refused
from switchboard.lambdas.http import header, internal
from switchboard.observability.logs import logger
from switchboard.observability.pbx import frame_failed, pbx_refused

SUBPROTOCOL = "Sec-WebSocket-Protocol"
ARI = "ari"


def connect(event: dict[str, Any]) -> dict[str, Any]:
    """Answer a handshake: 200 with the subprotocol, or the status of the refusal. An answer of 200 opens."""
    try:
        opened = connect_pbx()(_connection_in(event), header(event, "Authorization"))
    except Refused as refused:
        pbx_refused(refused)
        return {"statusCode": refused.status}
    except Exception as error:  # noqa: BLE001 - the PBX tries again
        return {"statusCode": internal(error).status}
    logger().info("pbx.connected", extra={"account": opened.account, "connection": opened.id})
    offered = [one.strip() for one in header(event, SUBPROTOCOL).split(",")]
    return {"statusCode": 200, "headers": {SUBPROTOCOL: ARI}} if ARI in offered else {"statusCode": 200}


def receive(event: dict[str, Any]) -> dict[str, Any]:
    """Take a frame. Nothing is raised and nothing answered: the PBX would answer the answer, without end."""
    connection = _connection_in(event)
    try:
        receive_frame()(connection, _text_in(event))
    except Exception as error:  # noqa: BLE001 - see above
        frame_failed(connection, error)
    return {"statusCode": 200}


def disconnect(event: dict[str, Any]) -> dict[str, Any]:
    """Forget a connection, unless the PBX has a later one."""
    connection = _connection_in(event)
    try:
        account = pbx_connections().account_of(connection)
        if account:
            pbx_connections().close(account, connection)
            logger().info("pbx.disconnected", extra={"account": account, "connection": connection})
    except Exception as error:  # noqa: BLE001 - nobody hears an answer
        internal(error)
    return {"statusCode": 200}


def _connection_in(event: dict[str, Any]) -> str:
    return str(event["requestContext"]["connectionId"])


def _text_in(event: dict[str, Any]) -> str:
    text = event.get("body") or ""
    return base64.b64decode(text).decode() if event.get("isBase64Encoded") else text
