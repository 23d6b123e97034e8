"""The way to a PBX's connection, by the management API of the WebSocket gateway, and the queue of its frames."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.aws.messages import message_of
from switchboard.errors import Invalid, ProviderSilent
from switchboard.telephony.asterisk.ports import PbxFrame

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_sqs import SQSClient

GONE = frozenset({"GoneException", "410"})


class GatewayLink:
    """Port PbxLink."""

    def __init__(self, client: ApiGatewayManagementApiClient) -> None:
        self._client = client

    def post(self, connection: str, frame: str) -> bool:
        """Send a frame. Return False if the connection has gone. Raises ProviderSilent on any other failure."""
        try:
            self._client.post_to_connection(ConnectionId=connection, Data=frame.encode())
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return False
            raise ProviderSilent("The PBX's connection does not answer.") from error
        except BotoCoreError as error:
            raise ProviderSilent("The PBX's connection does not answer.") from error
        return True


class PbxFrameQueue:
    """Port PbxFrames: `pbx.fifo`, with a group for each call."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, frame: PbxFrame, group: str) -> None:
        """Queue a frame. Raises Invalid if SQS never takes its text. A repeat within five minutes is dropped."""
        name = f"{frame.connection}\n{frame.text}"
        try:
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=message_of(frame),
                MessageGroupId=f"{frame.account}:{group}",
                MessageDeduplicationId=hashlib.sha256(name.encode()).hexdigest(),
            )
        except self._client.exceptions.InvalidMessageContents:
            raise Invalid("The frame has characters that no queue takes.") from None
