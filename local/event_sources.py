"""Teaches MiniStack that batches of a FIFO queue run side by side, as Lambda runs them.

By itself MiniStack hands out one batch of a FIFO queue at a time, and one slow receiver holds everybody up. Its queue
keeps a group back while one of its messages is out, so batches never share a group. A further batch starts only when
those before have lasted for a while: a second process of a function costs a second to start, and 60 MB.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.services import lambda_svc

BATCHES_AT_ONCE = 4
SLOW_AFTER = 0.1  # seconds

_CONCURRENCY, _DISPATCH = lambda_svc._sqs_esm_concurrency, lambda_svc._dispatch_esm_batch  # noqa: SLF001 - MiniStack has nothing public for either
_started: dict[str, list[float]] = {}
_starting = threading.Lock()


def install() -> None:
    """Replace how many batches MiniStack runs at once."""
    lambda_svc._sqs_esm_concurrency = batches_at_once  # noqa: SLF001
    lambda_svc._dispatch_esm_batch = dispatch  # noqa: SLF001


def batches_at_once(
    source: Mapping[str, Any], function: Any, config: Any, queue: Mapping[str, Any] | None = None
) -> int:
    """Return how many batches of an event source may run now."""
    if not (queue or {}).get("is_fifo"):
        return int(_CONCURRENCY(source, function, config, queue))
    with _starting:
        running = list(_started.get(source["UUID"], ()))
    young = [began for began in running if time.monotonic() - began < SLOW_AFTER]
    if young:
        threading.Timer(SLOW_AFTER, esm_wake.set).start()
        return len(running)
    return min(len(running) + 1, BATCHES_AT_ONCE)


def dispatch(source_id: str, run: Callable[..., None], *rest: Any) -> None:
    """Start a batch, and note its time."""
    began = time.monotonic()
    with _starting:
        _started.setdefault(source_id, []).append(began)

    def noted(*given: Any) -> None:
        try:
            run(*given)
        finally:
            with _starting:
                _started[source_id].remove(began)

    _DISPATCH(source_id, noted, *rest)
