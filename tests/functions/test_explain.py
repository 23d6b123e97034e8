"""GET /admin/explain: from a number and a time to what became of the call at every destination."""

from typing import Any

from tests.support.builders import an_event
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving

BODY = {"account": "acme", "dialect": "standard", "url": "https://crm.example/x?key=hidden-word"}


def explain(hub: Hub, **query: str) -> Any:
    return hub.operator("GET", "/admin/explain", account="acme", **query).json


def test_one_line_for_each_destination(hub: Hub) -> None:
    """Delivered, filtered, paused and made later; and what the source had refused. Queries of URLs stay hidden."""
    hub.account()
    hub.source("s-office")
    with receiving(answering(200)) as crm, receiving(answering(200)) as erp:
        add = lambda **more: hub.operator("POST", "/admin/destinations", {**BODY, **more}).json  # noqa: E731
        add(name="CRM", url=crm.url)
        add(name="Sales", filters={"direction": "outgoing"})
        add(name="ERP", url=erp.url)
        (endpoint,) = [
            one["id"]
            for one in hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"]
            if str(erp.port) in one["receiver"]
        ]
        hub.operator("POST", f"/admin/endpoints/{endpoint}/pause", account="acme")
        hub.request("POST", "/webhooks/vpbx/s-office", "no call at all")
        event = {**an_event().raw, "params": {**an_event().raw["params"], "call_id": "call-1"}}
        hub.request("POST", "/webhooks/vpbx/s-office", event)
        hub.work()
        add(name="Late")
    call_id = hub.operator("GET", "/admin/calls", account="acme").json["calls"][0]["id"]
    for found in (explain(hub), explain(hub, call=call_id)):
        (call,) = found["calls"]
        lines = {line["destination"]["name"]: line for line in call["destinations"]}
        assert {name: line["result"] for name, line in lines.items()} == {
            "CRM": "delivered",
            "Sales": "filtered",
            "ERP": "paused",
            "Late": "made_later",
        }
        assert lines["CRM"]["last_answer"]["status"] == 200
        assert [one["refused"] for one in found["sources"]] == [{"unreadable": 1}]
        assert "hidden-word" not in str(found)


def test_a_call_that_never_came_is_explained_by_the_sources(hub: Hub) -> None:
    """The sentence counts what was refused, and another number finds nothing."""
    hub.account()
    hub.source("s-office")
    hub.request("POST", "/webhooks/vpbx/s-office", "no call at all")
    found = explain(hub, number="8 (916) 000-00-00")
    assert (found["calls"], "refused 1 requests" in found["says"]) == ([], True)
    assert hub.operator("GET", "/admin/explain", account="acme", call="nothing").status == 404
    assert hub.operator("GET", "/admin/explain", account="acme", numbre="1").json["error"]["field"] == "numbre"
