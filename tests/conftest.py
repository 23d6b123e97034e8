"""AWS in process: the tables, queues and secrets of template.yaml, new for every test that asks for them."""

from collections.abc import Iterator
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import responses_mock

from switchboard.aws import clients
from tests.aws_rules.checker import CHECKER
from tests.support import quick_moto
from tests.support.properties import load_profile
from tests.support.stack import Clients, Stack
from tests.support.unmade import UNMADE

load_profile()

AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}
CLIENTS = (
    clients.dynamodb,
    clients.sqs,
    clients.secretsmanager,
    clients.kms,
    clients.sns,
    clients.stepfunctions,
    clients.s3,
    clients.sesv2,
)
AT_THE_DOOR = (
    clients.dynamodb_at_the_door,
    clients.sqs_at_the_door,
    clients.s3_at_the_door,
    clients.dynamodb_in_a_call,
    clients.sqs_in_a_call,
    clients.chime,
)


# Each of these takes minutes. `make test` gives files to its workers in this order, so none of them is the last one.
LONGEST = (
    "test_policies.py",
    "test_isolation.py",
    "test_bad_days.py",
    "test_start_and_stop.py",
    "test_misbehaving_receivers.py",
    "test_matrix.py",
    "test_campaign_books.py",
    "test_documents.py",
    "test_dialling.py",
    "test_chaos.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and keep the order of all others."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test fails by a request of its, or of its fixtures, that AWS would refuse."""
    try:
        yield
    finally:
        found = CHECKER.take()
    if found and item.get_closest_marker("refused_by_aws") is None:
        pytest.fail("AWS would refuse this:\n" + "\n".join(found), pytrace=False)


@pytest.fixture(scope="session")
def aws() -> Iterator[None]:
    """Every call of boto3 stays in this process."""
    patch = pytest.MonkeyPatch()
    for name, value in AWS.items():
        patch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        patch.delenv(name, raising=False)
    forget_clients()
    one_at_a_time(patch)
    quick_moto.install(patch)
    CHECKER.install(patch)
    with mock_aws():
        # boto3 is played without it, and it answers what our own requests ask of addresses that look like AWS's.
        responses_mock.stop()
        yield
        responses_mock.start()
    forget_clients()
    patch.undo()


@pytest.fixture
def links(aws: None) -> Iterator[None]:
    """AWS answers who opens its links without boto3, too."""
    responses_mock.start()
    yield
    responses_mock.stop()


@pytest.fixture
def stack(aws: None) -> Stack:
    """Tables, queues and secrets as the template describes them, with nothing in them."""
    made: list[Any] = [client() for client in CLIENTS]
    return Stack(Clients(*made))


def forget_clients() -> None:
    for client in (*CLIENTS, *AT_THE_DOOR):
        client.cache_clear()


def one_at_a_time(patch: pytest.MonkeyPatch) -> None:
    """Make each request atomic, as it is on AWS: moto has no locks of its own."""
    lock, process = RLock(), BotocoreStubber.process_request

    def locked(stubber: BotocoreStubber, request: Any) -> Any:
        with lock:
            UNMADE.make_named_in(request)
            return process(stubber, request)

    patch.setattr(BotocoreStubber, "process_request", locked)
