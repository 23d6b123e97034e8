"""An integration that speaks a CRM's protocol, as an account's telephony."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import accounts, communications, kept_calls, vault
from switchboard.vault import TELEPHONY

if TYPE_CHECKING:
    from switchboard.dialects.crm_roles import IntegrationClient
    from switchboard.kernel.communication import Communication, Workspace
    from switchboard.telephony.model import AccountTelephony
    from switchboard.telephony.ports import Telephony

ASKED_WITHIN = 15.0  # seconds for one system call


def integration_telephony(chosen: AccountTelephony) -> Telephony:
    """Return the integration that an account chose; the provider's name is the dialect's. Raises Sealed."""
    from switchboard.crm.ordered import CrmOrderedCalls
    from switchboard.dialects.crm_roles import CallbackModule
    from switchboard.dialects.registry import part_of
    from switchboard.kernel.communication import Workspace
    from switchboard.telephony.integration import IntegrationTelephony

    shown, account = chosen.settings, accounts().get(chosen.account)
    callbacks = part_of(chosen.provider, "callbacks", CallbackModule)
    workspace = Workspace(chosen.account, shown["workspace"])
    calls = CrmOrderedCalls(
        workspace, communications(), kept_calls(), callbacks, partial(call_of, chosen.provider), now
    )
    users = {one["extension"]: one["user"] for one in shown.get("users", ())}
    return IntegrationTelephony(integration_client(chosen), calls, users, account.region if account else "")


def integration_client(chosen: AccountTelephony) -> IntegrationClient:
    """Return the client of the integration that an account chose. Raises Sealed."""
    from switchboard.accounts.digests import new_secret
    from switchboard.bootstrap.network import vendor_api
    from switchboard.dialects.crm_roles import IntegrationModule
    from switchboard.dialects.registry import part_of

    ask = vendor_api().at(chosen.settings["base_url"], ASKED_WITHIN)
    key = vault().open(chosen.account, chosen.secret, TELEPHONY)
    module = part_of(chosen.provider, "integration", IntegrationModule)
    return module.open_client(ask, chosen.settings["workspace"], key, new_secret)


def call_of(dialect: str, communication: Communication, workspace: Workspace) -> str:
    """Return the id of the call that belongs to a communication."""
    from switchboard.crm.receive import source_id
    from switchboard.dialects.reading import hashed_call_id

    return hashed_call_id(source_id(dialect, workspace), communication.external_id)
