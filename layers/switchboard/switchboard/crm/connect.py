"""Connect an account to a CRM: its key both ways, and a destination for what it is to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from cachetools import TTLCache

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import Token
from switchboard.accounts.ports import Accounts, Tokens
from switchboard.crm.model import Connector, ConnectorWish
from switchboard.crm.ports import Connectors
from switchboard.errors import Conflict, Invalid, NotFound
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.ports import Subscriptions, Targets
from switchboard.vault import Vault

KEEP_SECONDS, REMEMBERED = 30, 1000
KEY_LASTS = timedelta(days=36500)


@dataclass(frozen=True, slots=True)
class ConnectorDesk:
    """Where connectors are made and changed.

    `header` is where the key goes, `path` what follows the CRM's address, `messages` the names of what it is told,
    and `recording` the one of recordings. A connector whose making was cut off is made whole by a change.
    """

    connectors: Connectors
    accounts: Accounts
    tokens: Tokens
    subscriptions: Subscriptions
    vault: Vault
    targets: Targets
    clock: Callable[[], datetime]
    header: str
    path: str
    messages: tuple[str, ...]
    recording: str

    def connect(self, wish: ConnectorWish) -> Connector:
        """The new connector; NotFound, Invalid, or Conflict where the key or the workspace is connected already."""
        if self.accounts.get(wish.account) is None:
            raise NotFound("There is no such account.", "account")
        self._vet(wish)
        if any(one.workspace == wish.workspace for one in self.connectors.of_account(wish.account)):
            raise Conflict("The account is connected to this workspace already.", "workspace")
        made = self._made(wish, self.subscriptions.next_id(wish.account))
        self._admit(made, wish.access_key)
        self.connectors.add(made)
        self._lead(made)
        return made

    def change(self, old: Connector, wish: ConnectorWish) -> Connector:
        """The connector as it is wished for; an old key ends when another takes its place."""
        self._vet(wish)
        made = replace(self._made(wish, old.subscription), created_at=old.created_at)
        if wish.access_key:
            made = self._admit(made, wish.access_key)
            if made.key_token != old.key_token:
                self._dismiss(old)
        else:
            made = replace(made, access_key=old.access_key, key_token=old.key_token)
        self.connectors.save(made)
        self._lead(made)
        return made

    def disconnect(self, connector: Connector) -> None:
        """Send nothing more, and know its key no more."""
        self.subscriptions.remove(connector.account, f"destination:{connector.subscription}")
        self._dismiss(connector)
        self.connectors.remove(connector.account, connector.id)

    def _made(self, wish: ConnectorWish, subscription: int) -> Connector:
        key = wish.access_key
        return Connector(
            account=wish.account,
            id=str(subscription),
            kind=wish.kind,
            name=wish.name,
            base_url=wish.base_url,
            workspace=wish.workspace,
            access_key=self.vault.seal(wish.account, key) if key else "",
            created_at=self.clock(),
            integration=wish.integration,
            line=wish.line,
            subscription=subscription,
            users=wish.users,
            key_token=f"k-{digest_of(key)[:20]}" if key else "",
            files=wish.files,
            redirect_inbound=wish.redirect_inbound,
        )

    def _admit(self, connector: Connector, key: str) -> Connector:
        """The CRM shows us the key that we show it; a key opens one workspace of one account."""
        now = self.clock()
        token = Token(
            connector.key_token, connector.account, connector.kind, connector.integration, digest_of(key), now,
            now + KEY_LASTS, workspace=connector.workspace,
        )  # fmt: skip
        known = self.tokens.by_digest(token.digest)
        if known is None:
            self.tokens.add(token)
        elif (known.account, known.workspace, known.kind) == (token.account, token.workspace, token.kind):
            self.tokens.save(replace(token, created_at=known.created_at))
        else:
            raise Conflict("This key opens another workspace.", "access_key")
        return connector

    def _dismiss(self, connector: Connector) -> None:
        for token in self.tokens.of_account(connector.account):
            if token.id == connector.key_token and token.revoked_at is None:
                self.tokens.save(replace(token, revoked_at=self.clock()))

    def _lead(self, connector: Connector) -> None:
        """Have its destination lead to where it is now; one that was never made is made."""
        old = self.subscriptions.get(connector.account, f"destination:{connector.subscription}")
        if old is None:
            id_, at = connector.subscription, connector.created_at
            self.subscriptions.add(
                self._destination(Subscription(connector.account, id_, connector.kind, "", "", at), connector)
            )
        else:
            live = replace(old, disabled="", disabled_at=None, version=old.version + 1)
            self.subscriptions.save(self._destination(live, connector))

    def _destination(self, subscription: Subscription, connector: Connector) -> Subscription:
        """All messages, and of calls that could not be made those that this CRM asked for.

        Of recordings it is told where it takes any.
        """
        names = self.messages if connector.files.path else tuple(one for one in self.messages if one != self.recording)
        return replace(
            subscription,
            url=connector.base_url + self.path.format(workspace=connector.workspace),
            auth_type=AuthType.HEADER,
            auth_string=connector.access_key,
            auth_field=self.header,
            name=connector.name,
            events=tuple(name.format(connector=connector.id) for name in names),
        )

    def _vet(self, wish: ConnectorWish) -> None:
        try:
            self.targets.vet(wish.base_url)
        except Invalid as error:
            raise Invalid(error.message, "base_url") from None


class RememberedConnectors:
    """Connectors for the sender: remembered for half a minute."""

    def __init__(self, connectors: Connectors, clock: Callable[[], datetime]) -> None:
        self._connectors = connectors
        self._known: TTLCache[tuple[str, str], Connector] = TTLCache(
            REMEMBERED, KEEP_SECONDS, timer=lambda: clock().timestamp()
        )
        self._lock = Lock()  # the groups of a batch are served side by side

    def get(self, account: str, connector_id: str) -> Connector | None:
        """The connector, None where there is none."""
        with self._lock:
            known = self._known.get((account, connector_id))
        found = known or self._connectors.get(account, connector_id)
        if found is not None and known is None:
            with self._lock:
                self._known[account, connector_id] = found
        return found


def connector_of(account: str, connector_id: str, connectors: Connectors) -> Connector:
    """The account's connector of this id, or NotFound."""
    found = connectors.get(account, connector_id)
    if found is None:
        raise NotFound("There is no such connector.", "connector")
    return found
