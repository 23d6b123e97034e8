"""An account chooses its telephony."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.accounts.ports import Sources
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.errors import Invalid
from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.ports import Telephonies
from switchboard.telephony.registry import PROVIDERS
from switchboard.vault import Vault

FIELD = "settings.source"


@dataclass(frozen=True, slots=True)
class ChooseTelephony:
    """The use case."""

    telephonies: Telephonies
    sources: Sources
    upstreams: Upstreams
    vault: Vault

    def __call__(self, account: str, provider: str, settings: Mapping[str, Any]) -> AccountTelephony:
        """Keep an account's choice, in place of the one before; its secret is sealed.

        Invalid where `source` is not the account's own or not the provider's, or is all there is and not connected.
        """
        name = PROVIDERS[provider].secret
        secret = settings[name] if name else ""
        if source := settings.get("source"):
            self._check_source(account, provider, source)
            if not secret and self.upstreams.get(source) is None:
                raise Invalid("The source is not connected: connect it, or give base_url and token.", FIELD)
        shown = {key: value for key, value in settings.items() if key != name}
        chosen = AccountTelephony(account, provider, shown, self.vault.seal(account, secret) if secret else "")
        self.telephonies.save(chosen)
        return chosen

    def _check_source(self, account: str, provider: str, source_id: str) -> None:
        source = self.sources.get(source_id)
        if source is None or (source.account, source.dialect) != (account, provider):
            raise Invalid(f"It must be a source of the account's own, of the dialect {provider}.", FIELD)
