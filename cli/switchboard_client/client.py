"""The hub's own API: one method for each request, with the types of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self, cast

import httpx

from switchboard_client.answers.accounts import Account, AccountShown, AuditRecord, Erasure, Token, TokenMade, Version
from switchboard_client.answers.calls import Call, CallFile, Command, Explanation
from switchboard_client.answers.deliveries import (
    Delivery,
    Destination,
    DestinationMade,
    DestinationSigned,
    Receiver,
    ReplayCount,
    TestSent,
)
from switchboard_client.answers.sources import ListedSource, Refused, SourceChecked, SourceMade, SourceShown
from switchboard_client.transport import Transport, at

Fields = Mapping[str, Any]


class Client(Transport):
    """The client of an operator, or of an account's own token.

    `Client("https://hub.example/v1", token).explain("demo", number="+79161234567")`
    """

    def __init__(self, base_url: str, token: str = "", over: httpx.BaseTransport | None = None) -> None:
        super().__init__(base_url, f"Bearer {token}" if token else "", over)

    def __enter__(self) -> Self:
        return self

    def version(self) -> Version:
        """Return release and commit of the hub."""
        return cast("Version", self.ask("GET", "/version"))

    def accounts(self) -> Iterator[Account]:
        """Yield the accounts in the token's reach."""
        return cast("Iterator[Account]", self.pages("/admin/accounts", "accounts"))

    def account(self, account: str) -> AccountShown:
        """Return one account."""
        return cast("AccountShown", self.ask("GET", at("admin", "accounts", account)))

    def add_account(self, account: str, name: str, **fields: Any) -> Account:
        """Add an account."""
        body = {"id": account, "name": name, **fields}
        return cast("Account", self.ask("POST", "/admin/accounts", body))

    def tokens(self, account: str) -> Iterator[Token]:
        """Yield the tokens of an account."""
        return cast("Iterator[Token]", self.pages("/admin/tokens", "tokens", account=account))

    def issue(self, account: str, kind: str, **fields: Any) -> TokenMade:
        """Issue a token. Only this answer shows the text."""
        return cast("TokenMade", self.ask("POST", "/admin/tokens", {"account": account, "kind": kind, **fields}))

    def revoke(self, token: str, account: str | None = None) -> None:
        """Revoke a token."""
        self.ask("DELETE", at("admin", "tokens", token), account=account)

    def audit(self, most: int | None = None, **query: Any) -> Iterator[AuditRecord]:
        """Yield records of changes, newest first."""
        return cast("Iterator[AuditRecord]", self.pages("/admin/audit", "records", most, **query))

    def erase_number(self, account: str, number: str, *, dry_run: bool) -> Erasure:
        """Begin to erase a number, or only count."""
        body = {"number": number, "dry_run": dry_run}
        return cast("Erasure", self.ask("POST", at("admin", "accounts", account, "erase"), body))

    def erasure(self, erasure: str) -> Erasure:
        """Return one erasure with its report."""
        return cast("Erasure", self.ask("GET", at("admin", "erasures", erasure)))

    def calls(self, most: int | None = None, **query: Any) -> Iterator[Call]:
        """Yield calls, newest first; `account`, `number`, `state`, `since` and `until` filter."""
        return cast("Iterator[Call]", self.pages("/admin/calls", "calls", most, **query))

    def call(self, call: str) -> CallFile:
        """Return one call with its timeline, deliveries and recordings."""
        return cast("CallFile", self.ask("GET", at("admin", "calls", call)))

    def explain(self, account: str, **query: Any) -> Explanation:
        """Return why calls did or did not reach the destinations: `number` or `call`, `at`, `within` minutes."""
        return cast("Explanation", self.ask("GET", "/admin/explain", account=account, **query))

    def originate(self, account: str, extension: str, number: str, **fields: Any) -> Command:
        """Ring an extension, then connect the extension to a number."""
        body = {"account": account, "extension": extension, "number": number, **fields}
        return cast("Command", self.ask("POST", "/admin/calls", body)["command"])

    def command(self, command: str) -> Command:
        """Return a command with its outcome."""
        return cast("Command", self.ask("GET", at("admin", "commands", command)))

    def sources(self, account: str) -> Iterator[ListedSource]:
        """Yield the sources of an account with their activity."""
        return cast("Iterator[ListedSource]", self.pages("/admin/sources", "sources", account=account))

    def source(self, source: str) -> SourceShown:
        """Return a source, its upstream connection and its events by the hour."""
        return cast("SourceShown", self.ask("GET", at("admin", "sources", source)))

    def add_source(self, account: str, dialect: str, **fields: Any) -> SourceMade:
        """Add a source."""
        body = {"account": account, "dialect": dialect, **fields}
        return cast("SourceMade", self.ask("POST", "/admin/sources", body))

    def check_source(self, source: str) -> SourceChecked:
        """Ask the PBX of a source for the hub's subscriptions, and change nothing."""
        return cast("SourceChecked", self.ask("POST", at("admin", "sources", source, "check"), {"repair": False}))

    def refused(self, source: str) -> Iterator[Refused]:
        """Yield the last refused requests of a source, newest first."""
        return cast("Iterator[Refused]", self.pages(at("admin", "sources", source, "refused"), "refused"))

    def destinations(self, account: str) -> Iterator[Destination]:
        """Yield the destinations of an account."""
        return cast("Iterator[Destination]", self.pages("/admin/destinations", "destinations", account=account))

    def add_destination(self, fields: Fields) -> DestinationMade:
        """Add a destination. Only this answer shows the signing secret."""
        return cast("DestinationMade", self.ask("POST", "/admin/destinations", fields))

    def remove_destination(self, account: str, destination: int) -> None:
        """Remove a destination."""
        self.ask("DELETE", at("admin", "destinations", destination), account=account)

    def sign(self, account: str, destination: int) -> DestinationSigned:
        """Give a new signing secret; the old one also signs for 24 hours."""
        return cast(
            "DestinationSigned", self.ask("POST", at("admin", "destinations", destination, "secret"), account=account)
        )

    def send_test(self, account: str, destination: int) -> TestSent:
        """Send a sample event to a destination."""
        return cast("TestSent", self.ask("POST", at("admin", "destinations", destination, "test"), account=account))

    def receivers(self, account: str) -> Iterator[Receiver]:
        """Yield the receivers of an account with their state."""
        return cast("Iterator[Receiver]", self.pages("/admin/endpoints", "endpoints", account=account))

    def deliveries(self, most: int | None = None, **query: Any) -> Iterator[Delivery]:
        """Yield deliveries in one state (`dead` unless told), newest first."""
        return cast("Iterator[Delivery]", self.pages("/admin/deliveries", "deliveries", most, **query))

    def delivery(self, delivery: str) -> Delivery:
        """Return one delivery with its attempts."""
        return cast("Delivery", self.ask("GET", at("admin", "deliveries", delivery)))

    def replay(self, fields: Fields) -> ReplayCount:
        """Replay the deliveries that match a filter; with `dry_run` only count them."""
        return cast("ReplayCount", self.ask("POST", "/admin/deliveries/replay", fields))
