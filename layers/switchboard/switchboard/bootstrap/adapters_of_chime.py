"""The rows of the table of adapters that Amazon Chime needs; see `adapters`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap.adapters import Adapter, adapter, client, dynamodb, s3, sqs

if TYPE_CHECKING:
    from switchboard.aws.audio_bucket import AudioBucket
    from switchboard.aws.chime_rows import ChimeCallRows
    from switchboard.aws.chime_service import ChimeCheckQueue, SipMediaApplication
    from switchboard.aws.dialling_queue import DiallingQueue
    from switchboard.aws.queues import SqsEventQueue

ROWS = "aws.chime_rows.ChimeCallRows"
IN_A_CALL = partial(client, "sqs_in_a_call")
chime_calls: Adapter[ChimeCallRows] = adapter(ROWS, dynamodb, settings.telephony_table)
chime_calls_in_a_call: Adapter[ChimeCallRows] = adapter(
    ROWS, partial(client, "dynamodb_in_a_call"), settings.telephony_table
)
chime_service: Adapter[SipMediaApplication] = adapter(
    "aws.chime_service.SipMediaApplication", partial(client, "chime"), partial(settings.optional, "CHIME_APPLICATION")
)
chime_checks: Adapter[ChimeCheckQueue] = adapter("aws.chime_service.ChimeCheckQueue", sqs, settings.advances_queue_url)
chime_audio: Adapter[AudioBucket] = adapter("aws.audio_bucket.AudioBucket", s3, settings.campaigns_bucket)
chime_bucket = settings.campaigns_bucket
events_in_a_call: Adapter[SqsEventQueue] = adapter("aws.queues.SqsEventQueue", IN_A_CALL, settings.events_queue_url)
dialling_in_a_call: Adapter[DiallingQueue] = adapter(
    "aws.dialling_queue.DiallingQueue", IN_A_CALL, settings.dialling_queue_url
)
