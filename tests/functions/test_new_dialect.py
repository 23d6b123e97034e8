"""A vendor that the hub has never heard of: module, samples and a line in the registry are all that it takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.bundle import ROOT
from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, SourceAuth
from switchboard.aws.codec import load
from switchboard.dialects.registry import DIALECTS, DialectEntry, by_webhook, renderers
from switchboard.kernel.call import CallEvent
from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.receiver import Receiver, receiving
from tests.support.stories import IDS, LINKS, TIMES, read_message, told_by, without
from tests.unit.builders import normal_form, parsed, read

TOY = ROOT / "tests" / "toy"
SAMPLES = TOY / "samples"
STORY: list[dict[str, Any]] = read(SAMPLES / "out" / "answered.json")
PAYLOADS = [read(SAMPLES / f"{step['event']}.json") for step in STORY]
TARGETS = [name for name in (*renderers(), "toy") if name in STORY[0]]
SOURCES = [name for name in by_webhook() if (SAMPLES / "told" / name).is_dir()]
CHANGING = TIMES | LINKS | IDS


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch, hub: Hub) -> None:
    """Its line, in the place that the page names."""
    monkeypatch.setitem(DIALECTS, "toy", DialectEntry("tests.toy"))
    hub.account()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def post(hub: Hub, body: Any, source: str = "s-toy", **headers: str) -> Answer:
    return hub.request("POST", f"/webhooks/toy/{source}", body, headers)


def play(hub: Hub, receiver: Receiver, source: str, target: str, payloads: list[dict[str, Any]]) -> list[Any]:
    """Let a source tell a call, and have what a destination gets of it."""
    hub.source(f"s-{source}", dialect=source)
    wish = {"account": "acme", "dialect": target, "url": receiver.url}
    assert hub.operator("POST", "/admin/destinations", wish).status == 201
    for payload in payloads:
        assert hub.request("POST", f"/webhooks/{source}/s-{source}", payload).status == 200
        hub.work_events()
    hub.work()
    return [without(CHANGING, read_message(request.body)) for request in receiver.requests]


def all_of(steps: list[Any]) -> list[Any]:
    """The messages of every step, in order."""
    return [without(CHANGING, one) for step in steps if step for one in (step if isinstance(step, list) else [step])]


@pytest.mark.parametrize("target", TARGETS)
def test_its_calls_reach_a_destination_of_any_dialect(hub: Hub, receiver: Receiver, target: str) -> None:
    """By the function of all webhooks that have none of their own."""
    got = play(hub, receiver, "toy", target, PAYLOADS)
    assert got == all_of([step[target] for step in STORY])
    assert {folder for folder, *_ in hub.calls if folder.startswith("webhooks/")} == {"webhooks/other"}


@pytest.mark.parametrize("source", SOURCES)
def test_anybodys_calls_reach_a_destination_of_its(hub: Hub, receiver: Receiver, source: str) -> None:
    """In its words."""
    got = play(hub, receiver, source, "toy", told_by(source))
    assert got == all_of(read(SAMPLES / "told" / source / "answered.json"))
    assert got


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.expected.json")), ids=lambda path: path.name)
def test_its_samples_are_read_as_expected(path: Path) -> None:
    """Each has the normal form that stands beside it."""
    assert normal_form(parsed("toy", read(path.with_name(path.name.replace(".expected", ""))))) == read(path)


def test_the_vendors_samples_know_the_hubs_own_dialects() -> None:
    """A dialect that came later has no part in the samples."""
    assert {"vpbx", "callevents", "sprecord", "kontur", "standard", "toy"} <= set(TARGETS)
    assert {"vpbx", "callevents", "sprecord"} <= set(SOURCES)


def test_what_cannot_be_read_is_kept_as_it_came(hub: Hub) -> None:
    """And is acknowledged like any other."""
    hub.source("s-toy", dialect="toy")
    body = read(SAMPLES / "bad" / "nothing_right.json")
    assert post(hub, body).status == 200
    (record,) = hub.stack.drain("EventsQueue")
    assert load(record["body"], CallEvent).raw == body


def test_the_operator_makes_a_source_of_its(hub: Hub) -> None:
    """With the address that its events are posted to."""
    made = hub.operator("POST", "/admin/sources", {"account": "acme", "dialect": "toy"}).json
    assert made["webhook_url"] == f"https://hub.example/webhooks/toy/{made['id']}"
    assert post(hub, PAYLOADS[0], made["id"]).status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [("{", 400, "invalid"), ("[]", 400, "invalid"), (" " * 70_000 + "{}", 413, "too_large")],
    ids=["no JSON", "no object", "too large"],
)
def test_a_bad_request_is_refused(hub: Hub, body: str, status: int, code: str) -> None:
    """Nothing is kept of it."""
    hub.source("s-toy", dialect="toy")
    answer = post(hub, body)
    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert hub.stack.drain("EventsQueue") == []


def test_a_source_shows_its_credentials(hub: Hub) -> None:
    """As of any dialect."""
    hub.source("s-toy", dialect="toy", auth=SourceAuth(AuthScheme.BEARER, digest_of("shown")))
    assert_refused(post(hub, PAYLOADS[0]), 401, "unauthorized")
    assert post(hub, PAYLOADS[0], Authorization="Bearer shown").status == 200


def test_a_source_of_another_dialect_is_not_there(hub: Hub) -> None:
    """Nor is one of nobody's."""
    hub.source("s-office")
    for source in ("s-office", "s-nobody"):
        assert_refused(post(hub, PAYLOADS[0], source), 404, "not_found")


@pytest.mark.parametrize("dialect", ["fax", "standard", "kontur", "cato"])
def test_a_dialect_that_has_no_webhook_is_not_there(hub: Hub, dialect: str) -> None:
    """Nobody has heard of it, or its events come in another way, or none do."""
    hub.source("s-office", dialect=dialect)
    assert_refused(hub.request("POST", f"/webhooks/{dialect}/s-office", {}), 404, "not_found")
    assert hub.stack.drain("EventsQueue") == []


def test_the_page_that_says_how_shows_this_very_vendor() -> None:
    """Module and samples as they stand here, line for line."""
    page = (ROOT / "docs" / "adding-a-dialect.md").read_text().replace("switchboard.dialects.toy", "tests.toy")
    shown = "\n".join(line.partition("  # noqa: ARG001")[0] for line in page.splitlines())
    files = [*TOY.glob("*.py"), SAMPLES / "bye.json", SAMPLES / "bye.expected.json"]
    assert {path.name for path in files if path.read_text().rstrip() not in shown} == set()
