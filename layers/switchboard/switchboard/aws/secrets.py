"""The secrets of the stack, cached."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from switchboard.aws.outages import passes_by
from switchboard.kernel.last_known import Ages, LastKnown

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEEP_SECONDS = 300
STALE_SECONDS = 24 * 3600  # for which a secret serves while Secrets Manager is out of order


class Secrets:
    """Reads secrets, and caches them for five minutes. `told` hears of an outage in which an old text serves."""

    def __init__(self, client: SecretsManagerClient, told: Callable[[Exception], object] = lambda _: None) -> None:
        self._client = client
        self._known: LastKnown[str, str] = LastKnown(16, Ages(KEEP_SECONDS, STALE_SECONDS), passes_by, told)

    def read(self, arn: str) -> str:
        """Return the text of a secret, by its ARN. In an outage the text is at most a day old."""
        return self._known.get(arn, lambda: self._client.get_secret_value(SecretId=arn)["SecretString"])
