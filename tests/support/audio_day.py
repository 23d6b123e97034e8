"""Everything that is done with audio files of campaigns."""

from __future__ import annotations

import pytest

from switchboard.aws import polly
from tests.support.cato import AUDIO, add, cato_token, change
from tests.support.hub import Hub
from tests.support.sounds import tone, wav


def audio_day(hub: Hub) -> None:
    """Add, look at, hear, change, replace and remove files; upload one; have one spoken."""
    auth = cato_token(hub)
    path = f"{AUDIO}/{add(hub, auth, wav(tone(0.1))).json['id']}"
    hub.request("GET", AUDIO, headers=auth)
    hub.request("GET", path, headers=auth)
    hub.request("GET", f"{path}/content", headers=auth)
    hub.request("PUT", path, {"name": "other"}, auth)
    change(hub, auth, path.rpartition("/")[2], wav(tone(0.2)))
    hub.request("DELETE", path, headers=auth)
    upload(hub, auth)
    with pytest.MonkeyPatch.context() as patch:  # moto's Polly is asked, and has no voice
        patch.setattr(polly, "_wav", lambda _: wav(tone(0.1)))
        hub.request("POST", f"{AUDIO}/tts", {"text": "Паводок"}, auth)


def upload(hub: Hub, auth: dict[str, str]) -> None:
    """Begin an upload, complete it too early, in time, and again."""
    id_ = hub.request("POST", f"{AUDIO}/uploads", {"name": "x", "size": 1644}, auth).json["id"]
    path = f"{AUDIO}/uploads/{id_}"
    hub.request("POST", path, headers=auth)
    bucket = hub.stack.refs["CampaignsBucket"]
    hub.stack.clients.s3.put_object(Bucket=bucket, Key=f"originals/acme/{id_}", Body=wav(tone(0.1)))
    for _ in range(2):
        hub.request("POST", path, headers=auth)
