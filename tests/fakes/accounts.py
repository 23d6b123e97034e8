"""Accounts, tokens, sources and extensions in memory."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

from switchboard.accounts.model import Account, Extension, Source, Token
from switchboard.errors import Conflict

T = TypeVar("T")


class Rows(Generic[T]):
    """Documents by key, with the conditions of a table."""

    def __init__(self) -> None:
        self._rows: dict[str, T] = {}
        self._lock = Lock()

    def insert(self, key: str, row: T) -> None:
        with self._lock:
            if key in self._rows:
                raise Conflict("This id is taken: choose another.", "id")
            self._rows[key] = row

    def replace(self, key: str, row: T) -> None:
        with self._lock:
            if key not in self._rows:
                raise Conflict("It was removed in the meantime.", "id")
            self._rows[key] = row

    def find(self, key: str) -> T | None:
        return self._rows.get(key)

    def drop(self, key: str) -> bool:
        with self._lock:
            return self._rows.pop(key, None) is not None

    def values(self) -> list[T]:
        return list(self._rows.values())


class MemoryAccounts:
    """Port Accounts."""

    def __init__(self) -> None:
        self._rows = Rows[Account]()

    def add(self, account: Account) -> None:
        self._rows.insert(account.id, account)

    def get(self, account_id: str) -> Account | None:
        return self._rows.find(account_id)

    def save(self, account: Account) -> None:
        self._rows.replace(account.id, account)

    def remove(self, account_id: str) -> None:
        self._rows.drop(account_id)

    def all(self) -> list[Account]:
        return sorted(self._rows.values(), key=lambda account: account.id)


class MemoryTokens:
    """Port Tokens."""

    def __init__(self) -> None:
        self._rows = Rows[Token]()

    def add(self, token: Token) -> None:
        self._rows.insert(token.digest, token)

    def by_digest(self, digest: str) -> Token | None:
        return self._rows.find(digest)

    def of_account(self, account_id: str) -> list[Token]:
        own = [token for token in self._rows.values() if token.account == account_id]
        return sorted(own, key=lambda token: token.created_at)

    def save(self, token: Token) -> None:
        self._rows.replace(token.digest, token)


class MemorySources:
    """Port Sources."""

    def __init__(self) -> None:
        self._rows = Rows[Source]()
        self._paths: dict[str, str] = {}

    def at_path(self, key: str) -> Source | None:
        return self.get(key) or self.get(self._paths.get(key, ""))

    def add_path(self, source: Source, key: str) -> None:
        self._paths[key] = source.id

    def add(self, source: Source) -> None:
        self._rows.insert(source.id, source)

    def get(self, source_id: str) -> Source | None:
        return self._rows.find(source_id)

    def of_account(self, account_id: str) -> list[Source]:
        own = [source for source in self._rows.values() if source.account == account_id]
        return sorted(own, key=lambda source: source.created_at)

    def save(self, source: Source) -> None:
        self._rows.replace(source.id, source)

    def remove(self, source_id: str) -> None:
        self._rows.drop(source_id)
        self._paths.pop(source_id, None)


class MemoryExtensions:
    """Port Extensions."""

    def __init__(self) -> None:
        self._rows = Rows[Extension]()
        self._last: dict[str, int] = {}

    def add(self, account_id: str, number: str, name: str) -> Extension:
        extension = Extension(account_id, self._last.get(account_id, 0) + 1, number, name)
        self._last[account_id] = extension.id
        self._rows.insert(f"{account_id} {number}", extension)
        return extension

    def of_account(self, account_id: str) -> list[Extension]:
        own = [extension for extension in self._rows.values() if extension.account == account_id]
        return sorted(own, key=lambda extension: extension.id)

    def remove(self, account_id: str, number: str) -> bool:
        return self._rows.drop(f"{account_id} {number}")
