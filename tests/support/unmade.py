"""Resources of a test's stack that the first request makes: few tests need more than four of the sixty."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

NAME = re.compile(r"stack-\d+-[\w-]+(?:\.fifo)?")
"""Names of resources in an address or a body. Names of buckets are in small letters."""


class Unmade:
    """How to make each resource that does not exist yet, by its name."""

    def __init__(self) -> None:
        self._how: dict[str, Callable[[], object]] = {}

    def add(self, name: str, make: Callable[[], object]) -> None:
        """Let the first request that names a resource make the resource."""
        self._how[name] = make

    def make_named_in(self, request: Any) -> None:
        """Make the resources that a request of botocore names. Bodies for S3 name none."""
        if not self._how:
            return
        text = request.url if ".s3." in request.url or "//s3." in request.url else request.url + _text(request.body)
        for name in set(NAME.findall(text)):
            if make := self._how.pop(name, None):
                make()


def _text(body: Any) -> str:
    if isinstance(body, bytes):
        return body.decode(errors="replace")
    return body if isinstance(body, str) else ""


UNMADE = Unmade()
