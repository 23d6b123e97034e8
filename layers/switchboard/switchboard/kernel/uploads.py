"""Files that a vendor uploads to the hub before the message that names them.

The id of a file is a UUID of version 5 (RFC 9562), made of the account and the bytes. A repeated upload has the same
id, and stores the same object. A message of another account that names the id finds nothing.
"""

from __future__ import annotations

from uuid import UUID, uuid5

SCHEME = "upload"
FILES = UUID("c2a4f1de-0b57-4c39-9d1e-7e64f0a3b815")  # the namespace of the ids
VERSION = 5


def file_id(account: str, sha256: str) -> str:
    """Return the id of an account's file."""
    return str(uuid5(FILES, f"{account}\n{sha256}"))


def reference_of(id_: str | None) -> str | None:
    """Return a recording's reference for an id of this form. None for any other id: another system keeps its file."""
    try:
        found = UUID(id_ or "")
    except ValueError:
        return None
    return f"{SCHEME}:{found}" if found.version == VERSION else None


def file_key(account: str, id_: str) -> str:
    """Return the key of an account's file in the store."""
    return f"{account}/uploads/{id_}"
