"""Start the function that reads the streams of PBXs, without waiting for its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class StreamReader:
    """Starts a run beside the scheduled runs. A failure is logged: the next scheduled run is at most a minute away."""

    def __init__(self, client: LambdaClient, function: str, failed: Callable[[Exception], None]) -> None:
        self._client = client
        self._function = function
        self._failed = failed

    def start(self) -> bool:
        """Start a run. Return whether Lambda took the request."""
        try:
            self._client.invoke(FunctionName=self._function, InvocationType="Event", Payload=b"{}")
        except Exception as error:  # noqa: BLE001 - see the class
            self._failed(error)
            return False
        return True
