"""Take the events that a CRM posts to a connector's address. The CRM repeats nothing: an order is stored first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest

from switchboard.accounts.digests import digest_of
from switchboard.crm.oauth.authorise import AuthoriseConnector
from switchboard.crm.oauth.model import OAuthGrant
from switchboard.crm.oauth.ports import OAuthGrants
from switchboard.crm.ports import Connectors, Links
from switchboard.crm.rest_api import RestApi
from switchboard.crm.system_calls import CallRequestQueue
from switchboard.dialects.crm_hooks import HookModule, HookNews, OrderedCall
from switchboard.dialects.oauth_roles import OAuthModule
from switchboard.dialects.vendor_requests import SendToVendor
from switchboard.errors import Conflict, NotFound, ProviderRefused, Refusal, Unauthorized
from switchboard.kernel.communication import Connector, CrmCallRequest
from switchboard.kernel.hops import hops_in_hand
from switchboard.kernel.kept_secrets import is_same_receiver
from switchboard.kernel.numbers import digits_of, read_number

NOT_YOURS = "This request does not come from the connector's CRM."
TIME = 12.0  # seconds for all requests after an installation


@dataclass(frozen=True, slots=True)
class ReceiveHook:
    """Authenticates an event, and serves the installation or stores the order. `module` gives the role `hooks`."""

    connectors: Connectors
    grants: OAuthGrants
    authorise: AuthoriseConnector
    oauth: Callable[[str], OAuthModule]
    token_server: Callable[[str], SendToVendor]
    api: RestApi
    links: Links
    orders: CallRequestQueue
    module: Callable[[str], HookModule | None]
    clock: Callable[[], datetime]
    region_of: Callable[[str], str]

    def __call__(
        self, account: str, connector_id: str, hook: str, fields: Sequence[tuple[str, str]], address: str
    ) -> None:
        """Serve one event; a repeat changes nothing. `address` is the hub's URL of this connector's hooks.

        Raises NotFound for an unknown address, Invalid for an unreadable event, and Unauthorized for a stranger's.
        """
        connector = self.connectors.get(account, connector_id)
        module = self.module(connector.kind) if connector else None
        if connector is None or module is None or hook not in module.HOOKS:
            raise NotFound("There is nothing at this path.")
        news, grant = module.read_hook(hook, fields), self.grants.get(account, connector_id)
        if grant is None:
            raise Unauthorized(NOT_YOURS)
        if news.refresh_token:
            self._install(connector, grant, news, module, address)
            return
        known = connector.hook_digest and compare_digest(connector.hook_digest, digest_of(news.secret))
        if not known or news.tenant != grant.tenant:
            raise Unauthorized(NOT_YOURS)
        if news.order:
            self._order(connector, news.order)

    def _install(
        self, connector: Connector, grant: OAuthGrant, news: HookNews, module: HookModule, address: str
    ) -> None:
        """Keep the tokens of an installation that the token server confirms.

        Only the portal's own application has a refresh token that the server takes with the application's secret.
        """
        role, application = self.oauth(connector.kind), self.authorise.secrets.application_of(grant)
        try:
            answer = self.token_server(grant.server)(role.by_refresh_token(application, news.refresh_token))
            pair = role.pair_in(answer)
        except ProviderRefused as error:
            raise Unauthorized(NOT_YOURS) from error
        same = is_same_receiver(pair.endpoint, connector.base_url) and pair.tenant == news.tenant
        if not same or not news.secret or (grant.tenant and grant.tenant != pair.tenant):
            raise Unauthorized(NOT_YOURS)
        self.authorise.keep(connector, pair)
        self.connectors.save(replace(connector, hook_digest=digest_of(news.secret)))
        ask = self.api.within(connector, TIME)
        for request in module.after_install(address, connector.settings, connector.line):
            if not module.is_settled(ask(request)):
                text = f"The CRM refused {request.paths[0].strip('/')}: give the application the rights of telephony."
                raise ProviderRefused(text, Refusal.REJECTED)

    def _order(self, connector: Connector, order: OrderedCall) -> None:
        """Store and queue the order, unless the hub itself registered the call: then the event is an echo."""
        call = self.links.call_of(connector.account, connector.id, order.id)
        if call and self.links.facts_of(connector.account, connector.id, call).get("call") == order.id:
            return
        known = read_number(order.number, self.region_of(connector.account))
        request = CrmCallRequest(
            account=connector.account,
            connector=connector.id,
            communication_id=order.id,
            extension=connector.extensions.get(order.user, ""),
            number=known.e164 or order.number if known else order.number,
            at=self.clock(),
            key=digits_of(known) if known else "",
            hops=hops_in_hand(),
            user=order.user,
        )
        self.orders.send(self.links.add_request(request))


@dataclass(frozen=True, slots=True)
class FindCallingExtension:
    """Finds the extension for an order that names a CRM's user, or nobody."""

    connectors: Connectors
    api: RestApi
    module: Callable[[str], HookModule | None]
    responsible: Callable[[Connector, str], str | None]

    def __call__(self, request: CrmCallRequest) -> str:
        """Return the extension: the user's, or else the responsible user's, or else the connector's.

        Raises Conflict without one. Raises what the CRM's API raises.
        """
        connector = self.connectors.get(request.account, request.connector)
        module = self.module(connector.kind) if connector else None
        if connector is None or module is None:
            raise Conflict("The connector of this request is gone.")
        if request.user:
            found = module.extension_in(self.api.within(connector, TIME)(module.ask_user(request.user)))
        else:
            found = self.responsible(connector, request.number) or module.fallback_extension(connector.settings)
        if not found:
            raise Conflict("The CRM's user has no extension: set the inner number in the CRM, or in the connector.")
        return found
