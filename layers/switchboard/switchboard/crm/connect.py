"""Connect an account to a CRM: a key for both directions, and a destination for the messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import Token
from switchboard.accounts.ports import Accounts, Tokens
from switchboard.crm.ports import Applications, Connectors
from switchboard.crm.told import ConnectorDestination
from switchboard.errors import Conflict, NotFound
from switchboard.kernel.communication import Connector, ConnectorRequest
from switchboard.kernel.kept_secrets import check_kept_secret
from switchboard.kernel.remembered import Remembered
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.ports import Subscriptions, Targets
from switchboard.vault import Vault, receiver_auth

KEEP_SECONDS, REMEMBERED = 30, 1000
OAUTH_SERVER = "token_server"  # the setting of a kind with OAuth that replaces its usual token server
KEY_LASTS = timedelta(days=36500)


@dataclass(frozen=True, slots=True)
class ConnectorManager:
    """Makes, changes and removes connectors.

    `destination_of` gives the address and the messages of a connector, and `check_key` tries a new key. A change
    completes a connector whose making was interrupted.
    """

    connectors: Connectors
    accounts: Accounts
    tokens: Tokens
    subscriptions: Subscriptions
    vault: Vault
    targets: Targets
    clock: Callable[[], datetime]
    destination_of: Callable[[Connector], ConnectorDestination]
    applications: Applications
    check_key: Callable[[ConnectorRequest], None]

    def connect(self, request: ConnectorRequest) -> Connector:
        """Store a new connector, and return it.

        Raises NotFound for an unknown account, and Invalid for a bad address or a key that the CRM denies. Raises
        Conflict if the key or the workspace is connected already.
        """
        if self.accounts.get(request.account) is None:
            raise NotFound("There is no such account.", "account")
        self.targets.vet(request.base_url, request.account, "base_url")
        if any(one.workspace == request.workspace for one in self.connectors.of_account(request.account)):
            raise Conflict("The account has a connector to this workspace already.", "workspace")
        if request.application is None:
            self.check_key(request)
        made = self._new_connector(request, self.subscriptions.next_id(request.account))
        if request.access_key:
            self._accept_key(made, request.access_key)
        if request.application:
            self.applications.register(made, request.application, request.settings.get(OAUTH_SERVER, ""))
        self.connectors.add(made)
        self._update_destination(made)
        return made

    def change(self, old: Connector, request: ConnectorRequest) -> Connector:
        """Save the change, and return the connector. A new key revokes the old one. Raises Invalid or Conflict."""
        self.targets.vet(request.base_url, request.account, "base_url")
        made = replace(self._new_connector(request, old.subscription), created_at=old.created_at)
        if request.access_key:
            self.check_key(request)
            made = self._accept_key(made, request.access_key)
            if made.key_token != old.key_token:
                self._revoke_key(old)
        elif request.application:
            made = replace(made, hook_digest=old.hook_digest)
            check_kept_secret(old.base_url, request.base_url, request.application.client_secret or "kept", "base_url")
            if request.application.client_id:
                self.applications.register(made, request.application, request.settings.get(OAUTH_SERVER, ""))
        else:
            check_kept_secret(old.base_url, request.base_url, old.access_key, "access_key")
            made = replace(made, access_key=old.access_key, key_token=old.key_token)
        self.connectors.save(made)
        self._update_destination(made)
        return made

    def disconnect(self, connector: Connector) -> None:
        """Delete the connector and its subscription, and revoke its key."""
        self.subscriptions.remove(connector.account, f"destination:{connector.subscription}")
        self._revoke_key(connector)
        self.applications.withdraw(connector)
        self.connectors.remove(connector.account, connector.id)

    def _new_connector(self, request: ConnectorRequest, subscription: int) -> Connector:
        key = request.access_key
        return Connector(
            account=request.account,
            id=str(subscription),
            kind=request.kind,
            name=request.name,
            base_url=request.base_url,
            workspace=request.workspace,
            access_key=self.vault.seal(request.account, key, receiver_auth(subscription)) if key else "",
            created_at=self.clock(),
            integration=request.integration,
            line=request.line,
            subscription=subscription,
            users=request.users,
            key_token=f"k-{digest_of(key)[:20]}" if key else "",
            files=request.files,
            redirect_inbound=request.redirect_inbound,
            settings=request.settings,
        )

    def _accept_key(self, connector: Connector, key: str) -> Connector:
        """Accept the key from the CRM too. Raises Conflict if the key opens another workspace."""
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
            raise Conflict("The access_key is in use for another workspace: use another key.", "access_key")
        return connector

    def _revoke_key(self, connector: Connector) -> None:
        for token in self.tokens.of_account(connector.account):
            if token.id == connector.key_token and token.revoked_at is None:
                self.tokens.save(replace(token, revoked_at=self.clock()))

    def _update_destination(self, connector: Connector) -> None:
        """Make the connector's destination, or update its address."""
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
        """Return the destination for all messages of the connector's kind."""
        told = self.destination_of(connector)
        return replace(
            subscription,
            url=told.url,
            auth_type=AuthType.HEADER if told.key_header else AuthType.NONE,
            auth_string=connector.access_key,
            auth_field=told.key_header,
            name=connector.name,
            events=tuple(name.format(connector=connector.id) for name in told.messages),
        )


class CachedConnectors:
    """Connectors for the sender, cached for 30 seconds."""

    def __init__(self, connectors: Connectors, clock: Callable[[], datetime]) -> None:
        self._connectors = connectors
        self._known: Remembered[tuple[str, str], Connector] = Remembered(
            REMEMBERED, KEEP_SECONDS, timer=lambda: clock().timestamp()
        )
        self._lock = Lock()  # threads serve the groups of a batch

    def get(self, account: str, connector_id: str) -> Connector | None:
        """Return the connector; None for an unknown id."""
        with self._lock:
            known = self._known.get((account, connector_id))
        found = known or self._connectors.get(account, connector_id)
        if found is not None and known is None:
            with self._lock:
                self._known[account, connector_id] = found
        return found


def connector_of(account: str, connector_id: str, connectors: Connectors) -> Connector:
    """Return the connector. Raises NotFound."""
    found = connectors.get(account, connector_id)
    if found is None:
        raise NotFound("There is no such connector.", "connector")
    return found


def keep_hook_secret(connector: Connector, secret: str, connectors: Connectors) -> None:
    """Store the digest of the secret that the CRM's own requests show. Another secret is no longer accepted."""
    connectors.save(replace(connector, hook_digest=digest_of(secret)))
