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
    `secret` names the setting that is sealed and never shown. `places`: it can ring a number and play it a message.
    `hands_over`: it calls whole campaigns by itself.
    """

    repeatable: bool
    secret: str = ""
    places: bool = True
    hands_over: bool = False


PROVIDERS: dict[str, Provider] = {
    "simulator": Provider(repeatable=True),
    "vpbx": Provider(repeatable=False, secret="token", places=False),  # noqa: S106 - the name of a field
    "cato": Provider(repeatable=False, secret="token", places=False, hands_over=True),  # noqa: S106 - likewise
}
