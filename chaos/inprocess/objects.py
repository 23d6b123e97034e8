"""Stand-ins for the clients of S3 and KMS: objects in memory, and secrets that are sealed by base64 alone."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

Effect = Callable[[str, Callable[[], Any]], Any]


@dataclass(slots=True)
class Objects:
    """S3's client, for one bucket."""

    effect: Effect
    kept: dict[str, bytes]

    def put_object(self, **given: Any) -> None:
        self.effect("put_object", lambda: self.kept.update({given["Key"]: given["Body"]}))

    def head_object(self, **given: Any) -> Any:
        return self.effect("head_object", lambda: self._found(given["Key"]))

    def get_object(self, **given: Any) -> Any:
        return self.effect("get_object", lambda: self._got(given["Key"]))

    def delete_object(self, **given: Any) -> None:
        self.effect("delete_object", lambda: self._delete(given["Key"], given.get("IfMatch")))

    def list_objects_v2(self, **given: Any) -> Any:
        return self.effect("list_objects_v2", lambda: self._listed(given))

    def _listed(self, given: dict[str, Any]) -> dict[str, Any]:
        keys = sorted(key for key in self.kept if key.startswith(given["Prefix"]) and key > given.get("StartAfter", ""))
        return {"Contents": [{"Key": key} for key in keys[: given.get("MaxKeys", 1000)]]}

    def _got(self, key: str) -> dict[str, Any]:
        found = self._found(key)
        return {"Body": io.BytesIO(found), "ETag": _tag(found)}

    def _delete(self, key: str, tag: str | None) -> None:
        if tag and tag != _tag(self._found(key)):
            raise ClientError({"Error": {"Code": "PreconditionFailed", "Message": key}}, "DeleteObject")
        self.kept.pop(key, None)

    def _found(self, key: str) -> bytes:
        if key not in self.kept:
            raise ClientError({"Error": {"Code": "404", "Message": key}}, "HeadObject")
        return self.kept[key]


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()}"'


@dataclass(slots=True)
class Keys:
    """KMS's client: a secret is sealed by base64."""

    effect: Effect
    opened: int = field(default=0)

    def decrypt(self, **given: Any) -> Any:
        def opened() -> dict[str, bytes]:
            self.opened += 1
            return {"Plaintext": given["CiphertextBlob"]}

        return self.effect("decrypt", opened)


def sealed(secret: str) -> str:
    """Return a secret as a row holds it."""
    return base64.b64encode(secret.encode()).decode()
