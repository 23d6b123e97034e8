"""Lambda and API Gateway: events and answers of functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.aws_rules.model import Violation

LAMBDA = "Lambda Developer Guide, Lambda quotas"
FORMAT = "API Gateway Developer Guide, Output format of a Lambda function for proxy integration"
NOTES = "API Gateway Developer Guide, Amazon API Gateway important notes"
QUOTAS = "API Gateway Developer Guide, Quotas for configuring and running a REST API"

LARGEST = 6 * 1024 * 1024
LARGEST_HEADERS = 10_240
FIELDS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
# What an integration's answer says by these names reaches no client by them.
RENAMED = frozenset(
    {
        "authorization",
        "connection",
        "content-md5",
        "date",
        "expect",
        "host",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "www-authenticate",
    }
)


def event_violations(event: Any) -> Iterator[Violation]:
    """What forbids an event that a function is asked with."""
    if _size(event) > LARGEST:
        yield Violation("an event of more than 6 MB reaches no function", LAMBDA)


def answer_violations(event: Mapping[str, Any], answer: Any, *, streams: bool = False) -> Iterator[Violation]:
    """What forbids the answer of a function, or what the gateway makes another of."""
    if not streams and _size(answer) > LARGEST:
        yield Violation("a function answers with at most 6 MB", LAMBDA)
    if "httpMethod" in event:
        yield from _proxy(answer)


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))


def _proxy(answer: Any) -> Iterator[Violation]:
    if not isinstance(answer, Mapping) or not isinstance(answer.get("statusCode"), int):
        yield Violation("an answer has a statusCode, a whole number", FORMAT)
        return
    if answer.keys() - FIELDS:
        yield Violation(f"an answer has no {sorted(answer.keys() - FIELDS)}", FORMAT)
    if not isinstance(answer.get("body", ""), str | None):
        yield Violation("a body is a string", FORMAT)
    if not isinstance(answer.get("isBase64Encoded", False), bool):
        yield Violation("isBase64Encoded is true or false", FORMAT)
    pairs = [(name, [value]) for name, value in (answer.get("headers") or {}).items()]
    pairs += list((answer.get("multiValueHeaders") or {}).items())
    yield from _headers(pairs)


def _headers(pairs: list[tuple[str, Any]]) -> Iterator[Violation]:
    size = 0
    for name, values in pairs:
        if name.lower() in RENAMED:
            yield Violation(f"the gateway renames or drops the header {name}", NOTES)
        for value in values:
            size += len(name) + len(str(value))
            if not isinstance(value, str | int | bool):
                yield Violation(f"the header {name} is a string", FORMAT)
            elif not str(value).isascii() or "\n" in str(value) or "\r" in str(value):
                yield Violation(f"the header {name} is one line of ASCII", NOTES)
    if size > LARGEST_HEADERS:
        yield Violation(f"an answer's headers have at most 10240 bytes, not {size}", QUOTAS)
