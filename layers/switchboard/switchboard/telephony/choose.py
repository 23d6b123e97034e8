"""An account chooses its telephony provider and the provider's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.accounts.ports import Sources
from switchboard.accounts.upstream.ports import Upstreams
from switchboard.errors import Invalid
from switchboard.telephony.model import AccountTelephony
from switchboard.telephony.ports import Telephonies
from switchboard.telephony.registry import PROVIDERS
from switchboard.vault import TELEPHONY, Vault

Prepare = Callable[[str, str, Mapping[str, Any]], None]
"""Makes ready what a provider needs, by account, provider and settings. Raises Invalid or NotOffered."""

FIELD = "settings.source"


@dataclass(frozen=True, slots=True)
class ChooseTelephony:
    """Stores the provider that an account chose.

    `vet` is called with URL, account and field, and raises Invalid for an address that is not allowed. `prepare` makes
    ready what the provider needs.
    """

    telephonies: Telephonies
    sources: Sources
    upstreams: Upstreams
    vault: Vault
    vet: Callable[[str, str, str], None]
    prepare: Prepare = lambda account, provider, settings: None  # noqa: ARG005 - most providers need nothing

    def __call__(self, account: str, provider: str, settings: Mapping[str, Any]) -> AccountTelephony:
        """Store the choice, with its secret sealed, in place of the earlier choice.

        Raises Invalid if `source` is not the account's, has another dialect than the provider, or is not connected and
        the settings hold no secret. Raises Invalid for an address that is not allowed. Raises NotOffered if the hub
        lacks what the provider needs.
        """
        if base_url := settings.get("base_url"):
            self.vet(base_url, account, "settings.base_url")
        name = PROVIDERS[provider].secret
        secret = settings[name] if name else ""
        if source := settings.get("source"):
            self._check_source(account, provider, source)
            if not secret and self.upstreams.get(source) is None:
                raise Invalid("The source is not connected: connect it, or give base_url and token.", FIELD)
        self.prepare(account, provider, settings)
        shown = {key: value for key, value in settings.items() if key != name}
        sealed = self.vault.seal(account, secret, TELEPHONY) if secret else ""
        chosen = AccountTelephony(account, provider, shown, sealed)
        self.telephonies.save(chosen)
        return chosen

    def _check_source(self, account: str, provider: str, source_id: str) -> None:
        source = self.sources.get(source_id)
        if source is None or (source.account, source.dialect) != (account, provider):
            raise Invalid(f"It must be one of the account's sources, with the dialect {provider}.", FIELD)
