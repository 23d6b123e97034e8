"""Credentials for files that the PBX of a source stores, such as recordings."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.accounts.upstream.ports import Upstreams
from switchboard.kernel.kept_secrets import is_same_receiver
from switchboard.vault import UPSTREAM_TOKEN, Vault


@dataclass(frozen=True, slots=True)
class UpstreamCredentials:
    """Adapter for the port `recordings.ports.UpstreamCredentials`."""

    upstreams: Upstreams
    vault: Vault

    def headers_for(self, account: str, source: str, url: str) -> dict[str, str]:
        """Return an `Authorization` header if the URL has the scheme, host and port of the PBX, else no header.

        Raises Sealed if the token cannot be opened.
        """
        upstream = self.upstreams.get(source)
        if upstream is None or upstream.account != account or not is_same_receiver(url, upstream.base_url):
            return {}
        return {"Authorization": f"Bearer {self.vault.open(account, upstream.token, UPSTREAM_TOKEN)}"}
