"""The secrets of the stack, cached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from switchboard.kernel.remembered import Remembered

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEEP_SECONDS = 300


class Secrets:
    """Reads secrets, and caches them for five minutes."""

    def __init__(self, client: SecretsManagerClient) -> None:
        self._client = client
        self._known: Remembered[str, str] = Remembered(16, KEEP_SECONDS)

    def read(self, arn: str) -> str:
        """Return the text of a secret, by its ARN."""
        known = self._known.get(arn)
        if known is None:
            known = self._known[arn] = self._client.get_secret_value(SecretId=arn)["SecretString"]
        return known
