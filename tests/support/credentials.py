"""Every credential that an account may have, and an operator who is bound to the account."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, SourceAuth
from switchboard.bootstrap.accounts import token_forms
from tests.support.hub import Hub
from tests.support.operators_day import an_operator

# How an API takes its token, if not as a bearer token.
SPELLINGS = {"cato": ("Authorization", "Bearer plain:"), "kontur": ("X-XCOM-AccessKey", "")}
TICKETS = {"sprecord": "/sys/events/ticket"}


@dataclass(frozen=True, slots=True)
class Credential:
    """Headers and query of a request with a credential."""

    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def every_credential(hub: Hub, account: str) -> dict[str, Credential]:
    """Credentials of each kind by name: tokens with each scope, tickets, a source's login, an operator, and none."""
    found = {"none": Credential()}
    for kind, form in token_forms().items():
        for scopes in (*(() if form.is_scoped else ([],)), *([scope] for scope in sorted(form.scopes))):
            wish = {"account": account, "kind": kind, "name": account, **({"scopes": scopes} if scopes else {})}
            token = hub.operator("POST", "/admin/tokens", wish).json["token"]
            name, before = SPELLINGS.get(kind, ("Authorization", "Bearer "))
            found[" ".join(["token", kind, *scopes])] = Credential({name: before + token})
        if kind in TICKETS:
            ticket = hub.request("POST", TICKETS[kind], headers=found[f"token {kind}"].headers).json["ticket"]
            found[f"ticket {kind}"] = Credential(query={"ticket": ticket})
    found["operator of the account"] = Credential(an_operator(hub, f"bound to {account}", accounts=[account]))
    hub.source(f"s-of-{account}", account=account, auth=source_auth(account))
    found["login of a source"] = Credential(source_login(account))
    return found


def source_auth(account: str) -> SourceAuth:
    """What the hub stores of a source's login."""
    return SourceAuth(AuthScheme.BASIC, digest_of(f"pbx:of-{account}"))


def source_login(account: str) -> dict[str, str]:
    """The header with which a source logs in."""
    return {"Authorization": "Basic " + base64.b64encode(f"pbx:of-{account}".encode()).decode()}
