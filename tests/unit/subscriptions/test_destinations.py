"""The manager of destinations, and its request bodies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from switchboard.dialects.registry import renderers, vocabulary_of
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.kernel.call import Direction, Kind
from switchboard.subscriptions.contracts import destination_view, read_destination, read_destination_change
from switchboard.subscriptions.credentials import CredentialOpener
from switchboard.subscriptions.destinations import Access, DestinationChange, DestinationManager, DestinationRequest
from switchboard.subscriptions.model import EVERYTHING, AuthType, Filters
from switchboard.subscriptions.subscribe import SubscriptionManager, SubscriptionRequest
from tests.fakes.subscriptions import MemorySubscriptions
from tests.fakes.vault import MemoryTargets, MemoryVault
from tests.support.builders import NOON, a_subscription

URL, PRIVATE = "https://crm.example/calls", "https://intranet.example/"
REQUEST = DestinationRequest("standard", URL, name="CRM", access=Access(AuthType.BEARER, "t0ken"))


class Office:
    """A manager of destinations beside the manager of subscriptions."""

    def __init__(self) -> None:
        self.subscriptions, self.vault = MemorySubscriptions(), MemoryVault()
        self.manager = SubscriptionManager(self.subscriptions, self.vault, MemoryTargets(PRIVATE), self.clock)
        self.destinations = DestinationManager(self.manager)

    @staticmethod
    def clock() -> datetime:
        return NOON


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_wish_becomes_a_destination(office: Office) -> None:
    """Credentials and secret are sealed, and the secret is shown once."""
    made, secret = office.destinations.add("acme", REQUEST)
    assert (made.id, made.event_name, made.key, made.url, made.name) == (1, "", "destination:1", URL, "CRM")
    assert secret.startswith("whsec_")
    assert secret not in str(made)
    assert "t0ken" not in str(made)
    opened = CredentialOpener(office.vault).of(made, NOON)
    assert (opened.auth_string, opened.secrets) == ("t0ken", (secret,))
    assert office.subscriptions.of_account("acme") == [made]


def test_an_account_may_have_any_number_of_the_same(office: Office) -> None:
    """Two destinations of one dialect and address have different ids."""
    made = [office.destinations.add("acme", REQUEST)[0] for _ in range(3)]
    assert [one.id for one in made] == [1, 2, 3]
    assert office.subscriptions.of_account("acme") == made


def test_a_destination_may_go_unsigned(office: Office) -> None:
    """For a receiver that cannot check signatures."""
    made, secret = office.destinations.add("acme", replace(REQUEST, signed=False))
    assert (made.secret, secret) == ("", "")


def test_a_private_address_is_refused(office: Office) -> None:
    """Adding and changing raise Invalid with the field `url`, and store nothing."""
    with pytest.raises(Invalid) as refused:
        office.destinations.add("acme", replace(REQUEST, url=PRIVATE))
    assert refused.value.field == "url"
    made, _ = office.destinations.add("acme", REQUEST)
    with pytest.raises(Invalid):
        office.destinations.change("acme", made.id, DestinationChange(url=PRIVATE))
    assert office.subscriptions.of_account("acme") == [made]


def test_what_is_not_named_stays(office: Office) -> None:
    """Credentials and secret stay too."""
    made, _ = office.destinations.add("acme", REQUEST)
    changed = office.destinations.change("acme", made.id, DestinationChange(events=("call.ended",), timeout=5.0))
    assert changed == replace(made, events=("call.ended",), timeout=5.0, version=2)
    assert office.destinations.find("acme", made.id) == changed


def test_everything_can_be_changed(office: Office) -> None:
    """Every field can be emptied again."""
    made, _ = office.destinations.add(
        "acme", replace(REQUEST, events=("call.ended",), filters=Filters(Direction.INCOMING))
    )
    change = DestinationChange("https://b.example/", "B", Access(), (), EVERYTHING, 0.0)
    changed = office.destinations.change("acme", made.id, change)
    expected = replace(made, url="https://b.example/", name="B", auth_type=AuthType.NONE, auth_string="", events=())
    assert changed == replace(expected, filters=EVERYTHING, version=2)


@pytest.mark.parametrize("change", [DestinationChange(enable=True), DestinationChange(url="https://b.example/")])
def test_a_disabled_destination_can_be_enabled(office: Office, change: DestinationChange) -> None:
    """By the state `active`, or by another address."""
    office.subscriptions.add(a_subscription("", disabled="gone", disabled_at=NOON))
    changed = office.destinations.change("acme", 1, change)
    assert (changed.disabled, changed.disabled_at) == ("", None)


def test_another_change_leaves_it_disabled(office: Office) -> None:
    """A new name does not enable a destination."""
    office.subscriptions.add(a_subscription("", disabled="gone", disabled_at=NOON))
    assert office.destinations.change("acme", 1, DestinationChange(name="x")).disabled == "gone"


def test_a_subscription_is_a_destination_too(office: Office) -> None:
    """It can be filtered and removed here, but its event cannot change."""
    made = office.manager.subscribe("acme", "vpbx", SubscriptionRequest("start.call", URL))
    changed = office.destinations.change("acme", made.id, DestinationChange(filters=Filters(Direction.INCOMING)))
    assert (changed.event_name, changed.filters.direction) == ("start.call", Direction.INCOMING)
    with pytest.raises(Conflict):
        office.destinations.change("acme", made.id, DestinationChange(events=("end.call",)))
    office.destinations.remove("acme", made.id)
    assert office.subscriptions.of_account("acme") == []


def test_a_change_through_the_dialects_own_api_keeps_the_filters(office: Office) -> None:
    """The dialect's API knows no filters."""
    made = office.manager.subscribe("acme", "vpbx", SubscriptionRequest("start.call", URL))
    office.destinations.change("acme", made.id, DestinationChange(filters=Filters(Direction.INCOMING)))
    changed = office.manager.change("acme", "vpbx", SubscriptionRequest("start.call", "https://b.example/"))
    assert (changed.filters.direction, changed.url) == (Direction.INCOMING, "https://b.example/")


def test_another_accounts_destination_is_not_there(office: Office) -> None:
    """It cannot be read, changed, signed or removed."""
    made, _ = office.destinations.add("acme", REQUEST)
    for ask in (
        lambda: office.destinations.find("other", made.id),
        lambda: office.destinations.change("other", made.id, DestinationChange(name="x")),
        lambda: office.destinations.remove("other", made.id),
        lambda: office.manager.sign("other", made.id, "destination"),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.field == "destination"
    assert office.subscriptions.of_account("acme") == [made]


def test_a_secret_is_replaced_with_a_days_overlap(office: Office) -> None:
    """As for a subscription."""
    made, first = office.destinations.add("acme", REQUEST)
    signed, second = office.manager.sign("acme", made.id)
    assert CredentialOpener(office.vault).of(signed, NOON).secrets == (second, first)


BODY = {"account": "acme", "dialect": "callevents", "url": URL}


def asked(**fields: Any) -> DestinationRequest:
    return read_destination({**BODY, **fields}, vocabulary_of, lambda _: "RU")[1]


def test_a_body_is_read() -> None:
    """Missing fields have their defaults."""
    assert read_destination(BODY, vocabulary_of, lambda _: "RU") == ("acme", DestinationRequest("callevents", URL))
    assert asked(name=" CRM ", timeout=5, signed=False) == DestinationRequest(
        "callevents", URL, name="CRM", timeout=5.0, signed=False
    )


@pytest.mark.parametrize(
    ("auth", "access"),
    [
        ({"type": "none"}, Access()),
        ({"type": "basic", "login": "hub", "password": "p:w"}, Access(AuthType.BASIC, "hub:p:w")),
        ({"type": "bearer", "token": "t"}, Access(AuthType.BEARER, "t")),
        ({"type": "body", "field": "key", "value": "v"}, Access(AuthType.BODY, "v", "key")),
    ],
)
def test_every_authorisation_is_read(auth: dict[str, str], access: Access) -> None:
    """The form is that of a source's credentials."""
    assert asked(auth=auth).access == access


@pytest.mark.parametrize(
    ("given", "filters"),
    [
        ({}, EVERYTHING),
        ({"direction": "outgoing"}, Filters(Direction.OUTGOING)),
        ({"extensions": ["101", "+7 900 000-11-01"]}, Filters(extensions=("101", "79000001101"))),
        (
            {"numbers": ["+7916*", "7916*", "8 (916) 123-45-67", "200311"]},
            Filters(numbers=("7916*", "7916*", "79161234567", "200311")),
        ),
    ],
)
def test_filters_are_read(given: dict[str, Any], filters: Filters) -> None:
    """Numbers may have any usual form."""
    assert asked(filters=given).filters == filters


@pytest.mark.parametrize("dialect", renderers())
def test_events_are_kinds_or_names_of_the_dialect(dialect: str) -> None:
    """A repeated name counts once."""
    events = [*(kind.value for kind in Kind), *vocabulary_of(dialect).names]
    found = asked(dialect=dialect, events=[*events, *events][:100]).events
    assert set(found) == set(events)
    assert len(found) == len(set(found))


def test_a_free_name_can_be_asked_for_where_the_dialect_has_them() -> None:
    """Events of IS.VPBX's two free types."""
    assert asked(dialect="vpbx", events=["custom.queue.full"]).events == ("custom.queue.full",)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"dialect": "morse"}, "dialect"),
    ({"dialect": 5}, "dialect"),
    ({"url": None}, "url"),
    ({"url": "ftp://crm.example/"}, "url"),
    ({"url": "https://user:s3cr3t@crm.example/"}, "url"),
    ({"url": 5}, "url"),
    ({"account": None}, "account"),
    ({"name": "x" * 201}, "name"),
    ({"timeout": 31}, "timeout"),
    ({"timeout": -1}, "timeout"),
    ({"signed": "perhaps"}, "signed"),
    ({"events": "call.ended"}, "events"),
    ({"events": ["call.ended", "call.melted"]}, "events.1"),
    ({"events": ["x" * 200]}, "events.0"),
    ({"events": ["call.ended"] * 101}, "events"),
    ({"events": ["end.call"]}, "events.0"),
    ({"filters": []}, "filters"),
    ({"filters": {"direction": "up"}}, "filters.direction"),
    ({"filters": {"extensions": [""]}}, "filters.extensions.0"),
    ({"filters": {"extensions": "101"}}, "filters.extensions"),
    ({"filters": {"numbers": ["*"]}}, "filters.numbers"),
    ({"filters": {"numbers": ["+79*16"]}}, "filters.numbers"),
    ({"filters": {"numbers": ["1" * 16 + "*"]}}, "filters.numbers"),
    ({"filters": {"numbers": ["1"] * 101}}, "filters.numbers"),
    ({"auth": "none"}, "auth"),
    ({"auth": {"type": "digest"}}, "auth.type"),
    ({"auth": {"type": "basic", "login": "a:b", "password": "p"}}, "auth.login"),
    ({"auth": {"type": "basic", "login": "a"}}, "auth.password"),
    ({"auth": {"type": "bearer"}}, "auth.token"),
    ({"auth": {"type": "bearer", "token": "a\nb"}}, "auth.token"),
    ({"auth": {"type": "bearer", "token": "ё"}}, "auth.token"),
    ({"auth": {"type": "bearer", "token": "x" * 5000}}, "auth"),
    ({"auth": {"type": "body", "value": "v"}}, "auth.field"),
    ({"auth": {"type": "body", "field": "Caller", "value": "v"}}, "auth.field"),
    ({"auth": {"type": "body", "field": "key"}}, "auth.value"),
]


@pytest.mark.parametrize(("fields", "field"), BAD, ids=str)
def test_a_bad_body_is_refused_by_the_name_of_its_field(fields: dict[str, Any], field: str) -> None:
    """The message does not hold the value."""
    with pytest.raises(Invalid) as refused:
        asked(**fields)
    assert refused.value.field == field
    assert "s3cr3t" not in refused.value.message


def test_a_change_names_a_part() -> None:
    """Every other field is None; the dialect cannot change."""
    vocabulary = vocabulary_of("callevents")
    assert read_destination_change({}, vocabulary, "RU") == DestinationChange()
    assert read_destination_change({"state": "active"}, vocabulary, "RU") == DestinationChange(enable=True)
    assert read_destination_change({"events": [], "filters": {}}, vocabulary, "RU") == DestinationChange(
        events=(), filters=EVERYTHING
    )
    with pytest.raises(Invalid) as refused:
        read_destination_change({"dialect": "vpbx"}, vocabulary, "RU")
    assert refused.value.field == "dialect"


def test_a_destination_is_shown_without_what_is_secret(office: Office) -> None:
    """The view has the type of its credentials, its events and its account."""
    request = replace(
        REQUEST,
        access=Access(AuthType.BODY, "s3cret", "key"),
        events=("call.ended",),
        filters=Filters(numbers=("7916*",)),
    )
    made, secret = office.destinations.add("acme", request)
    shown = destination_view(made)
    assert shown["auth"] == {"type": "body", "field": "key"}
    assert (shown["events"], shown["made_by"], shown["signed"]) == (["call.ended"], "operator", True)
    assert shown["filters"] == {"direction": None, "extensions": [], "numbers": ["7916*"]}
    assert "s3cret" not in str(shown)
    assert secret not in str(shown)
    assert made.secret not in str(shown)
    assert made.auth_string not in str(shown)


def test_a_subscription_is_shown_with_its_event() -> None:
    """`made_by` is the receiver."""
    shown = destination_view(a_subscription("start.call"))
    assert (shown["events"], shown["made_by"], shown["auth"]) == (["start.call"], "receiver", {"type": "none"})
