"""Ports Communications, Connectors, Users and Links."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from switchboard.aws.accounts_table import AccountsTable
from switchboard.aws.communications_table import CommunicationsTable
from switchboard.aws.connectors import ConnectorRows
from switchboard.aws.links import LinkRows
from switchboard.aws.paces import PaceRows
from switchboard.crm.ports import Communications, Links, Paces
from switchboard.dialects.rest_crm import Pace
from switchboard.errors import Conflict
from switchboard.kernel.communication import Communication, Connector, CrmCallRequest, UploadedFile, User, Workspace
from tests.fakes.crm import MemoryCommunications, MemoryConnectors, MemoryLinks, MemoryPaces
from tests.support.builders import NOON
from tests.support.stack import Stack
from tests.support.threads import at_once

TABLE = "CommunicationsTable"
HERE = Workspace("acme", "acme", "Romashka")
ELSEWHERE = [Workspace("acme", "other"), Workspace("other", "acme")]


@pytest.fixture
def communications(request: pytest.FixtureRequest, kind: str) -> Communications:
    if kind == "memory":
        return MemoryCommunications()
    stack: Stack = request.getfixturevalue("stack")
    return CommunicationsTable(stack.dynamodb, stack.table(TABLE))


@pytest.fixture
def connectors(request: pytest.FixtureRequest, kind: str) -> MemoryConnectors | ConnectorRows:
    if kind == "memory":
        return MemoryConnectors()
    stack: Stack = request.getfixturevalue("stack")
    return ConnectorRows(AccountsTable(stack.dynamodb, stack.table(TABLE)))


@pytest.fixture
def links(request: pytest.FixtureRequest, kind: str) -> Links:
    if kind == "memory":
        return MemoryLinks()
    stack: Stack = request.getfixturevalue("stack")
    return LinkRows(stack.dynamodb, stack.table(TABLE), lambda: NOON)


def a_communication(**fields: Any) -> Communication:
    defaults = {"account": "acme", "workspace": "acme", "id": "c-1", "external_id": "x-1", "created_at": NOON}
    return Communication(**{**defaults, "updated_at": NOON, **fields})


def a_connector(id_: str = "1", **fields: Any) -> Connector:
    defaults = {"account": "acme", "kind": "kontur", "name": "CRM", "base_url": "https://crm.example"}
    more = {"workspace": "sales", "access_key": "sealed", "created_at": NOON}
    return Connector(**{**defaults, **more, "id": id_, **fields})


def asked(id_: str = "c-1", **fields: Any) -> CrmCallRequest:
    defaults = {"account": "acme", "connector": "1", "extension": "101", "number": "79012345600", "at": NOON}
    return CrmCallRequest(**{**defaults, "key": "79012345600", "communication_id": id_, **fields})


def test_a_communication_is_found_by_either_id(communications: Communications) -> None:
    """Every field is stored."""
    made = a_communication(live=True, finished_at=NOON, direction="inbound", client_phone="7", line_phone="8")
    assert communications.add(made) == made
    assert communications.of_id(HERE, "c-1") == communications.of_external_id(HERE, "x-1") == made


@pytest.mark.parametrize("workspace", ELSEWHERE, ids=lambda one: f"{one.account}-{one.name}")
def test_a_communication_is_in_its_workspace_alone(communications: Communications, workspace: Workspace) -> None:
    """Another workspace finds it by neither id."""
    communications.add(a_communication())
    assert communications.of_id(workspace, "c-1") is None
    assert communications.of_external_id(workspace, "x-1") is None


@pytest.mark.parametrize("second", [{"id": "c-2"}, {"external_id": "x-2"}, {}], ids=str)
def test_either_id_is_taken_once(communications: Communications, second: dict[str, str]) -> None:
    """The second caller gets the stored communication."""
    first = communications.add(a_communication())
    assert communications.add(a_communication(client_phone="later", **second)) == first


def test_of_two_at_once_both_get_the_same(communications: Communications) -> None:
    """One of the two is stored."""
    wishes = [a_communication(id=f"c-{number}") for number in range(8)]
    found = at_once([partial(communications.add, wish) for wish in wishes])
    assert len({one.id for one in found if isinstance(one, Communication)}) == 1


def test_a_communication_is_replaced(communications: Communications) -> None:
    """Under both ids."""
    made = communications.add(a_communication())
    ended = replace(made, finished_at=NOON)
    communications.save(ended)
    assert communications.of_external_id(HERE, "x-1") == ended


def test_ids_may_be_of_any_length(communications: Communications) -> None:
    """And of any characters."""
    made = a_communication(id="c" * 2000, external_id="ё/#" * 600)
    communications.add(made)
    assert communications.of_external_id(HERE, made.external_id) == communications.of_id(HERE, made.id) == made


def test_connectors_are_kept_by_account(connectors: MemoryConnectors | ConnectorRows) -> None:
    """Oldest first."""
    late = a_connector("2", created_at=NOON + timedelta(hours=1), users=(User("u", "101"),), line="7", key_token="k")
    for connector in (late, a_connector("1"), a_connector("1", account="other")):
        connectors.add(connector)
    assert connectors.of_account("acme") == [a_connector("1"), late]
    assert connectors.get("acme", "2") == late
    assert connectors.get("nobody", "2") is None


def test_a_connector_is_changed_and_removed(connectors: MemoryConnectors | ConnectorRows) -> None:
    """A removed connector cannot be changed."""
    connectors.add(a_connector())
    with pytest.raises(Conflict):
        connectors.add(a_connector())
    connectors.save(a_connector(name="New"))
    assert connectors.get("acme", "1") == a_connector(name="New")
    assert (connectors.remove("acme", "1"), connectors.remove("acme", "1")) == (True, False)
    with pytest.raises(Conflict):
        connectors.save(a_connector())


def test_users_are_those_of_all_connectors(connectors: MemoryConnectors | ConnectorRows) -> None:
    """If two connectors have one user, the older connector counts."""
    connectors.add(a_connector("1", users=(User("anna", "101"),)))
    later = NOON + timedelta(hours=1)
    connectors.add(a_connector("2", users=(User("anna", "109"), User("boris", "102")), created_at=later))
    assert connectors.extensions("acme") == {"anna": "101", "boris": "102"}
    assert connectors.extensions("other") == {}


def test_a_call_and_a_communication_are_linked(links: Links) -> None:
    """In both directions, for one connector."""
    links.link("acme", "1", "call-1", "c-1")
    assert (links.communication_of("acme", "1", "call-1"), links.call_of("acme", "1", "c-1")) == ("c-1", "call-1")
    for account, connector in (("acme", "2"), ("other", "1")):
        assert links.communication_of(account, connector, "call-1") == links.call_of(account, connector, "c-1") == ""


def test_a_link_is_replaced_and_forgotten(links: Links) -> None:
    """A later link replaces an earlier one; deleting it deletes the mark of registration too."""
    links.link("acme", "1", "call-1", "c-1")
    links.link("acme", "1", "call-1", "c-2")
    assert links.communication_of("acme", "1", "call-1") == "c-2"
    links.note_registered("acme", "1", "call-1", NOON)
    links.unlink("acme", "1", "call-1")
    assert links.communication_of("acme", "1", "call-1") == ""
    assert not links.registered("acme", "1", "call-1")


def test_a_call_is_noted_as_registered(links: Links) -> None:
    """With or without a link, for one connector."""
    assert not links.registered("acme", "1", "call-1")
    links.note_registered("acme", "1", "call-1", NOON)
    links.link("acme", "1", "call-1", "c-1")
    assert links.registered("acme", "1", "call-1")
    assert not links.registered("acme", "2", "call-1")


def test_what_a_crm_was_given_of_a_call_is_kept(links: Links) -> None:
    """A later file replaces an earlier one, for one connector and call."""
    file = UploadedFile("f-1", "call-1.mp3", "audio/mpeg", 5, "d1", "call-1-101", NOON)
    assert links.file_of("acme", "1", "call-1") is None
    links.keep_file("acme", "1", "call-1", file)
    assert links.file_of("acme", "1", "call-1") == file
    links.keep_file("acme", "1", "call-1", replace(file, told=NOON))
    assert links.file_of("acme", "1", "call-1") == replace(file, told=NOON)
    for place in (("acme", "2", "call-1"), ("other", "1", "call-1"), ("acme", "1", "call-2")):
        assert links.file_of(*place) is None


def test_a_call_is_put_through_once(links: Links) -> None:
    """Of several claims at once one succeeds; claims of other accounts and calls are independent."""
    ends = at_once([partial(links.claim_redirect, "acme", "call-1") for _ in range(8)])
    assert sorted(map(bool, ends)) == [False] * 7 + [True]
    assert (links.claim_redirect("acme", "call-2"), links.claim_redirect("other", "call-1")) == (True, True)


def test_a_wish_is_kept_once(links: Links) -> None:
    """A repeat returns the stored request."""
    first = asked()
    assert links.add_request(first) == first
    assert links.add_request(asked(at=NOON + timedelta(seconds=5))) == first
    assert links.requests("acme", "1", "79012345600", NOON) == [first]


def test_wishes_are_found_by_number_and_time(links: Links) -> None:
    """Oldest first, of one connector."""
    for place, key in enumerate(("79012345600", "79012345601", "79012345600")):
        links.add_request(asked(f"c-{place}", key=key, at=NOON + timedelta(seconds=place)))
    links.add_request(asked("c-9", connector="2"))
    found = links.requests("acme", "1", "79012345600", NOON)
    assert [one.communication_id for one in found] == ["c-0", "c-2"]
    assert [
        one.communication_id for one in links.requests("acme", "1", "79012345600", NOON + timedelta(seconds=1))
    ] == ["c-2"]


def test_a_wish_is_claimed_by_one_call(links: Links) -> None:
    """The same call may claim the request again."""
    wish = links.add_request(asked())
    assert [links.claim(wish, call) for call in ("call-1", "call-1", "call-2")] == [True, True, False]
    (found,) = links.requests("acme", "1", "79012345600", NOON)
    assert found.call_id == "call-1"


def test_of_two_calls_at_once_one_claims_a_wish(links: Links) -> None:
    """The others get False."""
    wish = links.add_request(asked())
    ends = at_once([partial(links.claim, wish, f"call-{number}") for number in range(8)])
    assert sorted(map(bool, ends)) == [False] * 7 + [True]


def test_the_facts_of_a_call_are_replaced_whole(links: Links) -> None:
    """Of one connector and one call."""
    links.keep_facts("acme", "1", "call-1", {"id": "7", "shown": "Ольга"})
    links.keep_facts("acme", "1", "call-1", {"id": "8"})
    assert links.facts_of("acme", "1", "call-1") == {"id": "8"}
    for place in (("acme", "2", "call-1"), ("other", "1", "call-1"), ("acme", "1", "call-2")):
        assert links.facts_of(*place) == {}


def test_a_bucket_takes_a_burst_and_then_a_rate(request: pytest.FixtureRequest, kind: str) -> None:
    """Nothing is counted while the bucket is full; each connector has its own bucket."""
    now = [NOON]
    paces: Paces = MemoryPaces(lambda: now[0])
    if kind != "memory":
        stack: Stack = request.getfixturevalue("stack")
        paces = PaceRows(stack.dynamodb, stack.table(TABLE), lambda: now[0])
    pace = Pace(2, 3)
    assert [paces.take("acme", "1", pace) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert paces.take("acme", "2", pace) == 0
    now[0] += timedelta(seconds=0.5)
    assert [paces.take("acme", "1", pace) for _ in range(2)] == [0, 0.5]
    now[0] += timedelta(hours=1)
    assert [paces.take("acme", "1", pace) for _ in range(4)] == [0, 0, 0, 0.5]
