"""The list of telephony providers, with the facts about each.

A new provider needs a line here, its settings in `contracts.SETTINGS`, and a builder in `bootstrap.telephony.BUILDERS`.
The builder imports the provider's module when an account first needs the provider.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """The facts about a provider that are known without importing its module.

    - `repeatable`: the provider treats a repeated command as one, so an interrupted command is sent again.
    - `redirects`: the provider can redirect a running call.
    - `places`: the provider can ring a number and play a message.
    - `secret`: the setting that is sealed and never shown.
    - `heard_in`: the dialect of the events that calls are matched by, for a provider that returns no call id.
    - `hands_over`: the provider runs whole campaigns by itself.
    """

    repeatable: bool
    redirects: bool = False
    secret: str = ""
    heard_in: str = ""
    places: bool = True
    hands_over: bool = False


PROVIDERS: dict[str, Provider] = {
    "simulator": Provider(repeatable=True, redirects=True),
    "vpbx": Provider(repeatable=False, secret="token", heard_in="vpbx", places=False),  # noqa: S106 - a field's name
    "cato": Provider(repeatable=False, secret="token", places=False, hands_over=True),  # noqa: S106 - likewise
}


def is_searched(dialect: str) -> bool:
    """Whether events of this dialect may belong to calls that the hub ordered."""
    return any(provider.heard_in == dialect for provider in PROVIDERS.values() if provider.heard_in)
