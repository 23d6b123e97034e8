"""The command `switchboard`, against the hub in one process."""

from __future__ import annotations

import json
import stat
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from switchboard_cli import app as application
from switchboard_cli import session
from switchboard_cli.commands.listen import Caught
from switchboard_cli.profiles import Profile, keep, profile_of
from tests.functions.test_source_upstream import Office
from tests.support.calling import caller
from tests.support.gateway import proxy_event, route_for
from tests.support.hub import Hub
from tests.support.launching import able
from tests.support.receiver import answering, receiving
from tests.support.sounds import tone, wav
from tests.support.stack import OPERATOR_TOKEN
from tests.support.vendor import vending

URL = "https://hub.example"
Run = Callable[..., Result]


def network(hub: Hub) -> httpx.MockTransport:
    """The hub in the place of the network. After a request that changes something, the workers run."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        headers = {name.title(): value for name, value in request.headers.items() if name != "host"}
        query = {name: unquote(value) for name, value in request.url.params.items()}
        event = proxy_event(request.method, path, None, headers, query)
        body = request.read()
        event |= {"body": b64encode(body).decode() if body else None, "isBase64Encoded": bool(body)}
        told = hub.answer(route_for(request.method, path)[0].folder, event)
        if request.method != "GET":
            hub.work()
        return httpx.Response(told.status, headers=dict(told.headers), content=told.content or told.text.encode())

    return httpx.MockTransport(answer)


@pytest.fixture
def run(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command with a profile of the operator's; `fails` is the expected exit code."""
    monkeypatch.setenv("SWITCHBOARD_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "300")
    for name in ("SWITCHBOARD_URL", "SWITCHBOARD_TOKEN", "SWITCHBOARD_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(session, "over", network(hub))
    keep("default", Profile(URL, OPERATOR_TOKEN))

    def invoke(*words: str, fails: int = 0, stdin: str = "") -> Result:
        done = CliRunner().invoke(application.app, list(words), input=stdin)
        assert done.exit_code == fails, (done.output, done.exception)
        return done

    return invoke


def without_metrics(text: str) -> str:
    """What was printed, without the metrics that functions print in the same process."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith('{"_aws"'))


def told(run: Run, *words: str, fails: int = 0) -> Any:
    """What a command says in JSON."""
    return json.loads(without_metrics(run("--json", *words, fails=fails).stdout))


@pytest.fixture
def crm() -> Iterator[Any]:
    with receiving(answering(200)) as one:
        yield one


def test_a_login_is_kept_for_its_owner_alone(run: Run, tmp_path: Path) -> None:
    """The token comes from a pipe and no argument; the file has the mode 0600 and the directory 0700."""
    run("-p", "prod", "login", "--url", URL, stdin=f"{OPERATOR_TOKEN}\n")
    file = tmp_path / "config" / "profiles.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert profile_of("prod") == Profile(URL, OPERATOR_TOKEN)
    assert profile_of("default") is not None
    assert OPERATOR_TOKEN not in run("--help").output
    assert "--token" not in run("login", "--help").output


def test_a_wrong_token_is_not_kept(run: Run) -> None:
    """The hub is asked first, and an empty token is no token."""
    run("-p", "prod", "login", "--url", URL, stdin="wrong\n", fails=1)
    run("-p", "prod", "login", "--url", URL, stdin="\n", fails=2)
    assert profile_of("prod") is None


def test_a_token_of_the_environment_goes_to_the_named_hub_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kept token is not shown to another address."""
    monkeypatch.setenv("SWITCHBOARD_URL", "https://other.example")
    assert profile_of("default") is None
    monkeypatch.setenv("SWITCHBOARD_TOKEN", "another")
    assert profile_of("default") == Profile("https://other.example", "another")


def test_a_refusal_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """With what to do, on the standard error, and exit code 1."""
    keep("default", Profile(URL, "wrong"))
    monkeypatch.setattr("sys.argv", ["switchboard", "tokens", "-a", "acme"])
    with pytest.raises(SystemExit) as ended:
        application.main()
    shown = capsys.readouterr()
    assert (ended.value.code, without_metrics(shown.out), "switchboard login" in shown.err) == (1, "", True)
    assert "Traceback" not in shown.err


def test_from_connect_to_explain(run: Run, crm: Any) -> None:
    """An account, a source and a destination by one command; an event by another; and where the event went."""
    made = told(run, "connect", "acme", "--to", crm.url, "--events", "call.started, call.ended")
    assert made["destination"]["secret"].startswith("whsec_")
    again = told(run, "connect", "acme", "--to", f"{crm.url}/second", "--no-test")
    assert (again["new"], again["source"]["id"]) == (False, made["source"]["id"])
    event = told(run, "trigger", "acme", "call.started", "--number", "+79161234567")
    for kind in ("call.answered", "call.ended"):
        assert told(run, "trigger", "acme", kind, "--call", event["external_id"])["call_id"] == event["call_id"]
    for what in ("8 (916) 123-45-67", event["call_id"]):
        (call,) = told(run, "explain", what, "-a", "acme")["calls"]
        assert {line["result"] for line in call["destinations"]} == {"delivered"}
    assert "delivered" in run("explain", event["call_id"]).stdout
    assert told(run, "calls", "list", "-a", "acme")[0]["state"] == "ended"
    assert "call.answered" in run("calls", "show", event["call_id"]).stdout
    assert event["call_id"] in run("calls", "tail", "-a", "acme", "--rounds", "1").stdout
    assert [one["id"] for one in told(run, "destinations", "-a", "acme")] == [1, 2]
    assert str(crm.port) in run("status", "-a", "acme").stdout


def test_a_pbx_whose_vendor_signs_is_connected_with_its_keys(run: Run, crm: Any, hub: Hub) -> None:
    """The source checks the signature. The secret is shown nowhere."""
    keys = ["--pbx", "mango", "--pbx-key", "the-key-of-mango", "--pbx-secret", "the-salt-of-mango"]
    made = run("connect", "acme", "--to", crm.url, "--no-test", *keys)
    assert "the-salt" not in made.stdout
    (source,) = hub.operator("GET", "/admin/sources", account="acme").json["sources"]
    assert (source["dialect"], source["auth"]) == ("mango", {"type": "signature"})


def test_a_sample_is_signed_as_a_receiver_checks(run: Run, crm: Any) -> None:
    """The check of `listen` takes the right secret and no other."""
    made = told(run, "connect", "acme", "--to", crm.url)
    got = crm.requests[-1]
    caught = Caught({name.lower(): value for name, value in got.headers.items()}, got.body)
    assert caught.is_signed_by(made["destination"]["secret"])
    assert not caught.is_signed_by("whsec_" + b64encode(b"another-secret-of-24-byte").decode())


def test_a_replay_counts_unless_told(run: Run, crm: Any) -> None:
    """Only --yes sends; the delivery keeps its id."""
    crm.behave = answering(410)
    told(run, "connect", "acme", "--to", crm.url)
    (dead,) = told(run, "deliveries", "list", "-a", "acme")
    assert "410" in run("deliveries", "show", dead["id"]).stdout
    before = len(crm.requests)
    assert told(run, "replay", "-a", "acme").items() >= {"count": 1, "more": False, "dry_run": True}.items()
    assert (len(crm.requests), "--yes" in run("replay", "-a", "acme").stdout) == (before, True)


def test_secrets_and_tokens_are_rotated(run: Run, crm: Any) -> None:
    """The new secret is another; a token that is not there is told."""
    made = told(run, "connect", "acme", "--to", crm.url, "--no-test")
    assert told(run, "rotate", "secret", "1")["secret"] != made["destination"]["secret"]
    run("rotate", "token", "none", "-a", "acme", fails=1)


def test_a_token_is_rotated(hub: Hub, run: Run) -> None:
    """The new one has the kind and the name of the old one."""
    hub.account()
    old = hub.operator("POST", "/admin/tokens", {"account": "acme", "kind": "cato", "name": "duty"}).json
    new = told(run, "rotate", "token", old["id"], "-a", "acme")
    assert (new["kind"], new["name"], new["token"] != old["token"]) == ("cato", "duty", True)
    run("rotate", "revoke", old["id"], "-a", "acme")
    listed = {one["id"]: one["revoked_at"] for one in told(run, "tokens", "-a", "acme")}
    assert (bool(listed[old["id"]]), listed[new["id"]]) == (True, None)


def test_what_sources_refused_is_listed(hub: Hub, run: Run) -> None:
    """With the reason; and `audit` lists what the operator changed."""
    hub.account()
    hub.source("s-office")
    hub.request("POST", "/webhooks/vpbx/s-office", "no call at all")
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "101"})
    assert [one["reason"] for one in told(run, "sources", "refused", "-a", "acme")] == ["unreadable"]
    assert "s-office" in run("sources", "list", "-a", "acme").stdout
    assert "POST /admin/extensions" in run("audit", "-a", "acme").stdout


def test_forget_counts_unless_told(hub: Hub, run: Run) -> None:
    """An erasure that only counts is marked so."""
    hub.account()
    assert told(run, "forget", "+79161234567", "-a", "acme", "--no-wait")["dry_run"]
    assert not told(run, "forget", "+79161234567", "-a", "acme", "--no-wait", "--yes")["dry_run"]


def test_a_call_is_started(hub: Hub, run: Run) -> None:
    """By extension and number in any usual form."""
    caller(hub)
    command = told(run, "call", "104", "+7 (916) 123-45-67", "-a", "acme", "--no-wait")
    assert (command["action"], command["extension"]) == ("originate", "104")


def test_a_campaign_is_run_by_one_command(hub: Hub, run: Run, tmp_path: Path) -> None:
    """A repeat starts nothing new. The command's own token is revoked. --dry-run reads the list alone."""
    hub.account()
    able(hub)
    people, audio = tmp_path / "people.csv", tmp_path / "warning.wav"
    people.write_text("fullName;phones\nAnna;79161234567\nBoris;79161234568\n")
    audio.write_bytes(wav(tone(0.2)))
    words = ("campaign", "run", "acme", "--people", str(people), "--audio", str(audio))
    assert told(run, *words, "--dry-run")["kept"] == 2
    report = tmp_path / "out.csv"
    first = told(run, *words, "--no-watch", "--window", "0:00-24:00", "--report", str(report))
    assert first["report"]["subscriberCount"] == 2
    assert told(run, *words, "--no-watch", "--window", "0:00-24:00")["execution"] == first["execution"]
    assert "Anna" in report.read_text(encoding="utf-8-sig")
    assert all(one["revoked_at"] for one in told(run, "tokens", "-a", "acme") if one["name"].startswith("switchboard"))
    run(*words, "--window", "soon", fails=2)


def test_doctor_finds_nothing_on_a_healthy_hub(run: Run, crm: Any) -> None:
    """Exit code 0; a sample makes the round trip."""
    told(run, "connect", "acme", "--to", crm.url)
    found = told(run, "doctor", "--test", "1")
    assert {one["level"] for one in found} == {"ok"}
    assert "round trip to 1" in {one["what"] for one in found}


def test_doctor_tells_what_is_broken_and_what_to_do(hub: Hub, run: Run) -> None:
    """A dead letter, a receiver that refuses, and a PBX that is gone: three faults, each with a way out."""
    with vending(hub) as vendor, receiving(answering(400)) as crm:
        office = Office(hub, vendor)
        assert office.connect().status == 200
        hub.source("s-test")
        run("connect", "acme", "--to", crm.url, "--no-test")
        run("trigger", "acme", "call.started")
    found = [one for one in told(run, "doctor", "-a", "acme", fails=1) if one["level"] == "fault"]
    whats = {one["what"].partition(": ")[2].partition(" ")[0] for one in found}
    assert {"receiver", "dead", "PBX"} <= whats, found
    assert all(one["do"] for one in found)
    assert "fault" in run("doctor", "-a", "acme", fails=1).stdout


def test_doctor_says_when_nobody_answers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And looks no further; a wrong token is told apart."""
    keep("default", Profile(URL, "wrong"))
    assert [one["what"] for one in told(run, "doctor", fails=1) if one["level"] == "fault"] == ["token"]

    def gone(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    monkeypatch.setattr(session, "over", httpx.MockTransport(gone))
    (found,) = told(run, "doctor", fails=1)
    assert (found["what"], found["level"], bool(found["do"])) == ("address", "fault", True)


def test_the_log_of_a_call_is_found(run: Run, tmp_path: Path) -> None:
    """The lines of all logs that name the call."""
    (tmp_path / "hub.log").write_text('{"call_id": "c1"}\n{"call_id": "c2"}\n')
    assert told(run, "logs", "--call", "c1", "--folder", str(tmp_path)) == ['{"call_id": "c1"}']
    run("logs", "--call", "c1", "--folder", str(tmp_path / "none"), fails=2)
