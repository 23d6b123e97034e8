"""Secrets sealed by KMS. A sealed secret opens for its own account and place only.

The encryption context is `{"account", "place"}`, and the text begins with `2:`. A text without this beginning was
sealed without a place: its context is `{"account"}`.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.errors import Sealed

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


PLACED = "2:"  # not of base64's alphabet


class KmsVault:
    """Port Vault."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, account: str, secret: str, place: str = "") -> str:
        """Return the ciphertext in base64, after its mark. The secret has at most 4 KiB."""
        context = {"account": account, "place": place} if place else {"account": account}
        sealed = self._client.encrypt(KeyId=self._key_id, Plaintext=secret.encode(), EncryptionContext=context)
        return (PLACED if place else "") + base64.b64encode(sealed["CiphertextBlob"]).decode()

    def open(self, account: str, sealed: str, place: str = "") -> str:
        """Return the secret. Raises Sealed if KMS refuses or cannot be reached."""
        context = {"account": account, "place": place} if sealed.startswith(PLACED) else {"account": account}
        try:
            opened = self._client.decrypt(
                KeyId=self._key_id,
                CiphertextBlob=base64.b64decode(sealed.removeprefix(PLACED)),
                EncryptionContext=context,
            )
        except (BotoCoreError, ClientError, ValueError) as error:  # ValueError: the text is not base64
            raise Sealed("A secret cannot be opened.") from error
        return opened["Plaintext"].decode()
