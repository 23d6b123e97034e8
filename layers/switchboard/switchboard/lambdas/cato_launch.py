"""The form of `POST /api/v1/campaigns`: fields and files become the order of a campaign."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from switchboard.bootstrap.accounts import permits, region_of
from switchboard.bootstrap.adapters import campaign_settings
from switchboard.campaigns.audio.add import AudioRequest
from switchboard.campaigns.audio.contracts import read_pcm
from switchboard.campaigns.audio.manage import check_name
from switchboard.campaigns.groups import GroupRequest, source_of
from switchboard.campaigns.importing.model import HowToRead
from switchboard.campaigns.importing.read import read_list
from switchboard.campaigns.launch import CampaignOrder, Launched, preset_of
from switchboard.dialects.cato.contracts import read_settings
from switchboard.dialects.cato.render import settings_view, started_view
from switchboard.errors import Invalid
from switchboard.kernel.campaign import NotificationSettings
from switchboard.kernel.json_objects import object_in
from switchboard.kernel.numbers.listed import listed_numbers
from switchboard.lambdas.bodies import bytes_of
from switchboard.lambdas.cato import token_of
from switchboard.lambdas.http import header
from switchboard.lambdas.multipart import FormPart, read_form
from switchboard.lambdas.queries import flag

LARGEST = 4 * 1024 * 1024  # bytes; Lambda accepts events of 6 MB, in base64
TOO_LARGE = (
    f"The form may have {LARGEST} bytes. Upload a larger list or audio file first, by POST "
    "/api/v1/subscriber-groups/uploads or /api/v1/audio-files/uploads, and send its id as group or file."
)
SAYS_NOTHING = frozenset({"", "application/octet-stream", "text/plain"})
LONGEST_KEY, LONGEST_USER = 255, 255
MOST_REHEARSED = 50
PRIORITY, DIGIT = "9", frozenset("0123456789")
FIELDS = frozenset({
    "list", "group", "audio", "file", "settings", "preset", "name", "key", "rehearsal", "priority", "userId",
    "encoding", "columns", "skipInvalid",
})  # fmt: skip

Form = Mapping[str, Sequence[FormPart]]


def order_in(app: APIGatewayRestResolver) -> CampaignOrder:
    """Return the order. Raises UnsupportedMedia, TooLarge, NotFound, and Invalid with the wrong field."""
    event = app.current_event.raw_event
    form = read_form(header(event, "Content-Type"), bytes_of(event, LARGEST, TOO_LARGE))
    unknown = form.keys() - FIELDS
    if unknown:
        raise Invalid(f"A campaign has no such field; it has {', '.join(sorted(FIELDS))}.", min(unknown)[:100])
    token = token_of(app)
    user = _text(form, "userId")[:LONGEST_USER] or token.name
    name = check_name(_text(form, "name") or "campaign")
    rehearsal = _rehearsal(token.account, form)
    return CampaignOrder(
        account=token.account,
        user_id=user,
        key=_key(header(event, "Idempotency-Key") or _text(form, "key")),
        name=f"{name} (rehearsal)" if rehearsal else name,
        settings=_settings(token.account, form),
        group=_group(token.account, user, name, form),
        groups=_ids(form, "group", "list"),
        audio=[_audio(token.account, user, part) for part in form.get("audio", ())],
        files=_ids(form, "file", "audio"),
        priority=_priority(_text(form, "priority")),
        rehearsal=rehearsal,
    )


def launched_view(launched: Launched, execution: str | None, *, rehearsal: bool) -> dict[str, Any]:
    """Return the result of a start, the task, the counts of the list, and whether anything is new.

    `execution` is None if the account, or the system that calls for the account, has no channels.
    """
    shown = {**started_view(execution), "taskId": launched.task, "repeated": launched.repeated}
    gathered = launched.gathered
    counts = (
        {"subscriberCount": len(gathered.subscribers), "duplicates": gathered.duplicates, "skipped": gathered.skipped}
        if gathered
        else {}
    )
    return {**shown, "rehearsal": rehearsal, **counts}


def _text(form: Form, name: str) -> str:
    """Return a field of text, empty if absent. Raises Invalid for several, or for bytes that are no UTF-8."""
    parts = form.get(name, ())
    if len(parts) > 1:
        raise Invalid("The form has this field more than once.", name)
    try:
        return parts[0].data.decode("utf-8-sig").strip() if parts else ""
    except UnicodeDecodeError:
        raise Invalid("It must be text in UTF-8.", name) from None


def _key(key: str) -> str:
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(
            "Send a header Idempotency-Key, or a field key, of 1 to 255 characters: a request that comes again with the"
            " same key calls nobody again.",
            "Idempotency-Key",
        )
    return key


def _settings(account: str, form: Form) -> NotificationSettings:
    """Return the settings: those of the preset, changed by the JSON object in `settings`.

    Settings without a name have the campaign's. Raises Invalid with the field as `settings.<name>`.
    """
    name, text = _text(form, "preset"), _text(form, "settings")
    if not name and not text:
        raise Invalid("Send settings as a JSON object, or the name of stored settings as preset.", "settings")
    fields: dict[str, Any] = settings_view(preset_of(account, name, campaign_settings())) if name else {}
    if text:
        fields = {**fields, **_object(text)}
    try:
        found = read_settings(account, "", {"name": _text(form, "name"), **fields})
    except Invalid as error:
        raise Invalid(error.message, f"settings.{error.field}" if error.field else "settings") from None
    if found.email:
        permits().check_email(account)
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        return object_in(text.encode())
    except Invalid:
        raise Invalid("It must be a JSON object.", "settings") from None


def _group(account: str, user: str, name: str, form: Form) -> GroupRequest | None:
    """Return the list of the form. The kind comes from the part's media type, else from the file's name."""
    parts = form.get("list", ())
    if not parts:
        return None
    if len(parts) > 1:
        raise Invalid("Send one list.", "list")
    (part,) = parts
    skip = flag({"skipInvalid": _text(form, "skipInvalid")}, "skipInvalid")
    how = HowToRead(region_of(account), _kind(part), _text(form, "encoding") or part.encoding, _text(form, "columns"))
    source = source_of(part.data, how.kind, how.encoding, skip, how.columns)
    rows = read_list(part.data, how).rows()
    return GroupRequest(account, user, name, source, rows, how.region, skip, len(part.data))


def _kind(part: FormPart) -> str:
    """Return the media type of a list; a type that says nothing leaves the content to decide."""
    return "" if part.kind in SAYS_NOTHING else part.kind


def _audio(account: str, user: str, part: FormPart) -> AudioRequest:
    return AudioRequest(account, user, check_name(part.filename or "message"), part.data, read_pcm({}))


def _ids(form: Form, name: str, instead_of: str) -> list[str]:
    """Return ids in fields of this name. Raises Invalid if neither ids nor files are there."""
    found = list(_each(form, name))
    if not found and not form.get(instead_of):
        raise Invalid(f"Send a file as {instead_of}, or the id of a stored one as {name}.", instead_of)
    return found


def _each(form: Form, name: str) -> Iterator[str]:
    for part in form.get(name, ()):
        yield _text({name: [part]}, name)


def _rehearsal(account: str, form: Form) -> list[str]:
    """Return the only numbers to call; none for a form without the field.

    An empty field is Invalid: the caller means a rehearsal, and without numbers everybody would be called.
    """
    if "rehearsal" not in form:
        return []
    region, pieces = region_of(account), re.split(r"[,;\r\n]", _text(form, "rehearsal"))
    try:
        found = [number for piece in pieces for number in listed_numbers(piece, region)]
    except ValueError as error:
        raise Invalid(str(error), "rehearsal") from None
    if not 1 <= len(found) <= MOST_REHEARSED:
        raise Invalid(f"It must be 1 to {MOST_REHEARSED} numbers, separated by commas.", "rehearsal")
    return list(dict.fromkeys(found))


def _priority(text: str) -> int:
    if (text or PRIORITY) not in DIGIT:
        raise Invalid("It must be a digit from 0 to 9.", "priority")
    return int(text or PRIORITY)
