import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.lock import Lock
from local.receiver import Answer, Received, Receiver
from switchboard.dialects.registry import by_webhook
from tests.e2e.conftest import QUICK, ROOT, LocalHub, free_port
from tests.e2e.tenants import event

FAST_ATTEMPTS = int(QUICK["FAST_ATTEMPTS"])

KEYS = {
    "base_url",
    "operator_token",
    "account",
    "vpbx_token",
    "cato_token",
    "sprecord_token",
    "megafon_token",
    "kontur",
    "webhooks",
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    """A hub that was started once; tests may stop it and start it again."""
    local = LocalHub(tmp_path_factory.mktemp("started"))
    try:
        first = local.start()
        assert first.returncode == 0, f"{first.stderr}\n{local.logs()}"
        yield local
    finally:
        local.stop()


@pytest.fixture
def running(started: LocalHub) -> LocalHub:
    """The same, up whatever the test before has done."""
    if not started.file.exists():
        assert started.start().returncode == 0, started.logs()
    return started


def nothing_runs(home: Path) -> bool:
    return Lock(home / "hub.lock").holder() is None and Lock(home / "emulator.lock").holder() is None


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


def calls_of(local: LocalHub) -> list[dict[str, Any]]:
    hub = local.content()
    answer = httpx.get(
        f"{hub['base_url']}/admin/calls?account={hub['account']}",
        headers={"Authorization": f"Bearer {hub['operator_token']}"},
        timeout=30,
    )
    calls: list[dict[str, Any]] = answer.raise_for_status().json()["calls"]
    return calls


def subscriptions_of(local: LocalHub) -> list[dict[str, Any]]:
    hub = local.content()
    answer = httpx.get(
        f"{hub['base_url']}/api/v1/events/subscribe",
        headers={"Authorization": f"Bearer {hub['vpbx_token']}"},
        timeout=30,
    )
    active: list[dict[str, Any]] = answer.raise_for_status().json().get("active_events", []) if answer.content else []
    return active


def test_the_hub_says_in_hub_json_how_to_reach_it(running: LocalHub) -> None:
    """hub.json has exactly the promised keys, full URLs, and is its owner's alone."""
    hub = running.content()
    assert set(hub) == KEYS
    assert hub["base_url"] == f"http://127.0.0.1:{running.port}"
    assert set(hub["kontur"]) == {"workspace", "access_key"}
    assert set(hub["webhooks"]) == set(by_webhook())
    assert all(url.startswith(hub["base_url"]) for url in hub["webhooks"].values())
    assert stat.S_IMODE(running.file.stat().st_mode) == 0o600


def test_the_log_of_the_hub_has_no_token(running: LocalHub) -> None:
    """The start prints commands with tokens; the log, which people send around, has none."""
    hub, said = running.content(), (running.home / "hub.log").read_text()
    secrets = [value for name, value in hub.items() if name.endswith("_token")] + [hub["kontur"]["access_key"]]
    assert said
    assert not [secret for secret in secrets if secret in said]


def test_the_demo_leaves_a_call_and_no_subscription(running: LocalHub) -> None:
    """The played call is kept, and nothing goes on posting to the demo's receiver."""
    assert "ended" in {call["state"] for call in calls_of(running)}
    assert subscriptions_of(running) == []


def test_a_second_start_is_told_that_the_hub_is_up(running: LocalHub) -> None:
    """One hub per directory: the second one says so and leaves the first alone."""
    again = running.start(PORT=str(free_port()))
    assert again.returncode != 0
    assert one_sentence(again.stderr)
    assert "up already" in again.stderr
    assert running.file.exists()


def test_stopping_and_starting_keeps_the_data(running: LocalHub) -> None:
    """Calls, tokens and webhooks are those of before."""
    before, calls = running.content(), {call["id"] for call in calls_of(running)}
    assert running.stop().returncode == 0
    assert nothing_runs(running.home)
    assert not running.file.exists()
    assert running.start().returncode == 0, running.logs()
    assert running.content() == before
    assert calls < {call["id"] for call in calls_of(running)}


def test_another_port_keeps_the_data_too(running: LocalHub) -> None:
    """The addresses follow the port; ids and tokens stay."""
    before = running.content()
    running.stop()
    port = free_port()
    assert running.start(PORT=str(port)).returncode == 0, running.logs()
    after = running.content()
    running.stop()
    assert after["vpbx_token"] == before["vpbx_token"]
    assert after["webhooks"]["vpbx"] == before["webhooks"]["vpbx"].replace(f":{running.port}/", f":{port}/")


def test_a_killed_hub_is_followed_by_one_with_its_data(running: LocalHub, wait_for: Callable[..., Any]) -> None:
    """After kill -9 the emulator ends by itself, and the next start finds everything."""
    calls = {call["id"] for call in calls_of(running)}
    pid = Lock(running.home / "hub.lock").holder()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: Lock(running.home / "hub.lock").holder() is None)
    assert running.start().returncode == 0, running.logs()
    assert calls < {call["id"] for call in calls_of(running)}


def ask(local: LocalHub, method: str, path: str, token: str, **options: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {local.content()[token]}"}
    answer = httpx.request(method, f"{local.content()['base_url']}{path}", headers=headers, timeout=30, **options)
    found: dict[str, Any] = answer.raise_for_status().json() if answer.content else {}
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_what_waits_for_a_receiver_is_driven_after_a_restart(
    running: LocalHub, receiver: Callable[..., Receiver], wait_for: Callable[..., Any], number: signal.Signals
) -> None:
    """Its workflow ended with the emulator; another goes on at the time that the first one had planned."""
    busy = Answer(429, headers={"Retry-After": "12"})
    crm, call = receiver(lambda _: Answer(500) if len(crm.requests) <= FAST_ATTEMPTS else busy), f"call-{number}"
    wish = {"event_name": "start.call", "webhook_url": crm.url, "auth_type": "None"}
    ask(running, "POST", "/api/v1/events/subscribe", "vpbx_token", json=wish)
    httpx.post(running.content()["webhooks"]["vpbx"], json=event("start.call", call), timeout=30)
    assert crm.wait_for(lambda received: len(of_call(received, call)) == FAST_ATTEMPTS + 1, 60)
    asked_at = of_call(crm.requests, call)[-1].at
    wait_for(lambda: next_attempt(running, crm) > asked_at + 10, 60)
    pid = Lock(running.home / "hub.lock").holder()
    assert pid is not None
    os.kill(pid, number)
    wait_for(lambda: nothing_runs(running.home))
    crm.respond = lambda _: Answer()
    assert running.start().returncode == 0, running.logs()
    assert crm.wait_for(lambda received: len(of_call(received, call)) == FAST_ATTEMPTS + 2, 60)
    assert of_call(crm.requests, call)[-1].at - asked_at >= 12
    wait_for(lambda: not next_attempt(running, crm))
    ask(running, "DELETE", "/api/v1/events/subscribe?event_name=start.call", "vpbx_token")


def of_call(received: Sequence[Received], call: str) -> list[Received]:
    """The demo's own call comes by as well."""
    return [one for one in received if one.json()["params"]["call_id"] == call]


def next_attempt(local: LocalHub, crm: Receiver) -> float:
    """When the hub means to try a receiver next; 0 where nothing waits for it."""
    found = ask(local, "GET", "/admin/endpoints?account=demo", "operator_token")["endpoints"]
    at = next(one["next_attempt_at"] for one in found if one["receiver"] == crm.url)
    return datetime.fromisoformat(at).timestamp() if at else 0.0


def test_ctrl_c_ends_all_of_it(running: LocalHub) -> None:
    """In the foreground, SIGINT ends the hub and its emulator, without complaint."""
    running.stop()
    foreground = subprocess.Popen(
        [sys.executable, "-m", "local", "up"],
        cwd=ROOT,
        env=running.environment(DETACH=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert any("Ctrl-C" in line for line in foreground.stdout or ())  # the last that it says once it is up
    finally:
        os.killpg(foreground.pid, signal.SIGINT)
    _, complaints = foreground.communicate(timeout=60)
    assert foreground.returncode == 0
    assert complaints == ""
    assert nothing_runs(running.home)


def test_a_dead_emulator_ends_the_hub(running: LocalHub, wait_for: Callable[..., Any]) -> None:
    """Without its emulator the hub is nothing: it says so in its log and goes."""
    pid = Lock(running.home / "emulator.lock").holder()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: nothing_runs(running.home))
    assert "The emulator ended by itself" in (running.home / "hub.log").read_text()
    assert not running.file.exists()


@pytest.mark.parametrize("detach", ["", "1"])
def test_a_port_in_use_is_one_sentence(tmp_path: Path, detach: str) -> None:
    """Nothing is started for a port that somebody else has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = LocalHub(tmp_path, port).start(DETACH=detach)
    assert refused.returncode == 1
    assert one_sentence(refused.stderr)
    assert str(port) in refused.stderr
    assert nothing_runs(tmp_path)
    assert not (tmp_path / "hub.json").exists()


def test_an_emulator_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    """The emulator's port is refused as clearly as the hub's own."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = LocalHub(tmp_path).start(EMULATOR_PORT=port)
    assert refused.returncode == 1
    assert one_sentence(refused.stderr)
    assert port in refused.stderr
    assert nothing_runs(tmp_path)


def test_a_failed_deployment_is_one_sentence(tmp_path: Path) -> None:
    """A parameter that the stack refuses ends the start, with the log named and nothing left running."""
    refused = LocalHub(tmp_path).start(FAST_ATTEMPTS="many")
    assert refused.returncode == 1
    assert one_sentence(refused.stderr)
    assert "deploy.log" in refused.stderr
    assert nothing_runs(tmp_path)


def test_stopping_what_does_not_run_is_no_mistake(tmp_path: Path) -> None:
    """`make stop` may be said twice."""
    assert LocalHub(tmp_path).stop().returncode == 0
