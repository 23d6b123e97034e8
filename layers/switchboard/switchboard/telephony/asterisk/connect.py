"""A PBX connects, and goes: its credentials, and the row of its connection."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.errors import Sealed, Unauthorized
from switchboard.kernel.authorization import scheme_and_credentials
from switchboard.telephony.asterisk.model import NAME
from switchboard.telephony.asterisk.ports import PbxConnection, PbxConnections
from switchboard.telephony.ports import Telephonies
from switchboard.vault import TELEPHONY, Vault

LONGEST = 1024  # letters of a header


@dataclass(frozen=True, slots=True)
class ConnectPbx:
    """Checks the credentials of a PBX, and stores its connection. `replaced` is told of a connection that is replaced.

    `admit` raises if the account is suspended or being deleted.
    """

    telephonies: Telephonies
    vault: Vault
    connections: PbxConnections
    admit: Callable[[str], object]
    clock: Callable[[], datetime]
    replaced: Callable[[PbxConnection, PbxConnection], None]

    def __call__(self, connection: str, authorization: str) -> PbxConnection:
        """Store the connection of the PBX whose user name is the account's id. Raises Unauthorized or Suspended."""
        account, password = credentials_in(authorization)
        if not self._is_right(account, password):
            raise Unauthorized("The user name or the password is wrong.")
        self.admit(account)
        before = self.connections.of(account)
        count = before.replaced + 1 if before else 0
        opened = PbxConnection(account, connection, self.clock(), replaced=count)
        old = self.connections.open(opened)
        if old is not None and old.id != connection:
            self.replaced(old, opened)
        return opened

    def _is_right(self, account: str, password: str) -> bool:
        chosen = self.telephonies.get(account) if account else None
        if chosen is None or chosen.provider != NAME or not chosen.secret:
            return False
        try:
            expected = self.vault.open(account, chosen.secret, TELEPHONY)
        except Sealed:
            return False
        return hmac.compare_digest(expected.encode(), password.encode())


def credentials_in(authorization: str) -> tuple[str, str]:
    """Return user name and password of HTTP Basic; both are empty for anything else."""
    scheme, text = scheme_and_credentials(authorization[:LONGEST])
    if scheme != "basic":
        return "", ""
    try:
        user, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (user, password) if colon else ("", "")
