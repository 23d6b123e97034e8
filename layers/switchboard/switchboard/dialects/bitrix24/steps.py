"""The decision about the next request to Bitrix24. Pure: see `dialects.rest_crm`.

Facts of a call: `call` is CALL_ID, and `shown` the extensions that see the card. `finishing` and `finished` mark the
end. `user:<extension>` is the portal's id of a user, or `-`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.dialects.bitrix24.answers import error_of, is_error, responsible_in, result_of, user_in
from switchboard.dialects.bitrix24.tables import (
    ATTACH,
    CALLBACK,
    FAILED,
    FINISH,
    HIDE,
    REGISTER,
    SEARCH,
    SHOW,
    USERS,
    WHOLE,
)
from switchboard.dialects.reading import text
from switchboard.dialects.rest_crm import Ask, Done, Refuse, Reply, SendFile, Situation, Step, Wait
from switchboard.dialects.vendor_requests import OK, VendorRequest
from switchboard.errors import Refused

BY_FORM = "callback:"  # begins the hub's id of a request from a callback form
NOT_FOUND, NO_USER, NOT_FINISHED = "call is not found", "user", "not finished yet"
NOBODY = "-"
FORMATS = frozenset({"wav", "mp3"})
RECORD_WAIT = 30.0  # seconds


def next_step(situation: Situation, reply: Reply | None) -> Step:
    """Return the next step. Never raises."""
    if reply is None:
        return BEGIN[situation.message](situation) if situation.message in BEGIN else Refuse("unknown_message")
    about, _, rest = reply.about.partition(":")
    return HEAR[about](situation, reply, rest)


def ask(method: str, fields: Mapping[str, Any], about: str, remember: Mapping[str, str] | None = None) -> Ask:
    """Return the request of a REST method; its sender adds the token."""
    return Ask(VendorRequest("POST", (f"/{method}",), json=dict(fields)), about, remember or {})


def _call(situation: Situation) -> str:
    """Return CALL_ID: of the call, or of the click that ordered the call."""
    by_click = "" if situation.asked.startswith(BY_FORM) else situation.asked
    return situation.memory.get("call") or by_click


def _extension(situation: Situation) -> str:
    return text(situation.body, "USER_PHONE_INNER") or ""


def _user(situation: Situation, extension: str) -> dict[str, str]:
    """Return the field that names the user: the operator's list, else the inner number, else the default user."""
    if extension in situation.users:
        return {"USER_ID": situation.users[extension]}
    if extension:
        return {"USER_PHONE_INNER": extension}
    default = situation.settings.get("default_user", "")
    return {"USER_ID": default} if default else {}


def _register(situation: Situation, user: Mapping[str, str], *, show: bool, about: str) -> Ask:
    body, settings = situation.body, situation.settings
    fields = {name: body[name] for name in WHOLE if name in body and name != "USER_PHONE_INNER"}
    fields["LINE_NUMBER"] = text(body, "LINE_NUMBER") or situation.line
    if situation.asked.startswith(BY_FORM):
        fields["TYPE"] = CALLBACK
    fields |= {"CRM_CREATE": settings.get("crm_create", "1"), "SHOW": int(show)}
    fields |= {"ADD_TO_CHAT": settings.get("add_to_chat", "1")}
    if source := settings.get("crm_source"):
        fields["CRM_SOURCE"] = source
    return ask(REGISTER, {name: value for name, value in {**fields, **user}.items() if value != ""}, about)


def _begin_call(situation: Situation) -> Step:
    """Register the call, once. Without a user the next message registers it."""
    if call := _call(situation):
        return Done({"call": call})
    extension = _extension(situation)
    user = _user(situation, extension)
    return _register(situation, user, show=bool(extension), about=f"register:{extension}") if user else Done()


def _begin_show(situation: Situation) -> Step:
    call, extension = _call(situation), _extension(situation)
    if not call:
        return _begin_call(situation)
    if extension in situation.memory.get("shown", "").split():
        return Done()
    return _card(situation, SHOW, call, extension)


def _begin_hide(situation: Situation) -> Step:
    call, extension = _call(situation), _extension(situation)
    if not call or extension not in situation.memory.get("shown", "").split():
        return Done()
    return _card(situation, HIDE, call, extension)


def _card(situation: Situation, method: str, call: str, extension: str) -> Step:
    """Show or hide the card. Both take ids of users alone, so an unknown user is looked up first."""
    user = situation.users.get(extension) or situation.memory.get(f"user:{extension}", "")
    if not user:
        return ask(USERS, {"FILTER": {"UF_PHONE_INNER": extension, "ACTIVE": True}}, f"user:{extension}")
    if user == NOBODY:
        return Done()
    return ask(method, {"CALL_ID": call, "USER_ID": user}, f"{'show' if method == SHOW else 'hide'}:{extension}")


def _begin_finish(situation: Situation) -> Step:
    if situation.memory.get("finished"):
        return Done()
    call, extension = _call(situation), _extension(situation)
    if call:
        return _finish(situation, call, _user(situation, extension))
    user = _user(situation, extension)
    if not user:
        return _search(situation)
    return _register(situation, user, show=False, about=f"register:{extension}")


def _finish(situation: Situation, call: str, user: Mapping[str, str]) -> Step:
    """Finish the call. After an unknown outcome, `Call is not found` means that the call is finished."""
    if not user:
        return _search(situation)
    again = "again" if situation.memory.get("finishing") else ""
    fields = {"CALL_ID": call, **user, "ADD_TO_CHAT": situation.settings.get("add_to_chat", "1")}
    fields |= {name: situation.body[name] for name in ("DURATION", "STATUS_CODE")}
    return ask(FINISH, fields, f"finish:{again}", {"finishing": "1"})


def _search(situation: Situation) -> Step:
    """Look for the user who is responsible for the client: nobody was rung."""
    return ask(SEARCH, {"PHONE_NUMBER": text(situation.body, "PHONE_NUMBER")}, "search")


def _begin_attach(situation: Situation) -> Step:
    call, recording = _call(situation), situation.recording
    if recording is None or recording.extension not in FORMATS:
        return Refuse("recording_format")
    if not call:
        return Wait("not_finished", RECORD_WAIT)
    return ask(ATTACH, {"CALL_ID": call, "FILENAME": _file(situation)}, "attach")


def _file(situation: Situation) -> str:
    return f"{situation.call_id}.{situation.recording.extension if situation.recording else ''}"


def _begin_failed(situation: Situation) -> Step:
    """Finish a click whose call was not started. A callback form has registered nothing."""
    call = text(situation.body, "CALL_ID") or ""
    if not call or call.startswith(BY_FORM):
        return Done()
    user = text(situation.body, "USER_ID") or situation.settings.get("default_user", "")
    fields = {"CALL_ID": call, **({"USER_ID": user} if user else {})}
    return ask(FINISH, {**fields, "DURATION": 0, "STATUS_CODE": situation.body["STATUS_CODE"]}, "failed")


def _hear_register(situation: Situation, reply: Reply, extension: str) -> Step:
    call = text(result_of(reply.answer), "CALL_ID") or ""
    if call and not error_of(reply.answer):
        shown = extension if situation.message != FINISH else ""
        remember = {"call": call, **({"shown": shown} if shown and shown != "default" else {})}
        if situation.message != FINISH:
            return Done(remember, call)
        user = _user(situation, "" if extension == "default" else extension)
        found = _finish(situation, call, user)
        return Ask(found.request, found.about, {**remember, **found.remember}) if isinstance(found, Ask) else found
    if not is_error(reply.answer, NO_USER):
        return _refused(reply)
    default = situation.settings.get("default_user", "")
    if default and extension != "default":
        return _register(situation, {"USER_ID": default}, show=False, about="register:default")
    return Refuse("no_user") if situation.message == FINISH else Done()


def _hear_user(situation: Situation, reply: Reply, extension: str) -> Step:
    if error_of(reply.answer):
        return _refused(reply)
    user = user_in(reply.answer, "ID") or NOBODY
    known = {f"user:{extension}": user}
    if user == NOBODY:
        return Done(known)
    method = SHOW if situation.message != HIDE else HIDE
    about = f"{'show' if method == SHOW else 'hide'}:{extension}"
    return ask(method, {"CALL_ID": _call(situation), "USER_ID": user}, about, known)


def _hear_show(situation: Situation, reply: Reply, extension: str) -> Step:
    if error_of(reply.answer):
        return _refused(reply)
    return Done({"shown": " ".join({*situation.memory.get("shown", "").split(), extension})})


def _hear_hide(situation: Situation, reply: Reply, extension: str) -> Step:
    if error_of(reply.answer):
        return _refused(reply)
    return Done({"shown": " ".join({*situation.memory.get("shown", "").split()} - {extension})})


def _hear_search(situation: Situation, reply: Reply, _: str) -> Step:
    try:
        found = responsible_in(reply.answer, text(situation.body, "PHONE_NUMBER") or "")
    except Refused:
        return _refused(reply)
    if not found:
        return Refuse("no_user")
    user, call = {"USER_ID": found[0].user}, _call(situation)
    if call:
        return _finish(situation, call, user)
    return _register(situation, user, show=False, about="register:default")


def _hear_finish(situation: Situation, reply: Reply, again: str) -> Step:
    if not error_of(reply.answer) or (again and is_error(reply.answer, NOT_FOUND)):
        return Done({"finished": "1"}, _call(situation))
    default = situation.settings.get("default_user", "")
    if again != "default" and default and is_error(reply.answer, NO_USER) and not is_error(reply.answer, NOT_FOUND):
        sent = reply_fields(situation, default)
        return ask(FINISH, sent, "finish:default")
    return _refused(reply)


def reply_fields(situation: Situation, user: str) -> dict[str, Any]:
    """Return the fields of `finish` for another user than the extension's."""
    told = {name: situation.body[name] for name in ("DURATION", "STATUS_CODE")}
    return {"CALL_ID": _call(situation), "USER_ID": user, **told}


def _hear_failed(_: Situation, reply: Reply, __: str) -> Step:
    return Done() if not error_of(reply.answer) or is_error(reply.answer, NOT_FOUND) else _refused(reply)


def _hear_attach(situation: Situation, reply: Reply, _: str) -> Step:
    if is_error(reply.answer, NOT_FINISHED) or is_error(reply.answer, NOT_FOUND):
        return Wait("not_finished", RECORD_WAIT)
    result = result_of(reply.answer)
    url = text(result, "uploadUrl")
    if error_of(reply.answer) or not url:
        return _refused(reply)
    return SendFile(url, text(result, "fieldName") or "file", _file(situation), "file")


def _hear_file(_: Situation, reply: Reply, __: str) -> Step:
    return Done({"recorded": "1"}) if reply.answer.status in OK and not error_of(reply.answer) else _refused(reply)


def _refused(reply: Reply) -> Refuse:
    code = error_of(reply.answer).split(" ")[0].lower() or "refused"
    return Refuse(code if code.replace("_", "").isalnum() else "refused")


BEGIN = {
    REGISTER: _begin_call,
    SHOW: _begin_show,
    HIDE: _begin_hide,
    FINISH: _begin_finish,
    ATTACH: _begin_attach,
    FAILED: _begin_failed,
}
HEAR = {
    "register": _hear_register,
    "user": _hear_user,
    "show": _hear_show,
    "hide": _hear_hide,
    "search": _hear_search,
    "finish": _hear_finish,
    "failed": _hear_failed,
    "attach": _hear_attach,
    "file": _hear_file,
}
