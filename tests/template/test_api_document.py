"""openapi.json, the description of the API for its clients."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

import pytest

from local.api import document, examples
from local.api.refusals import is_open
from local.api.security import SCHEMES
from switchboard.accounts.activity.model import RefusalReason
from switchboard.accounts.model import AccountState
from switchboard.accounts.operators.model import OperatorScope
from switchboard.accounts.upstream.model import UpstreamState
from switchboard.calls.contracts import State
from switchboard.deliveries.explain.decide import Reach
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.standing import ReceiverState
from switchboard.erasures.model import ErasureState
from switchboard.kernel.call import Direction, Kind
from switchboard.lambdas.known_names import BODYLESS, QUERIES
from switchboard.lambdas.routes import routes
from switchboard.recordings.model import RecordingState
from switchboard.telephony.model import Action, CommandState
from switchboard_client.answers import accounts, calls, deliveries, sources
from tests.support.api_document import committed

WORDS: dict[type[StrEnum], Any] = {
    AccountState: accounts.AccountState,
    OperatorScope: accounts.OperatorScope,
    ErasureState: accounts.ErasureState,
    State: calls.CallState,
    Direction: calls.Direction,
    CommandState: calls.CommandState,
    Action: calls.CommandAction,
    RecordingState: calls.RecordingState,
    Reach: calls.Reach,
    DeliveryState: deliveries.DeliveryState,
    ReceiverState: deliveries.ReceiverState,
    UpstreamState: sources.UpstreamState,
    RefusalReason: sources.RefusalReason,
}
TAKES_NO_JSON = ("multipart/form-data", "application/octet-stream")
# Bodies whose only example is of another kind, or that nobody has put down.
WITHOUT_EXAMPLE = {
    "POST /admin/sources/{source}/check",
    "POST /admin/sources/{source}/disconnect",
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation of the document, by method and path."""
    for path, methods in committed()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_is_what_the_code_makes() -> None:
    """`make pages` writes it anew."""
    assert document.FILE.read_text() == document.text()


def test_every_route_is_described_and_nothing_else() -> None:
    """Vendors' APIs and webhooks among them."""
    assert sorted(name for name, _ in operations()) == sorted(route.name for route in routes())
    assert set(document.OPERATIONS) == {route.name for route in routes()}


def test_an_operation_has_a_name_of_its_own_and_a_summary() -> None:
    """A client's generator makes a function's name of the id."""
    names = [one["operationId"] for _, one in operations()]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"\w+", name)] == []
    assert [name for name, one in operations() if not one["summary"] or len(one["summary"]) > 120] == []


def test_every_reference_leads_somewhere() -> None:
    """To a component of the same document."""
    for one in set(re.findall(r'"\$ref":"#/components/(\w+)/([\w-]+)"', document.FILE.read_text())):
        assert one[1] in committed()["components"][one[0]], one


def test_a_parameter_of_a_path_is_described() -> None:
    """Each in braces, and no other; no name stands twice."""
    for name, one in operations():
        told = [(parameter["in"], parameter["name"]) for parameter in one.get("parameters", ())]
        assert {key for place, key in told if place == "path"} == set(re.findall(r"\{(\w+)\}", name)), name
        assert len(set(told)) == len(told), name


def test_the_parameters_of_a_query_are_those_that_the_hub_allows() -> None:
    """The operator's API refuses every other name."""
    by_route = dict(operations())
    for route, known in QUERIES.items():
        told = {one["name"] for one in by_route[route]["parameters"] if one["in"] == "query"}
        assert told == set(known), route
    assert [route for route in BODYLESS if "requestBody" in by_route[route]] == []


def test_credentials_are_those_of_a_known_scheme() -> None:
    """Only the hub's own pages are open."""
    for route in routes():
        told = dict(operations())[route.name]["security"]
        assert {name for one in told for name in one} <= set(SCHEMES)
        assert (told == []) == is_open(route), route.name


def test_a_refusal_has_the_shape_of_its_api() -> None:
    """And the default tells the shape of all others."""
    for name, one in operations():
        room = {"/admin": "hub", "/sys/": "hub"}.get(name.partition(" ")[2][:6].rstrip("/"), "")
        assert one["responses"]["default"]["$ref"].startswith(f"#/components/responses/{room}"), name


def test_a_body_of_json_has_an_example_that_the_schema_allows() -> None:
    """The examples are bodies of the fixtures, which tests send."""
    schemas = committed()["components"]["schemas"]
    without = set()
    for name, one in operations():
        content = one.get("requestBody", {}).get("content", {})
        for told in content.values():
            for shown in told.get("examples", {}).values():
                assert examples.validator(told["schema"], schemas).is_valid(shown["value"]), name
        if "/admin/" in name and content and not any("examples" in told for told in content.values()):
            without.add(name)
    assert without <= WITHOUT_EXAMPLE


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_the_words_of_an_answer_are_those_of_the_hub(kind: type[StrEnum]) -> None:
    """A client's type checker knows every state."""
    assert get_origin(WORDS[kind]) is Literal
    assert set(get_args(WORDS[kind])) == {one.value for one in kind}


def test_every_kind_of_event_is_a_webhook_of_the_document() -> None:
    """With its schema."""
    assert set(committed()["webhooks"]) == {kind.value for kind in Kind}


def test_the_document_holds_no_secret_and_no_full_number_of_a_fixture_is_a_token() -> None:
    """Placeholders of fixtures are filled with words."""
    text = document.FILE.read_text()
    assert "${" not in text
    assert json.loads(text)["openapi"] == "3.1.0"
