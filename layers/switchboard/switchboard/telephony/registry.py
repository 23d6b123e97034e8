"""The providers of telephony by name, and what holds for each.

To add one: a line here, its settings in `contracts.SETTINGS`, and a builder in `bootstrap.telephony.BUILDERS`, which
imports the provider's module when an account with it asks for something.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """What is known of a provider without importing it.

    `repeatable`: the same command twice is one order there, so what was cut off is simply ordered again.
    `redirects`: a call can be put through to somebody else. `places`: it can ring a number and play it a message.
    `secret` names the setting that is sealed and never shown. `heard_in` is the dialect of the events that its calls
    are found by, where it gives no id of them itself.
    `hands_over`: it calls whole campaigns by itself.
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
    """Whether there may be calls among the events of this dialect that somebody asked a provider for."""
    return any(provider.heard_in == dialect for provider in PROVIDERS.values() if provider.heard_in)
