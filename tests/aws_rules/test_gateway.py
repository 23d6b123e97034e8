"""The rules of Lambda's and API Gateway's answers, each with what it takes and what it refuses."""

from typing import Any

import pytest

from tests.aws_rules.gateway import LARGEST, RENAMED, answer_violations, event_violations

REQUEST = {"httpMethod": "GET"}


def broken(*, streams: bool = False, **answer: Any) -> list[str]:
    """What an answer to a request breaks."""
    return [one.rule for one in answer_violations(REQUEST, answer, streams=streams)]


def test_an_event_and_an_answer_have_at_most_six_megabytes() -> None:
    """As JSON, with base64 counted; what is streamed is another matter."""
    assert list(event_violations({"body": "x" * (LARGEST - 20)})) == []
    assert len(list(event_violations({"body": "x" * LARGEST}))) == 1
    assert len(broken(statusCode=200, body="x" * LARGEST)) == 1
    assert broken(streams=True, statusCode=200, body="x" * LARGEST) == []
    assert len(list(answer_violations({"Records": []}, {"x": "x" * LARGEST}))) == 1


@pytest.mark.parametrize(
    "wrong", [{}, {"statusCode": "200"}, {"statusCode": 200, "body": {}}, {"statusCode": 200, "more": 1}], ids=str
)
def test_an_answer_has_the_form_that_the_gateway_reads(wrong: dict[str, Any]) -> None:
    """Else the client gets 502."""
    right: dict[str, Any] = {"statusCode": 200, "headers": {"A": "b"}, "multiValueHeaders": {"A": ["b"]}, "body": None}
    assert broken(**right, isBase64Encoded=True) == []
    assert len(broken(**wrong)) == 1
    assert len(broken(**{**right, "isBase64Encoded": "true"})) == 1


def test_headers_are_lines_of_ascii_and_ten_kilobytes_together() -> None:
    """Names and values, each as often as there are values."""
    assert broken(statusCode=200, headers={"A": "x" * 10_239}) == []
    assert len(broken(statusCode=200, headers={"A": "x" * 10_240})) == 1
    for wrong in ("ы", "a\nb", ["a"]):
        assert len(broken(statusCode=200, headers={"A": wrong})) == 1


@pytest.mark.parametrize("name", sorted(RENAMED))
def test_some_headers_reach_nobody_by_their_names(name: str) -> None:
    """The gateway renames or drops them."""
    assert len(broken(statusCode=200, headers={name.title(): "x"})) == 1
