"""AWS for a benchmark of the functions' own work: botocore builds, signs and parses, and nothing is sent.

An emulator would cost more than the measured work. So each request is answered in place of botocore's HTTP client.
Only the sending is left out: on AWS, sending is most of the waiting and little of the work.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

HEADERS: Any = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "0" * 32}
EVENT = "before-send.*.*"

Answer = Callable[[str, bytes], bytes]
"""From an operation and the body of its request to the body of the answer."""


class _Raw(io.BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.getvalue()


class _Told:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: Counter[str] = Counter()

    def __call__(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        self.asked[operation] += 1
        body = request.body if isinstance(request.body, bytes) else b""
        raw: Any = _Raw(self._answer(operation, body))
        return AWSResponse(request.url, 200, HEADERS, raw)


@contextmanager
def answered(answer: Answer, *clients: Any) -> Iterator[Counter[str]]:
    """For the time of the block these clients ask nobody else; the count of what they asked."""
    told = _Told(answer)
    for client in clients:
        client.meta.events.register(EVENT, told)
    try:
        yield told.asked
    finally:
        for client in clients:
            client.meta.events.unregister(EVENT, told)
