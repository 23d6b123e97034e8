"""A CRM names the user responsible for a customer, and the connector has the user's extension."""

from typing import Any

import pytest

from switchboard.crm.responsible import AskCrms
from switchboard.dialects.kontur import client
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest
from switchboard.errors import ProviderRefused, ProviderSilent
from switchboard.kernel.communication import Connector, User
from switchboard.subscriptions.credentials import CredentialOpener
from tests.fakes.crm import MemoryConnectors, MemoryLinks
from tests.fakes.vault import MemoryVault
from tests.support.builders import NOON

PHONE = "+79161234567"
USERS = (User("u-1", "101"), User("u-2", "102"))


def no_rest() -> Any:
    raise AssertionError("This kind has no REST API.")


class World:
    """CRMs by their URLs, and their answers."""

    def __init__(self) -> None:
        self.connectors, self.links, self.vault = MemoryConnectors(), MemoryLinks(), MemoryVault()
        self.answers: dict[str, VendorAnswer | Exception] = {}
        self.asked: list[tuple[str, VendorRequest]] = []
        keys = CredentialOpener(self.vault)
        self.crms = AskCrms(self.connectors, self.links, keys, self.api, lambda _: client, no_rest)

    def api(self, base_url: str) -> Any:
        def ask(question: VendorRequest) -> VendorAnswer:
            self.asked.append((base_url, question))
            answer = self.answers[base_url]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return ask

    def connect(self, id_: str, answer: VendorAnswer | Exception, **fields: Any) -> Connector:
        url = f"https://crm-{id_}.example"
        key = self.vault.seal("acme", f"key-{id_}")
        made = Connector("acme", id_, "kontur", "CRM", url, "sales", key, NOON, **{"users": USERS, **fields})
        self.connectors.add(made)
        self.answers[url] = answer
        return made


def named(*users: Any) -> VendorAnswer:
    return VendorAnswer(200, {"userIds": list(users)})


@pytest.fixture
def world() -> World:
    return World()


def test_the_user_of_the_crm_is_put_to_an_extension(world: World) -> None:
    """The request has the connector's key, and the number in the form of the document."""
    world.connect("1", named("u-2"))
    assert world.crms.extension_of("acme", PHONE) == "102"
    ((_, question),) = world.asked
    assert question.method == "GET"
    assert question.paths == ("/api/v1/sales/communications/callbacks/telephony/call-redirect",)
    assert question.headers == {"X-XCOM-AccessKey": "key-1"}
    assert question.query == {"phoneNumber": "79161234567"}


def test_of_several_users_the_first_with_an_extension_is_taken(world: World) -> None:
    """In the order of the CRM's answer."""
    world.connect("1", named("stranger", 7, "u-2", "u-1"))
    assert world.crms.extension_of("acme", PHONE) == "102"


@pytest.mark.parametrize(
    "answer", [named(), named("stranger"), VendorAnswer(409, {"status": "notFound"}), VendorAnswer(409)], ids=str
)
def test_where_nobody_is_responsible_nobody_is_named(world: World, answer: VendorAnswer) -> None:
    """A user without an extension is not named either."""
    world.connect("1", answer)
    assert world.crms.extension_of("acme", PHONE) is None


NONE = [
    VendorAnswer(401),
    VendorAnswer(500),
    VendorAnswer(200),
    VendorAnswer(200, []),
    VendorAnswer(200, {"userIds": "u-1"}),
    ProviderSilent("No answer."),
]


@pytest.mark.parametrize("answer", NONE, ids=str)
def test_what_is_no_answer_is_an_error(world: World, answer: VendorAnswer | Exception) -> None:
    """The caller continues without an answer."""
    world.connect("1", answer)
    with pytest.raises((ProviderRefused, ProviderSilent)):
        world.crms.extension_of("acme", PHONE)


def test_another_crm_is_asked_where_the_first_fails(world: World) -> None:
    """The error is raised if no other CRM names an extension."""
    world.connect("1", VendorAnswer(500))
    world.connect("2", named("u-1"))
    assert world.crms.extension_of("acme", PHONE) == "101"


def test_other_accounts_crms_are_not_asked(world: World) -> None:
    """An account without a connector asks no CRM."""
    world.connect("1", named("u-1"))
    assert world.crms.extension_of("other", PHONE) is None
    assert world.asked == []


def test_a_call_that_the_crm_was_told_of_is_asked_for_by_its_id(world: World) -> None:
    """Another call is asked for by its number."""
    connector = world.connect("1", named("u-1"))
    world.links.link("acme", "1", "call-1", "c-1")
    for call in ("call-1", "call-2"):
        assert world.crms.of_connector(connector, PHONE, call) == "101"
    assert [dict(question.query) for _, question in world.asked] == [
        {"externalId": "call-1"},
        {"phoneNumber": "79161234567"},
    ]
