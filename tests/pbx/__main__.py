"""`make test-pbx`: calls and campaigns at a real Asterisk with sipp's telephones.

BRIEF=1 leaves the large campaign out. ONLY=inbound runs one check beside the connection.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from local import background
from local.files import read_json
from local.lock import Lock
from local.operator import Operator
from local.paths import Paths
from tests.pbx import calls, campaigns, machine, telephones
from tests.pbx.wire import Wire
from tests.pbx.world import ACCOUNT, PASSWORD, PbxHub, say

TERMINATED = 143
Check = Callable[[PbxHub], str]
"""Returns what is wrong; empty if nothing is."""


def main() -> int:
    """Return the status for the shell: 0 also where the test cannot run."""
    why = machine.missing() or machine.install()
    if why:
        say(f"test-pbx is skipped: {why}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # the programs in the folder end with this one
    began = time.monotonic()
    say(f"{machine.version()} and sipp, on loopback")
    hub = _hub()
    with ExitStack() as stack:
        operator = stack.enter_context(Operator(hub["base_url"], hub["operator_token"]))
        _prepare(operator)
        wire = stack.enter_context(Wire(int(hub["base_url"].rpartition(":")[2])))
        machine.configure(_own_files(wire.port), telephones.TRUNK, telephones.PHONE)
        world = PbxHub(hub, operator, wire, stack.enter_context(telephones.ears()))
        for one in (telephones.crowd(), telephones.crowd(telephones.PHONE), machine.running()):
            stack.enter_context(one)
        results = [_passes(check, world) for check in _checks()]  # each, whatever fails
        say(f"{sum(results)} of {len(results)} checks passed in {time.monotonic() - began:.0f} s")
        return 0 if all(results) else 1


def _checks() -> list[Check]:
    brief = [calls.connects, calls.checked, calls.click_to_call, calls.inbound, campaigns.cut]
    chosen = brief if os.environ.get("BRIEF") else [*brief, campaigns.large]
    only = os.environ.get("ONLY") or ""
    return [check for check in chosen if check is calls.connects or only in check.__name__]


def _hub() -> dict[str, Any]:
    paths = Paths.from_environment()
    if Lock(paths.hub_lock).holder() is None:
        background.start(paths)
    found: dict[str, Any] = read_json(paths.hub)
    return found


def _prepare(operator: Operator) -> None:
    operator.ask("POST", "/admin/accounts", body={"id": ACCOUNT, "name": "Asterisk"}, also=409)
    operator.ask("POST", "/admin/extensions", body={"account": ACCOUNT, "number": "100"}, also=409)
    settings = {"password": PASSWORD, "ring_for": 20}
    operator.ask("PUT", f"/admin/accounts/{ACCOUNT}/telephony", body={"provider": "asterisk", "settings": settings})
    operator.ask("PUT", f"/admin/accounts/{ACCOUNT}/campaigns", body={"channels": 20, "cps": 20})
    rules = [{"last_employee": {"days": 30}}]
    operator.ask("PUT", f"/admin/accounts/{ACCOUNT}/routing", body={"rules": rules, "default": ""})


def _own_files(port: int) -> dict[str, str]:
    address = f"ws://127.0.0.1:{port}/telephony/asterisk"
    return {
        "ari.conf": "[general]\nenabled=yes\n\n[hub]\ntype=outbound_websocket\nwebsocket_client_id=hub\n"
        "apps=switchboard\nsubscribe_all=no\nlocal_ari_user=switchboard\n\n"
        "[switchboard]\ntype=user\nread_only=no\npassword=unused\n",
        "websocket_client.conf": "[hub]\ntype=websocket_client\nconnection_type=persistent\n"
        f"uri={address}\nprotocols=ari\nusername={ACCOUNT}\npassword={PASSWORD}\n"
        "connection_timeout=5000\nreconnect_interval=1000\nreconnect_attempts=4\n",
    }


def _passes(check: Check, world: PbxHub) -> bool:
    began = time.monotonic()
    wrong = check(world)
    name = (check.__doc__ or check.__name__).splitlines()[0]
    say(f"{'FAILED' if wrong else 'passed'} ({time.monotonic() - began:.1f} s): {name} {wrong}")
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
