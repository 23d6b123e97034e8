"""GET /sys/records/{record_id}: what `call_end` calls by a number can be downloaded by it."""

import json

import pytest

from switchboard.calls.record_numbers import record_number
from tests.functions.test_operator import assert_refused
from tests.support.audio import mp3_of
from tests.support.builders import an_event
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving
from tests.support.sprecord_day import sprecord_token

AUDIO = mp3_of(3)


@pytest.fixture
def auth(hub: Hub) -> dict[str, str]:
    hub.account()
    hub.account("other")
    hub.source("s-office")
    return sprecord_token(hub)


def end_a_call(hub: Hub, link: str) -> None:
    params = {"call_id": "call-1", "disposition": "ANSWER", "record": link}
    hub.request("POST", "/webhooks/vpbx/s-office", {**an_event().raw, "event_name": "end.call", "params": params})
    hub.work_events()


def test_the_number_of_an_event_leads_to_the_file(hub: Hub, auth: dict[str, str]) -> None:
    """As the stream tells it; a part of it as well."""
    hub.request("GET", "/sys/events", headers=auth)
    with receiving(answering(200, AUDIO)) as pbx:
        end_a_call(hub, pbx.url)
        hub.fetches()
    told = hub.request("GET", "/sys/events", headers=auth, query={"last_event_id": "0"}).text
    (data,) = [line.removeprefix("data: ") for line in told.splitlines() if line.startswith("data: ")]
    path = f"/sys/records/{json.loads(data)['payload']['record_id']}"
    whole = hub.request("GET", path, headers=auth)
    part = hub.request("GET", path, headers={**auth, "Range": "bytes=-10"})
    assert (whole.status, whole.content, part.status, part.content) == (200, AUDIO, 206, AUDIO[-10:])


def test_while_one_is_waited_for_the_client_is_told_when_to_come(hub: Hub, auth: dict[str, str]) -> None:
    """404 with Retry-After."""
    end_a_call(hub, "https://pbx.example/1.mp3")
    answer = hub.request("GET", f"/sys/records/{record_number('acme', 'call-1')}", headers=auth)
    assert_refused(answer, 404, "not_found")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("number", ["1", "-1", "abc", "9" * 400, "%23", "call-1"])
def test_a_number_that_nobody_gave_is_not_found(hub: Hub, auth: dict[str, str], number: str) -> None:
    """Whatever it looks like."""
    assert_refused(hub.request("GET", f"/sys/records/{number}", headers=auth), 404, "not_found")


def test_a_number_is_its_accounts_alone(hub: Hub, auth: dict[str, str]) -> None:
    """Another one's token finds nothing, nor does a token for another API, nor none."""
    end_a_call(hub, "https://pbx.example/1.mp3")
    path = f"/sys/records/{record_number('acme', 'call-1')}"
    assert_refused(hub.request("GET", path, headers=sprecord_token(hub, "other")), 404, "not_found")
    assert_refused(hub.request("GET", path), 401, "unauthorized")
