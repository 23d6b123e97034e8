"""Recordings whose link must be asked for at the PBX: ask for the link, then download the file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from switchboard.errors import NotFound, ProviderRefused, Refused
from switchboard.recordings.model import Recording
from switchboard.recordings.ports import NeverAvailable, NotYetAvailable, RecordingOpener, SourceFile

LONGEST_LINK = 8192


class LinkRequest(Protocol):
    """Asks the PBX behind a source for the link of a recording."""

    def __call__(self, account: str, source: str, recording_id: str) -> str:
        """Return the file's URL, or an empty text while the file is not ready. Raises Refused."""


@dataclass(frozen=True, slots=True)
class NoCredentials:
    """Port SourceCredentials: a link is all that a file needs, and its host may not be the API's."""

    def headers_for(self, account: str, source: str, url: str) -> Mapping[str, str]:  # noqa: ARG002 - the port's
        """Return no headers."""
        return {}


@dataclass(frozen=True, slots=True)
class RequestedRecordings:
    """Port RecordingOpener for references of the form `<dialect>:<id>`.

    A link may open once, or for minutes. So each attempt asks for a link, and no link is stored.
    """

    ask: LinkRequest
    download: RecordingOpener

    @contextmanager
    def open(self, recording: Recording) -> Iterator[SourceFile]:
        """Open the file. Raises NotYetAvailable if the PBX refuses or has no link yet, NeverAvailable without a file.

        An error message names no link, because a link opens the file for everybody.
        """
        link = self._link(recording)
        if not link:
            raise NotYetAvailable("not_ready")
        if not link.startswith(("https:", "http:")) or len(link) > LONGEST_LINK:
            raise NotYetAvailable("bad_link")
        with self.download.open(replace(recording, reference=link)) as file:
            yield file

    def _link(self, recording: Recording) -> str:
        _, _, recording_id = recording.reference.partition(":")
        try:
            return self.ask(recording.account, recording.source, recording_id)
        except NotFound:
            raise NeverAvailable("not_found") from None
        except ProviderRefused as error:
            raise NotYetAvailable(f"link_{error.refusal.value}") from error
        except Refused as error:
            raise NotYetAvailable(f"link_{error.code}") from error
