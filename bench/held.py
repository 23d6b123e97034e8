"""`python -m bench held`: what a receiver that keeps its socket open costs the receivers of other accounts.

The receiver answers 200 without a length, and holds the socket for 30 seconds. Both accounts make two calls of four
events a second. The same load beside a healthy receiver is the measure.
The first event is measured by itself: the hop from idle to a delivery.
"""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bench.calls import NAMES, PATIENCE, Run, percentile, play
from bench.hub import Account, Hub, new_account
from local.receiver import Receiver

CALLS, EVERY, HELD_FOR = 40, 0.5, 30.0  # calls; seconds
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nok"


def measure(hub: Hub) -> int:
    """Run, print, and return 0 if every event of the healthy receiver arrived."""
    with Receiver() as receiver, Receiver() as healthy, holding() as held:
        idle = _waits(_calls(_account(hub, f"{receiver.url}/events"), receiver, "idle", 1))
        print(f"idle      first event {idle[0] * 1000:.0f} ms from POST to arrival")
        account = _account(hub, f"{receiver.url}/events")
        _calls(account, receiver, "warm", 10)
        found = {
            "healthy": _beside(account, receiver, _account(hub, f"{healthy.url}/events")),
            "held": _beside(account, receiver, _account(hub, held)),
        }
    for what, waits in found.items():
        p50, p99 = (percentile(waits, part) * 1000 for part in (50, 99))
        print(f"{what:10}{len(waits)} events beside it, POST to arrival: p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    return 0 if all(len(waits) == CALLS * len(NAMES) for waits in found.values()) else 1


def _account(hub: Hub, url: str) -> Account:
    account = new_account(hub)
    for name in NAMES:
        account.subscribe(name, url)
    return account


def _beside(account: Account, receiver: Receiver, other: Account) -> list[float]:
    """Return the waits of the account's events while another account makes calls too."""
    prefix = secrets.token_hex(4)
    with ThreadPoolExecutor(1) as beside:
        others = beside.submit(_post, other, prefix, CALLS)
        waits = _waits(_calls(account, receiver, prefix, CALLS))
        others.result()
    return waits


def _calls(account: Account, receiver: Receiver, prefix: str, calls: int) -> Run:
    seen, start = len(receiver.requests), time.time()
    posted = _post(account, prefix, calls)
    receiver.wait_for(lambda received: len(received) - seen >= len(posted), PATIENCE)
    return Run(start, posted, receiver.requests[seen:])


def _post(account: Account, prefix: str, calls: int) -> dict[tuple[str, str], float]:
    """Post calls at their pace, and return the time of each event."""
    posted: dict[tuple[str, str], float] = {}
    with ThreadPoolExecutor(8) as clients:
        for number in range(calls):
            clients.submit(play, account.webhook, f"{prefix}-{number}", posted)
            if number < calls - 1:
                time.sleep(EVERY)
    return posted


def _waits(run: Run) -> list[float]:
    events = [(received, received.json()) for received in run.received]
    return [one.at - run.posted[event["params"]["call_id"], event["event_name"]] for one, event in events]


@contextmanager
def holding() -> Iterator[str]:
    """The URL of a receiver that answers at once, and holds each socket."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


def _accept(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # the block has ended
            return
        threading.Thread(target=_hold, args=(connection,), daemon=True).start()


def _hold(connection: socket.socket) -> None:
    with connection:
        connection.recv(64 * 1024)
        connection.sendall(ANSWER)
        time.sleep(HELD_FOR)
