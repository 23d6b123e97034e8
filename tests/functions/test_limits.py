"""The limits of an account, through the functions: each refusal has the shape of its dialect."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from switchboard.accounts.terms import rates
from switchboard.bootstrap import audio, now
from switchboard.bootstrap.accounts import storage
from tests.functions.test_originate import assert_refused, commands, originate
from tests.support.calling import call, caller, play
from tests.support.campaigning import (
    ANNA,
    BORIS,
    EXECUTIONS,
    GROUPS,
    PROFILE,
    SETTINGS,
    TASKS,
    add_group,
    prepared,
    start,
)
from tests.support.cato import AUDIO, add, assert_refused_by_cato, cato_account, cato_token, change
from tests.support.dialled_hub import dial
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.launching import CAMPAIGNS, able, launch
from tests.support.sounds import tone, wav
from tests.support.sprecord_day import sprecord_token
from tests.unit.builders import sample

ABROAD = "+447911123456"


def limit(hub: Hub, **limits: Any) -> None:
    """Set limits, and let every function know."""
    answer = hub.operator("PATCH", "/admin/accounts/acme", {"limits": limits})
    assert (answer.status, {name: answer.json["limits"][name] for name in limits}) == (200, limits)
    hub.restart()


def test_numbers_abroad_are_called_only_if_the_operator_allows_them(hub: Hub) -> None:
    """By the vendor's API and by the operator's; no command is left of a refused call."""
    auth = caller(hub)
    assert_refused(originate(hub, auth, phone2call=ABROAD), 403, "Forbidden")
    refused = call(hub, number=ABROAD)
    assert (refused.status, refused.json["error"]["code"], commands(hub)) == (403, "forbidden", [])
    limit(hub, prefixes=["+44"])
    assert originate(hub, auth, phone2call=ABROAD).status == 200
    assert_refused(originate(hub, auth, phone2call="+4930123456"), 403, "Forbidden")


def test_an_account_starts_so_many_calls_a_day(hub: Hub) -> None:
    """A repeated request is no further call, and a refused call may be started on the next day."""
    auth = caller(hub)
    limit(hub, originates_per_day=2)
    asked = (("105", "a"), ("105", "a"), ("104", "b"))
    assert [call(hub, extension=one, idempotency_key=key).status for one, key in asked] == [202, 202, 202]
    play(hub)
    assert call(hub, extension="105", idempotency_key="c").status == 429
    assert_refused(originate(hub, auth), 429, "Too Many Requests")
    limit(hub, originates_per_day=3)
    assert call(hub, extension="105", idempotency_key="c").status == 202


def test_a_campaign_passes_over_numbers_that_the_account_may_not_call(hub: Hub) -> None:
    """The report tells the reason, and other numbers of the person are called."""
    auth = cato_account(hub)
    people = [
        {"fullName": name, "phones": phones, "emails": ""}
        for name, phones in (("Anna", [ABROAD]), ("Boris", [ABROAD, "79160000000"]), ("Vera", ["78092345678"]))
    ]
    task = prepared(hub, auth, people, attemptCount=1)
    hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "simulator", "settings": {"speed": 1000}})
    dry = hub.request("POST", f"/api/v1/tasks/{task}/dry-run", None, auth).json
    assert dry["wouldBeCalled"] == 1
    execution = start(hub, auth, task).json["taskExecId"]
    dial(hub)
    found = hub.request("GET", f"{EXECUTIONS}/{execution}", None, auth, {"details": "true"}).json
    assert [(one["notified"], one["reason"]) for one in found["subscribers"]] == [
        (False, "not_permitted"),
        (True, ""),
        (False, "not_permitted"),
    ]


def test_e_mail_is_off_unless_the_operator_allows_it(hub: Hub) -> None:
    """New and changed settings with an e-mail are 403; without, they are taken."""
    auth = cato_account(hub)
    words = {"email": {"subject": "s", "text": "t"}}
    id_ = hub.request("POST", SETTINGS, PROFILE, auth).json["id"]
    for method, path in (("POST", SETTINGS), ("PUT", f"{SETTINGS}/{id_}")):
        answer = hub.request(method, path, {**PROFILE, **words}, auth)
        assert_refused_by_cato(answer, 403, "Forbidden", path, "e-mail")
    limit(hub, email=True)
    assert hub.request("PUT", f"{SETTINGS}/{id_}", {**PROFILE, **words}, auth).status == 200


def test_requests_above_the_limit_are_refused_in_every_dialect(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """All doors of an account have one limit. The operator sees a refused webhook with its reason."""
    monkeypatch.setattr(rates, "PARTS", 10**9)
    auth, cato, sprecord = caller(hub), cato_token(hub), sprecord_token(hub)
    source, at = hub.source(), now()
    monkeypatch.setattr("switchboard.bootstrap.accounts.now", lambda: at)
    limit(hub, requests_per_second=1)

    def webhook() -> Answer:
        return hub.request("POST", f"/webhooks/vpbx/{source.id}", sample("vpbx/start_call"))

    assert [webhook().status for _ in range(rates.WINDOW + 1)] == [*[200] * rates.WINDOW, 429]
    assert_refused(hub.request("GET", "/api/v1/phones/local", headers=auth), 429, "Too Many Requests")
    assert_refused_by_cato(hub.request("GET", TASKS, headers=cato), 429, "Too Many Requests", TASKS)
    assert hub.request("GET", "/sys/subscribe_events", headers=sprecord).status == 429
    refused = hub.operator("GET", f"/admin/sources/{source.id}/refused").json
    assert "too_many" in str(refused)


def test_so_many_characters_are_spoken_a_day(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that was spoken before costs nothing."""
    auth = cato_account(hub)

    class Speaker:
        def speak(self, text: str, voice: str) -> bytes:  # noqa: ARG002
            return wav(tone(1))

    monkeypatch.setattr(audio, "speaker", lambda _: Speaker())
    limit(hub, speech_characters_per_day=10)
    path = f"{AUDIO}/tts"
    wishes = [{"name": name, "text": text} for name, text in (("a", "12345678"), ("b", "123"), ("a", "12345678"))]
    answers = [hub.request("POST", path, wish, auth) for wish in wishes]
    assert [one.status for one in answers] == [200, 429, 200]
    assert_refused_by_cato(answers[1], 429, "Too Many Requests", path)


def test_campaigns_files_count_for_the_storage_of_the_account(hub: Hub) -> None:
    """Audio and lists are refused while the account is full: at once, by an upload, spoken and as new bytes.

    A deletion makes room. A deletion that is repeated gives nothing twice.
    """
    auth = cato_account(hub)
    able(hub)
    kept = add(hub, auth, wav(tone(1))).json["id"]
    group = add_group(hub, auth, [ANNA]).json["id"]
    spoken = {"text": "Flood", "name": "x"}
    asked: dict[str, Callable[[], Answer]] = {
        f"{AUDIO}/add/other": lambda: add(hub, auth, wav(tone(0.5)), "other"),
        f"{AUDIO}/{kept}": lambda: change(hub, auth, kept, wav(tone(0.5))),
        f"{AUDIO}/uploads": lambda: hub.request("POST", f"{AUDIO}/uploads", {"name": "x", "size": 9}, auth),
        f"{AUDIO}/tts": lambda: hub.request("POST", f"{AUDIO}/tts", spoken, auth),
        f"{GROUPS}/add/sea": lambda: add_group(hub, auth, [ANNA, BORIS], "sea"),
        f"{GROUPS}/{group}": lambda: hub.request("PUT", f"{GROUPS}/{group}", json.dumps([BORIS]), auth),
        CAMPAIGNS: lambda: launch(hub, auth),
        f"{GROUPS}/uploads": lambda: hub.request("POST", f"{GROUPS}/uploads", {"name": "x", "size": 9}, auth),
    }
    limit(hub, storage_bytes=1)
    for path, ask in asked.items():
        assert_refused_by_cato(ask(), 429, "Too Many Requests", path, "as many bytes as it may")
    assert add(hub, auth, wav(tone(1))).json["id"] == kept  # the same bytes again are no further bytes
    for path in (f"{AUDIO}/{kept}", f"{AUDIO}/{kept}", f"{GROUPS}/{group}", f"{GROUPS}/{group}"):
        hub.request("DELETE", path, headers=auth)
    assert storage().stored.bytes_from("acme", now().date()) == 0
    assert asked[f"{GROUPS}/uploads"]().status == 429  # its nine bytes are more than one
    limit(hub, storage_bytes=2**20)
    assert [ask().status for path, ask in asked.items() if "add" in path] == [200, 200]
