"""Erasures: the places that hold data of accounts, and the work of deleting."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import accounts, dynamodb, erase_workflow, erasures, s3, sources, sqs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from switchboard.erasures.begin import BeginErasure
    from switchboard.erasures.erase import EraseTurn
    from switchboard.erasures.model import Erasure
    from switchboard.erasures.ports import DataPlace

# Bucket and folder, and what the objects are: every folder that holds objects of accounts. Lists come first, so that
# a campaign calls nobody who is being erased.
FOLDERS = (
    ("CAMPAIGNS_BUCKET", "audiences/", "lists"),
    ("CAMPAIGNS_BUCKET", "executions/", "lists"),
    ("CAMPAIGNS_BUCKET", "uploads/", "uploads"),
    ("CAMPAIGNS_BUCKET", "originals/", "audio"),
    ("CAMPAIGNS_BUCKET", "audio/", "audio"),
    ("CAMPAIGNS_BUCKET", "spilled/", "events"),
    ("RECORDINGS_BUCKET", "", "recordings"),
)
# The queues, whose dead letter queues may hold messages of accounts.
QUEUES = tuple(
    f"{name}_QUEUE_URL"
    for name in (
        [
            "EVENTS",
            "DELIVERIES",
            "RETRIES",
            "SETTLEMENTS",
            "ADVANCES",
            "PBX",
            "CRM_CALLS",
            "DIALLING",
            "WAKES",
            "MAILINGS",
        ]
    )
)


@cache
def begin_erasure() -> BeginErasure:
    """Return what begins erasures."""
    from switchboard.accounts.digests import new_id
    from switchboard.erasures.begin import BeginErasure

    return BeginErasure(erasures(), accounts(), erase_workflow(), now, new_id)


@cache
def erase_turn() -> EraseTurn:
    """Return the turns of the workflow of an erasure."""
    from switchboard.erasures.erase import EraseTurn

    return EraseTurn(erasures(), tuple(_places()), erase_workflow(), accounts(), sources(), now)


def watch_erasures(*, at_once: bool) -> list[Erasure]:
    """Restart the workflows of erasures that are overdue; `at_once` those of all unfinished ones."""
    from switchboard.erasures.watch import WatchErasures

    watch = WatchErasures(erasures(), erase_workflow(), now)
    return watch.start_all() if at_once else watch()


def _places() -> Iterator[DataPlace]:
    """Yield every place in the order of a sweep. The table of the rules names the tables."""
    from switchboard.aws.erased_messages import ErasedQueue
    from switchboard.aws.erased_objects import ErasedFolder
    from switchboard.aws.erased_tables import ErasedTable
    from switchboard.aws.row_owners import RULES

    *lists, recordings = (ErasedFolder(s3(), settings.required(name), *rest) for name, *rest in FOLDERS)
    yield from lists
    yield from (ErasedTable(dynamodb(), settings.required(_variable(name)), rule) for name, rule in RULES.items())
    yield recordings
    yield from (ErasedQueue(sqs(), url) for url in map(settings.required, QUEUES))


def _variable(table: str) -> str:
    return f"{table.upper()}_TABLE"
