"""An account chooses its telephony."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.ports import Telephonies
from switchboard.telephony.registry import PROVIDERS


class Vault(Protocol):
    """Seals a secret so that it opens for its account alone."""

    def seal(self, account: str, secret: str) -> str: ...


def choose_telephony(
    account: str, provider: str, settings: Mapping[str, Any], telephonies: Telephonies, vault: Vault
) -> AccountTelephony:
    """Keep an account's choice, in place of the one before; `settings` are checked, and their secret is sealed."""
    name = PROVIDERS[provider].secret
    shown = {key: value for key, value in settings.items() if key != name}
    sealed = vault.seal(account, settings[name]) if name else ""
    chosen = AccountTelephony(account, provider, shown, sealed)
    telephonies.save(chosen)
    return chosen
