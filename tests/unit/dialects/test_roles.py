"""Every vendor's optional module fits the protocol of its role, in names and in parameters."""

from __future__ import annotations

from inspect import Parameter, isfunction, signature
from typing import Any

import pytest

from switchboard.dialects.crm_hooks import HookModule
from switchboard.dialects.crm_roles import CallbackModule, CommandModule, CrmClientModule, IntegrationModule
from switchboard.dialects.oauth_roles import OAuthModule
from switchboard.dialects.registry import (
    DIALECTS,
    Connection,
    Exchanging,
    apis,
    by_connector,
    connections,
    part_of,
    requested_recordings,
    streamed,
)
from switchboard.dialects.rest_crm import ConnectorModule, ResponsibleModule, RestCrmModule
from switchboard.dialects.roles import (
    AnswerModule,
    CallingPbxModule,
    CampaignClientModule,
    HookClientModule,
    PbxClientModule,
    RecordingModule,
    StreamModule,
    VerificationModule,
)
from switchboard.telephony.registry import PROVIDERS, ProviderKind

CLIENTS: dict[Connection, Any] = {
    Connection.SUBSCRIPTIONS: PbxClientModule,
    Connection.HOOK: HookClientModule,
    Connection.STREAM: StreamModule,
}
CRM = {"callbacks": CallbackModule, "system_calls": CommandModule, "client": CrmClientModule}
REST: tuple[tuple[str, Any], ...] = (
    ("client", RestCrmModule),
    ("client", ConnectorModule),
    ("client", ResponsibleModule),
    ("oauth", OAuthModule),
)
ROLES = [
    *((name, "client", CLIENTS[way]) for name, ways in connections().items() for way in ways),
    *((name, part, role) for name in by_connector(Exchanging.CALLBACKS) for part, role in CRM.items()),
    *((name, part, role) for name in by_connector(Exchanging.REST) for part, role in REST),
    *((one.heard_in, "client", CallingPbxModule) for one in PROVIDERS.values() if one.kind is ProviderKind.PBX),
    *((name, "hooks", HookModule) for name, entry in DIALECTS.items() if entry.hooks),
    *((name, "recording", RecordingModule) for name in requested_recordings()),
    *((name, "answer", AnswerModule) for name, entry in DIALECTS.items() if entry.steered),
    *((name, "verification", VerificationModule) for name, api in apis().items() if api.stream),
    *(
        (name, "integration", IntegrationModule)
        for name, one in PROVIDERS.items()
        if one.kind is ProviderKind.INTEGRATION
    ),
    *(
        (name, "client", CampaignClientModule)
        for name, one in PROVIDERS.items()
        if one.kind is ProviderKind.CAMPAIGN_SYSTEM
    ),
]


def parameters(function: Any) -> list[str]:
    """The names of what a caller passes."""
    return [name for name, one in signature(function).parameters.items() if name != "self" and _is_passed(one)]


def _is_passed(one: Parameter) -> bool:
    return one.kind is not Parameter.VAR_KEYWORD


@pytest.mark.parametrize(("name", "part", "role"), ROLES, ids=lambda one: getattr(one, "__name__", one))
def test_a_module_fits_its_role(name: str, part: str, role: Any) -> None:
    """Each function takes what the role passes, so no cast is needed where the module is used."""
    module = part_of(name, part, role)
    functions = {named: one for named, one in vars(role).items() if isfunction(one) and not named.startswith("_")}
    assert {named: parameters(one) for named, one in functions.items()} == {
        named: parameters(getattr(module, named)) for named in functions
    }


def test_one_dialect_has_the_stream_of_accounts() -> None:
    """An account's stream has one dialect."""
    assert streamed() in DIALECTS


def test_a_module_that_lacks_a_function_of_its_role_is_refused() -> None:
    """The error names the module and the role."""
    with pytest.raises(TypeError, match="tables does not fit VerificationModule"):
        part_of("standard", "tables", VerificationModule)
