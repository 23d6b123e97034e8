"""What the fixtures of audio files are answered with, and what has to be there before."""

from __future__ import annotations

from switchboard.aws.audio_files_table import AudioFilesTable
from switchboard.kernel.campaign_audio import Rendition
from tests.support.builders import an_audio_file
from tests.support.cato import AUDIO, cato_token
from tests.support.hub import Hub
from tests.support.sounds import tone, wav

AUDIO_STATUSES = {
    "cato/audio_content/a_part": 206,
    "cato/audio_content/alaw": 200,
    "cato/audio_content/listen": 200,
    "cato/audio_content/no_token": 401,
    "cato/audio_content/unknown": 404,
    "cato/audio_files/add": 200,
    "cato/audio_files/add_text": 415,
    "cato/audio_files/delete": 204,
    "cato/audio_files/list": 200,
    "cato/audio_files/no_token": 401,
    "cato/audio_files/rename": 200,
    "cato/audio_files/replace": 200,
    "cato/audio_files/show": 200,
    "cato/audio_files/unknown": 404,
    "cato/audio_uploads/begin": 201,
    "cato/audio_uploads/begin_badly": 400,
    "cato/audio_uploads/complete": 200,
    "cato/audio_uploads/complete_too_early": 409,
    "cato/tts/speak": 200,
    "cato/tts/speak_nothing": 400,
}


def notifying(hub: Hub) -> dict[str, str]:
    """A client of campaigns' API, a file of its, one whose bytes have been uploaded, and one whose bytes have not."""
    auth = cato_token(hub, "demo")
    bucket = hub.stack.refs["CampaignsBucket"]
    file, sound = an_audio_file(account="demo"), wav(tone(0.1))
    AudioFilesTable(hub.stack.dynamodb, hub.stack.table("CampaignsTable")).add(file)
    for rendition in Rendition:
        hub.stack.clients.s3.put_object(Bucket=bucket, Key=file.key(rendition), Body=bytes(file.sizes[rendition]))
    begun = [hub.request("POST", f"{AUDIO}/uploads", {"name": "x", "size": 9}, auth).json["id"] for _ in range(2)]
    hub.stack.clients.s3.put_object(Bucket=bucket, Key=f"originals/demo/{begun[0]}", Body=sound)
    token = auth["Authorization"].removeprefix("Bearer plain:")
    return {"cato_token": token, "audio": file.id, "upload": begun[0], "early_upload": begun[1]}
