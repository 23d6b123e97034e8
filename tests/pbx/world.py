"""What the checks share: the hub with its account, the wire to the PBX, and the telephones' ears."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.operator import Operator
from tests.pbx.ears import Ear
from tests.pbx.wire import Wire

ACCOUNT, PASSWORD = "pbx-test", "a-password-of-the-test"


@dataclass(frozen=True, slots=True)
class PbxHub:
    """The hub that the Asterisk is joined to."""

    hub: Mapping[str, Any]
    operator: Operator
    wire: Wire
    ears: Mapping[str, Ear]

    @property
    def base_url(self) -> str:
        return str(self.hub["base_url"])

    def token(self, kind: str) -> str:
        """Return a new token of the account."""
        return str(self.operator.post("/admin/tokens", {"account": ACCOUNT, "kind": kind, "name": "test-pbx"})["token"])


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
