"""One hub for the end-to-end tests of a process, with an emulator and a state of its own: never the developer's."""

import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from local.deployment import STACK
from local.processes import REGION
from local.receiver import Receiver, Respond
from tests.aws_rules.deployed import LOG

ROOT = Path(__file__).resolve().parents[2]
# A time-out or 429 waits for twelve times the first entry; the sum is how long a delivery is kept trying.
QUICK = {
    "RETRY_SCHEDULE": "0.25,1,1,1,1,2,2,2,3,3,3",
    "FAST_ATTEMPTS": "3",
    "DELIVERY_TIMEOUT": "1",
    "RECORDING_SCHEDULE": "1,1,2,2,3,3",
}
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
_SECONDS_TO_START = 300
OBSERVER, BROKEN = "tests.aws_rules.deployed:observe", "requests-that-aws-refuses.log"
_seen: Counter[Path] = Counter()  # bytes of each hub's log that a test was told of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("e2e")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@dataclass
class LocalHub:
    """A hub in a directory and on a port of its own, run by the commands that `make run` and `make stop` run."""

    home: Path
    port: int = field(default_factory=free_port)

    def run(self, *verb: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "local", *verb],
            cwd=ROOT,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=_SECONDS_TO_START,
            check=False,
        )

    def start(self, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("up", **variables)

    def stop(self) -> subprocess.CompletedProcess[str]:
        return self.run("stop")

    def environment(self, **variables: str) -> dict[str, str]:
        own = {"SWITCHBOARD_LOCAL_DIR": str(self.home), "PORT": str(self.port), "DETACH": "1", **QUICK}
        return {**os.environ, "EMULATOR_PORT": "", "ALLOW_PRIVATE_TARGETS": "", **own, **variables}

    @property
    def file(self) -> Path:
        return self.home / "hub.json"

    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.file.read_text())
        return content

    def emulator_url(self) -> str:
        url: str = json.loads((self.home / "emulator.json").read_text())["endpoint_url"]
        return url

    def logs(self) -> str:
        return "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.home.glob("*.log")))


@dataclass
class Hub:
    """The hub under test: what hub.json says, and what a test needs to look at it from outside."""

    base_url: str
    operator_token: str
    account: str
    vpbx_token: str
    cato_token: str
    sprecord_token: str
    megafon_token: str
    kontur: Mapping[str, str]
    webhooks: Mapping[str, str]
    http: httpx.Client
    emulator: str
    home: Path

    def aws(self, service: Any) -> Any:
        """A client of the emulator's."""
        return boto3.client(service, endpoint_url=self.emulator, region_name=REGION, **CREDENTIALS)

    def resource(self, logical_id: str) -> str:
        """The physical id of a resource of the stack."""
        found = self.aws("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        physical: str = found["StackResourceDetail"]["PhysicalResourceId"]
        return physical

    def operator(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask the operator's API."""
        return self._as(self.operator_token, method, f"/admin{path}", options)

    def vpbx(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask the IS.VPBX API as the account's client."""
        return self._as(self.vpbx_token, method, f"/api/v1{path}", options)

    def post_event(self, dialect: str, event: Mapping[str, Any]) -> httpx.Response:
        """Post what a PBX posts."""
        return self.http.post(self.webhooks[dialect], json=event)

    def _as(self, token: str, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        return self.http.request(method, path, headers={"Authorization": f"Bearer {token}"}, **options)


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The bundle, deployed to a fresh emulator once."""
    local = LocalHub(tmp_path_factory.mktemp("hub"))
    try:
        started = local.start(EMULATOR_OBSERVER=OBSERVER, **{LOG: str(local.home / BROKEN)})
        assert started.returncode == 0, f"{started.stderr}\n{started.stdout}\n{local.logs()}"
        content = local.content()
        with httpx.Client(base_url=content["base_url"], timeout=30, trust_env=False) as http:
            yield Hub(**content, http=http, emulator=local.emulator_url(), home=local.home)
        assert_taken_by_aws(local.home)
    finally:
        local.stop()


@pytest.fixture(autouse=True)
def _requests_are_those_that_aws_takes(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test fails by what functions asked of the emulator meanwhile and AWS would refuse."""
    if "hub" not in request.fixturenames:
        yield
        return
    home = request.getfixturevalue("hub").home
    yield
    assert_taken_by_aws(home)


def assert_taken_by_aws(home: Path) -> None:
    """Nothing was written down since the last look. A request is, a moment after its answer."""
    log = home / BROKEN
    found = log.read_bytes()[_seen[home] :] if log.exists() else b""
    _seen[home] += len(found)
    assert not found, f"AWS would refuse this:\n{found.decode()}"


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    """Makes receivers on loopback: `receiver()` says 200 to everything, `receiver(respond)` what `respond` returns."""
    with ExitStack() as running:

        def make(respond: Respond | None = None) -> Receiver:
            return running.enter_context(Receiver(respond))

        yield make


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """Return `wait_for(condition, timeout=20)`: polls until the condition holds, and returns what it then is."""

    def wait(condition: Callable[[], Any], timeout: float = 20) -> Any:
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            assert time.monotonic() < deadline, f"{condition} did not hold within {timeout} s"
            time.sleep(0.05)
        return value

    return wait
