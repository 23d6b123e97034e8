"""Answers about settings, tasks and starts (sp5000-cato, sections 3.3 to 3.5)."""

from __future__ import annotations

from typing import Any

from switchboard.kernel.campaign import NotificationSettings, Task, Window

DURATIONS = ("attemptDelay", "successPlaybackDuration", "maxCallDuration", "maxAnswerDelay")
PRIORITY = 5  # the default, which is not shown: the document has no priority
CODES = ("1",)
SUCCESS, NO_CHANNELS = "SUCCESS", "FAIL_NO_CHANNELS"


def settings_view(settings: NotificationSettings) -> dict[str, Any]:
    """Return settings in the spelling of their request (ruling cato 2); the hub's additions only if they were given."""
    delay, playback, call, answer = _spelt(settings)
    return {
        "id": settings.id,
        "name": settings.name,
        "attemptCount": settings.attempt_count,
        delay: settings.attempt_delay,
        "successCondition": settings.condition.value,
        playback: settings.success_playback,
        call: settings.max_call_duration,
        answer: settings.max_answer_delay,
        **_restrictions(settings),
        "userId": settings.user_id,
        **_beyond(settings),
    }


def _spelt(settings: NotificationSettings) -> list[str]:
    """Return the names of the four durations, each in the spelling of the request."""
    letters = settings.spelling * len(DURATIONS) if len(settings.spelling) == 1 else settings.spelling
    return [name + letter for name, letter in zip(DURATIONS, letters, strict=True)]


def _restrictions(settings: NotificationSettings) -> dict[str, Any]:
    """Return `timeRestrictions` as given; settings of an earlier version have the window alone."""
    if settings.restrictions is not None:
        return {"timeRestrictions": dict(settings.restrictions)}
    return {"timeRestrictions": window_view(settings.window)} if settings.window != Window() else {}


def window_view(window: Window) -> dict[str, int]:
    """Return `timeRestrictions`."""
    return {
        "fromMin": window.since.minute,
        "fromHour": window.since.hour,
        "tillMin": window.until.minute,
        "tillHour": window.until.hour,
    }


def task_view(task: Task) -> dict[str, Any]:
    """Return a task; `files` and `groups` are always lists (ruling cato 4)."""
    shown: dict[str, Any] = {
        "id": task.id,
        "name": task.name,
        "settings": task.settings,
        "files": list(task.files),
        "groups": list(task.groups),
        "userId": task.user_id,
    }
    return shown if task.priority == PRIORITY else {**shown, "priority": task.priority}


def started_view(execution_id: str | None) -> dict[str, str]:
    """Return the result of a start; without an execution the result is FAIL_NO_CHANNELS."""
    return {"taskExecId": execution_id or "", "result": SUCCESS if execution_id else NO_CHANNELS}


def _beyond(settings: NotificationSettings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if settings.confirm_codes != CODES:
        found["confirmCodes"] = list(settings.confirm_codes)
    if settings.attempts_by_disposition:
        found["attemptsByDisposition"] = dict(settings.attempts_by_disposition)
    if settings.email:
        mail = settings.email
        found["email"] = {"subject": mail.subject, "text": mail.text, "always": mail.always}
    return found
