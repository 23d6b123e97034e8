"""The function that Amazon Chime's SIP media application invokes at each event of a call."""

from __future__ import annotations

from typing import Any

from switchboard.bootstrap.chime import answer_chime


def answer(event: Any) -> dict[str, Any]:
    """Return the actions. Nothing is raised: an error would end the call."""
    return answer_chime()(event)
