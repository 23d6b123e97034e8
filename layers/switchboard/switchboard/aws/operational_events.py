"""Operational events: published on a topic, and counted as metrics."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

Count = Callable[[str], None]


class OperationalEvents:
    """Port Operations. A failure of the topic is logged, and raises nothing."""

    def __init__(self, client: SNSClient, topic: str, count: Count, failed: Callable[[str, Exception], None]) -> None:
        self._client = client
        self._topic = topic
        self._count = count
        self._failed = failed

    def tell(self, name: str, details: Mapping[str, object]) -> None:
        """Count the event, and publish `{"event": name, ...}` with the name as an attribute for filters."""
        self._count(name)
        try:
            self._client.publish(
                TopicArn=self._topic,
                Message=json.dumps({"event": name, **details}),
                MessageAttributes={"event": {"DataType": "String", "StringValue": name}},
            )
        except Exception as error:  # noqa: BLE001 - see the class
            self._failed(name, error)
