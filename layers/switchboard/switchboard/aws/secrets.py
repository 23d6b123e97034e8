"""The secrets of the stack, cached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from switchboard.aws.outages import passes_by
from switchboard.kernel.last_known import Ages, LastKnown

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEEP_SECONDS = 300
STALE_SECONDS = 24 * 3600  # for which a secret serves while Secrets Manager is out of order
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class Secrets:
    """Reads secrets, and caches them for five minutes. `told` hears of an outage in which an old text serves.

    Secrets Manager keeps the version before the current one.
    """

    def __init__(self, client: SecretsManagerClient, told: Callable[[Exception], object] = lambda _: None) -> None:
        self._client = client
        ages = Ages(KEEP_SECONDS, STALE_SECONDS)
        self._known: LastKnown[tuple[str, str], tuple[str, datetime | None]] = LastKnown(16, ages, passes_by, told)

    def read(self, arn: str) -> str:
        """Return the text of a secret, by its ARN. In an outage the text is at most a day old."""
        return self._version(arn, CURRENT)[0]

    def previous(self, arn: str, since: datetime) -> str:
        """Return the text before the current one, if the current one was written after `since`; else nothing.

        Both are remembered for five minutes, as `read` is.
        """
        changed_at = self._version(arn, CURRENT)[1]
        if changed_at is None or changed_at < since:
            return ""
        return self._version(arn, PREVIOUS)[0]

    def _version(self, arn: str, stage: str) -> tuple[str, datetime | None]:
        return self._known.get((arn, stage), lambda: self._read(arn, stage))

    def _read(self, arn: str, stage: str) -> tuple[str, datetime | None]:
        try:
            found = self._client.get_secret_value(SecretId=arn, VersionStage=stage)
        except self._client.exceptions.ResourceNotFoundException:
            if stage == CURRENT:
                raise
            return "", None  # the secret was never replaced
        return found["SecretString"], found["CreatedDate"]
