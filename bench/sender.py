"""`python -m bench.sender`: deliveries a second over one connection, against a bare loop of pooled urllib3 posts.

Both send the same bytes to a receiver in a process of its own; rounds of the two take turns, and the medians count.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import urllib3

from bench.receiver import receiving
from switchboard.deliveries.model import PreparedRequest
from switchboard.net.http import HttpSender

ROUNDS, POSTS = 7, 2000
BODY = b'{"type":"call_event","event_name":"start.call","params":{"call_id":"' + b"c" * 600 + b'"}}'
HEADERS = {
    "content-type": "application/json",
    "user-agent": "Switchboard/1.0",
    "webhook-id": "msg_" + "a" * 32,
    "webhook-timestamp": "1772357400",
    "webhook-signature": "v1," + "s" * 44,
}


def rate(post: Callable[[], int | None]) -> float:
    """Posts a second."""
    start = time.perf_counter()
    statuses = {post() for _ in range(POSTS)}
    if statuses != {200}:
        raise RuntimeError(f"answers: {statuses}")
    return POSTS / (time.perf_counter() - start)


def compare(url: str) -> None:
    """Take turns, and print."""
    pool, sender = urllib3.PoolManager(), HttpSender(allow_private=True)
    request, at = PreparedRequest(url, HEADERS, BODY, 10.0), datetime.now(UTC)
    loops: dict[str, Callable[[], int | None]] = {
        "urllib3": lambda: pool.urlopen("POST", url, body=BODY, headers=HEADERS).status,
        "HttpSender": lambda: sender.send(request, at).status,
    }
    rates: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(ROUNDS):
        for name, post in loops.items():
            rates[name].append(rate(post))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, median in medians.items():
        print(f"{name:12} {median:8.0f} posts/s")
    print(f"ratio        {medians['HttpSender'] / medians['urllib3']:8.2f}")


if __name__ == "__main__":
    with receiving() as receiver:
        compare(receiver)
