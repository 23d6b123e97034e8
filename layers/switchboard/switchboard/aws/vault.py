"""Secrets sealed by KMS: a sealed one opens for its own account only."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.errors import Sealed

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class KmsVault:
    """Port Vault."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, account: str, secret: str) -> str:
        """The secret's ciphertext in base64; at most 4 KiB of secret."""
        sealed = self._client.encrypt(
            KeyId=self._key_id, Plaintext=secret.encode(), EncryptionContext={"account": account}
        )
        return base64.b64encode(sealed["CiphertextBlob"]).decode()

    def open(self, account: str, sealed: str) -> str:
        """The secret; Sealed where the key does not open it, or cannot be asked."""
        try:
            opened = self._client.decrypt(
                KeyId=self._key_id, CiphertextBlob=base64.b64decode(sealed), EncryptionContext={"account": account}
            )
        except (BotoCoreError, ClientError, ValueError) as error:  # ValueError: it is not even base64
            raise Sealed("A secret cannot be opened.") from error
        return opened["Plaintext"].decode()
