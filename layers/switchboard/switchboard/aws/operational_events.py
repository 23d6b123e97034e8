"""What an operator should know: on a topic, and as a metric."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

Count = Callable[[str], None]


class OperationalEvents:
    """Port Operations. The topic's failure is not the delivery's: it is logged, and the work goes on."""

    def __init__(self, client: SNSClient, topic: str, count: Count, failed: Callable[[str, Exception], None]) -> None:
        self._client = client
        self._topic = topic
        self._count = count
        self._failed = failed

    def tell(self, name: str, details: Mapping[str, object]) -> None:
        """Publish `{"event": name, ...}` with the name as an attribute to filter by, and count it."""
        self._count(name)
        try:
            self._client.publish(
                TopicArn=self._topic,
                Message=json.dumps({"event": name, **details}),
                MessageAttributes={"event": {"DataType": "String", "StringValue": name}},
            )
        except Exception as error:  # noqa: BLE001 - see the class
            self._failed(name, error)
