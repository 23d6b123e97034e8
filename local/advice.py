import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from local.terminal import heading, say, styled

ENDS_WITH_CTRL_C = "Ctrl-C ends it, and the next start finds its data"
ENDS_WITH_STOP = "`make stop` ends it, and the next start finds its data"


def show(hub: Mapping[str, Any], *, ends_with: str) -> None:
    """Say what to try next, as lines that work when they are pasted."""
    base, token = hub["base_url"], hub["vpbx_token"]
    operator = f'"Authorization: Bearer {hub["operator_token"]}"'
    heading("Try next")
    _try(
        "subscribe a receiver of your own to incoming calls; `make catch` is one",
        f"""curl -s {base}/api/v1/events/subscribe -H "Authorization: Bearer {token}" """
        """-H "Content-Type: application/json" """
        """-d '{"event_name": "start.call", "webhook_url": "http://127.0.0.1:9000/calls", "auth_type": "None"}'""",
    )
    event = {"type": "call_event", "event_name": "start.call", "params": _incoming_call()}
    _try(
        "post an event as the PBX does",
        f"""curl -s -i {hub["webhooks"]["vpbx"]} -H "Content-Type: application/json" -d '{json.dumps(event)}'""",
    )
    _try(
        "call somebody from the CRM: extension 101 is rung, then the number, which answers since it ends in 00",
        f"""curl -s {base}/api/v1/application/originate -H "Authorization: Bearer {token}" """
        """-H "Content-Type: application/json" -d '{"local_num": "101", "phone2call": "79160000000"}'""",
    )
    _try("list the calls", f'curl -s "{base}/admin/calls?account={hub["account"]}" -H {operator}')
    _try("list the deliveries that failed for good", f'curl -s "{base}/admin/deliveries?state=dead" -H {operator}')
    say(f"\nThe hub is up at {styled(base, 'bold')}; {ends_with}.")


def _try(what: str, command: str) -> None:
    say(f"\n  {styled(f'# {what}', 'dim')}\n  {command}")


def _incoming_call() -> dict[str, Any]:
    return {
        "call_id": uuid.uuid4().hex,
        "event_date": f"{datetime.now(ZoneInfo('Asia/Yekaterinburg')):%Y-%m-%d %H:%M:%S}",
        "src_phone": "79160000003",
        "dst_phone": "74950000004",
        "direction": 1,
        "real_local_number": "",
    }
