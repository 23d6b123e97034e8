"""IS.VPBX's words and the hub's words for them (is-vpbx-openapi, 'Описание реализованных событий')."""

from __future__ import annotations

import re

from switchboard.kernel.call import Direction, Disposition, Kind
from switchboard.subscriptions.vocabulary import Vocabulary

ZONE = "Asia/Yekaterinburg"

CALL_EVENT, VM_EVENT, CUSTOM_EVENT = "call_event", "vm_event", "custom_event"
# Types without documented events: their events are sent on under the vendor's names.
FREE_TYPES = {"callback_event": Kind.CALLBACK, "custom_event": Kind.CUSTOM}

KINDS: dict[str, Kind] = {
    "start.call": Kind.CALL_STARTED,
    "start.talk": Kind.CALL_ANSWERED,
    "end.call": Kind.CALL_ENDED,
    "local.in.call": Kind.LEG_STARTED,
    "local.out.call": Kind.LEG_STARTED,
    "vm.record.start": Kind.VOICEMAIL_STARTED,
    "vm.record.end": Kind.VOICEMAIL_ENDED,
    "vm.record.new": Kind.VOICEMAIL_LEFT,
}

# The event name for each kind, for events of other dialects. The name for a leg depends on its direction.
NAMES: dict[Kind, str] = {
    Kind.CALL_STARTED: "start.call",
    Kind.CALL_ANSWERED: "start.talk",
    Kind.CALL_ENDED: "end.call",
    Kind.CALL_MISSED: "end.call",
    Kind.LEG_STARTED: "local.in.call",
    Kind.CALL_REDIRECTED: "local.in.call",
    Kind.VOICEMAIL_STARTED: "vm.record.start",
    Kind.VOICEMAIL_ENDED: "vm.record.end",
    Kind.VOICEMAIL_LEFT: "vm.record.new",
}

DIRECTIONS: dict[int, Direction] = {1: Direction.INCOMING, 2: Direction.OUTGOING, 3: Direction.CALLBACK}
DIRECTION_CODES = {direction: code for code, direction in DIRECTIONS.items()}

# DIALSTATUS of Asterisk, as the document lists the values.
DISPOSITIONS: dict[str, Disposition] = {
    "ANSWER": Disposition.ANSWERED,
    "NOANSWER": Disposition.NO_ANSWER,
    "BUSY": Disposition.BUSY,
    "CANCEL": Disposition.CANCELLED,
    "CONGESTION": Disposition.CONGESTION,
    "CHANUNAVAIL": Disposition.UNAVAILABLE,
    "INVALIDARGS": Disposition.INVALID_NUMBER,
    "HANGUP": Disposition.HANGUP,
}
# As Asterisk: a declined call is BUSY, every refusal of the network CONGESTION.
DISPOSITION_CODES: dict[Disposition, str] = {
    **{disposition: code for code, disposition in DISPOSITIONS.items()},
    Disposition.REJECTED: "BUSY",
    Disposition.FORBIDDEN: "CONGESTION",
    Disposition.NO_FUNDS: "CONGESTION",
    Disposition.BLOCKED: "CONGESTION",
    Disposition.FAILED: "CONGESTION",
}

# The parameters of each event, optional ones included.
PARAMS: dict[str, tuple[str, ...]] = {
    "start.call": ("call_id", "event_date", "src_phone", "dst_phone", "direction", "real_local_number"),
    "start.talk": ("call_id", "event_date", "src_phone", "dst_phone", "real_local_number"),
    "end.call": (
        "call_id",
        "event_date",
        "disposition",
        "duration",
        "billsec",
        "wait_time",
        "src_phone",
        "dst_phone",
        "record",
    ),
    "local.in.call": ("call_id", "event_date", "src_phone", "dst_phone", "real_local_number"),
    "local.out.call": ("call_id", "event_date", "src_phone", "dst_phone", "real_local_number"),
    "vm.record.start": ("call_id", "event_date", "src_phone", "dst_phone", "direction", "vm_type", "vm_record_url"),
    "vm.record.end": ("call_id", "event_date", "src_phone", "dst_phone", "direction", "vm_type"),
    "vm.record.new": ("call_id", "event_date", "src_phone", "dst_phone", "direction", "vm_type", "vm_record_url"),
}

# The descriptions in the subscription API, to the letter, misspellings included ('Подписка на событие').
DESCRIPTIONS: dict[str, str] = {
    "start.call": "Информирует о поступлении вызова на АТС",
    "start.talk": "Информирует о начале разгвора с оператором",
    "end.call": "Информирует о завершении вызова на АТС",
    "local.in.call": (
        "Информирует о внутреннем номере вызваемого. В результате в статистике будет номер взявшего трубку "
        "или последнего не ответившего на входящий вызов"
    ),
    "local.out.call": "Информирует о внутреннем номере при исходящем вызове",
    "vm.record.start": "Информирует о начале записи голосового сообщения",
    "vm.record.end": "Информирует об окончании записи голосового сообщения",
    "vm.record.new": "Информирует о существовании нового голосвого сообщения.",
    "callback_event": "Группа событий информирующая об обзовнах в рамках ВАТС",
    "custom_event": "Группа специализированных для отдельной ВАТС событий.",
}

# Events of the two free types have no documented names; any name of their families can be subscribed to.
VOCABULARY = Vocabulary(
    names=frozenset(DESCRIPTIONS),
    fields=frozenset({"type", "event_name", "params"}),
    free=re.compile(r"(callback|custom)[._][A-Za-z0-9._-]{1,64}"),
    result=("params", "disposition"),
)
