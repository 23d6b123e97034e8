"""Forms with a file, as requests of API Gateway."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tests.support.gateway import proxy_event

BOUNDARY = "part-5f0c"


def form(content: bytes, disposition: str = 'form-data; name="file"; filename="talk.mp3"') -> bytes:
    """A form whose only part has these bytes."""
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nContent-Type: audio/mpeg\r\n\r\n"
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def upload_event(
    path: str, body: bytes, headers: Mapping[str, str], content_type: str = f"multipart/form-data; boundary={BOUNDARY}"
) -> dict[str, Any]:
    """The event of a POST with a body of bytes."""
    event = proxy_event("POST", path, None, {**headers, "Content-Type": content_type})
    return {**event, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}
