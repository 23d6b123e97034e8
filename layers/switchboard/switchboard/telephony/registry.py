"""The list of telephony providers, with the facts about each.

A PBX of a known kind needs only a line here: `contracts.SETTINGS` has the settings of each kind, and
`bootstrap.telephony.BUILDERS` the builder. The client comes from the dialect in `heard_in`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class ProviderKind(Enum):
    """How the hub uses a provider: the kind decides settings and adapter."""

    SIMULATOR = auto()
    PBX = auto()  # starts calls, returns no call id; the call is matched by the events of a dialect
    INTEGRATION = auto()  # starts and ends calls for the hub as a CRM; its callbacks are the calls' events
    CONNECTED_PBX = auto()  # dials out to the hub, and is ordered about over its own connection
    MEDIA_APPLICATION = auto()  # Amazon Chime's: asks the hub at each event of a call what to do
    CAMPAIGN_SYSTEM = auto()  # runs whole campaigns by itself


@dataclass(frozen=True, slots=True)
class Provider:
    """The facts about a provider that are known without importing its module.

    - `repeatable`: the provider treats a repeated command as one, so an interrupted command is sent again.
    - `redirects`: the provider can redirect a running call.
    - `places`: the provider can ring a number and play a message.
    - `secret`: the setting that is sealed and never shown.
    - `heard_in`: the dialect of the events that calls are matched by, for a provider that returns no call id.
    - `hands_over`: the provider runs whole campaigns by itself.
    - `paces`: the settings `channels` and `cps` are quotas of the provider, which bound the dialling of campaigns.
    """

    kind: ProviderKind
    repeatable: bool
    redirects: bool = False
    secret: str = ""
    heard_in: str = ""
    places: bool = True
    hands_over: bool = False
    paces: bool = False


PROVIDERS: dict[str, Provider] = {
    "simulator": Provider(ProviderKind.SIMULATOR, repeatable=True, redirects=True),
    "asterisk": Provider(
        ProviderKind.CONNECTED_PBX,
        repeatable=True,
        redirects=True,
        secret="password",  # noqa: S106 - a field's name
    ),
    "chime": Provider(ProviderKind.MEDIA_APPLICATION, repeatable=True, paces=True),
    "vpbx": Provider(
        ProviderKind.PBX,
        repeatable=False,
        secret="token",  # noqa: S106 - a field's name
        heard_in="vpbx",
        places=False,
    ),
    "mango": Provider(
        ProviderKind.PBX,
        repeatable=False,
        redirects=True,
        secret="token",  # noqa: S106 - a field's name
        heard_in="mango",
        places=False,
    ),
    "zadarma": Provider(
        ProviderKind.PBX,
        repeatable=False,
        secret="token",  # noqa: S106 - a field's name
        heard_in="zadarma",
        places=False,
    ),
    "megafon": Provider(
        ProviderKind.PBX,
        repeatable=False,
        secret="token",  # noqa: S106 - a field's name
        heard_in="megafon",
        places=False,
    ),
    "kontur": Provider(
        ProviderKind.INTEGRATION,
        repeatable=False,
        secret="access_key",  # noqa: S106 - a field's name
        places=False,
    ),
    "cato": Provider(
        ProviderKind.CAMPAIGN_SYSTEM,
        repeatable=False,
        secret="token",  # noqa: S106 - a field's name
        places=False,
        hands_over=True,
    ),
}


def is_searched(dialect: str) -> bool:
    """Whether events of this dialect may belong to calls that the hub ordered."""
    return any(provider.heard_in == dialect for provider in PROVIDERS.values() if provider.heard_in)
