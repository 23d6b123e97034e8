"""What of a message is the same in every run: ids that the hub makes, its addresses and the clock's times are named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MADE = {"device_id": "<device>", "record_id": "<record>"}
RECKONED = ("billsec", "wait_time", "Duration", "talk_duration", "wait_duration")
TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]\d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:\d{2}|Z)?")
NOW, SECONDS = "<now>", "<seconds>"


@dataclass(frozen=True, slots=True)
class Normal:
    """How the messages of one story are brought into their normal form.

    `names` stand for texts wherever they are; `told` is all that was sent: what stands there is nothing of the hub's.
    A story is `untimed` where its events happened when they came: what is reckoned from that differs.
    """

    names: Mapping[str, str]
    told: str
    today: date
    untimed: bool

    def __call__(self, body: Any, field: str = "") -> Any:
        if isinstance(body, Mapping):
            return {name: self(value, name) for name, value in body.items()}
        if isinstance(body, list):
            return [self(one, field) for one in body]
        if field in MADE and f'"{field}": ' in self.told and self._was_told(field, body):
            return body
        if field in MADE:
            return MADE[field]
        if isinstance(body, str):
            return self._text(body)
        return SECONDS if self._differs(field, body) else body

    def _was_told(self, field: str, value: Any) -> bool:
        shown = f'"{value}"' if isinstance(value, str) else str(value)
        return f'"{field}": {shown}' in self.told

    def _differs(self, field: str, value: Any) -> bool:
        if not self.untimed or isinstance(value, bool) or not isinstance(value, int):
            return False
        return field in RECKONED or (field == "duration" and f'"duration": {value}' not in self.told)

    def _text(self, text: str) -> str:
        for known in sorted(self.names, key=len, reverse=True):
            text = text.replace(known, self.names[known])
        return TIME.sub(lambda found: NOW if self.is_now(found[0]) else found[0], text)

    def is_now(self, time: str) -> bool:
        """Whether a time is of this run, on the clocks of any zone."""
        return abs(date.fromisoformat(time[:10]) - self.today) <= timedelta(days=2)
