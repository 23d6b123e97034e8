"""The words of the printed summary, in English and Russian."""

from __future__ import annotations

WORDS = {
    "en": {
        "totals": "Totals", "what": "", "count": "Count", "total": "People", "notified": "Notified",
        "failed": "Not notified",
        "not_yet": "Not yet called to the end", "calls": "Calls", "calls_notified": "Calls that notified",
        "people": "People", "by_wave": "By wave", "wave": "Wave", "by_hour": "By hour", "hour": "Hour",
        "by_reach": "How far the message got",
        "by_result": "What calls came to", "by_reason": "Why people were not notified", "missed": "Not reached",
        "name": "Name", "numbers": "Numbers", "reason": "Reason", "more": "Further people, in the table of the report",
        "started": "Started", "finished": "Finished", "over": "The campaign is over.",
        "active": "The campaign is not over: the numbers will change.", "none": "not yet",
    },
    "ru": {
        "totals": "Итоги", "what": "", "count": "Количество", "total": "Абонентов", "notified": "Оповещено",
        "failed": "Не оповещено", "not_yet": "Обзвон не закончен", "calls": "Вызовов",
        "calls_notified": "Успешных вызовов",
        "people": "Абонентов", "by_wave": "По волнам", "wave": "Волна", "by_hour": "По часам", "hour": "Час",
        "by_reach": "До кого дошло сообщение",
        "by_result": "Чем закончились вызовы", "by_reason": "Почему не оповещены", "missed": "Не оповещены",
        "name": "Имя", "numbers": "Номера", "reason": "Причина", "more": "Ещё абонентов, они есть в таблице отчёта",
        "started": "Начало", "finished": "Окончание", "over": "Оповещение закончено.",
        "active": "Оповещение не закончено: числа изменятся.", "none": "ещё нет",
    },
}  # fmt: skip
REASONS = {
    "en": {
        "notified": "notified", "hung_up_early": "hung up before the message was heard", "no_code": "pressed no key",
        "wrong_code": "pressed a wrong key", "answered": "answered", "no_answer": "no answer", "busy": "busy",
        "cancelled": "cancelled", "rejected": "rejected", "invalid_number": "no such number",
        "unavailable": "not available", "congestion": "network congested", "forbidden": "forbidden",
        "no_funds": "no funds", "blocked": "blocked", "hangup": "hung up", "failed": "refused by the telephony",
        "lost": "no end was reported", "stopped": "campaign was stopped", "do_not_call": "on the do-not-call list",
        "daily_cap": "called often enough that day", "no_number": "no number", "machine": "answering machine",
        "nobody": "nobody picked up", "picked_up": "picked up", "heard": "heard the message",
        "confirmed": "confirmed by a key", "not_called": "not called",
        "not_permitted": "abroad or premium rate, and not permitted",
    },
    "ru": {
        "notified": "оповещён", "hung_up_early": "положил трубку, не дослушав", "no_code": "не нажал клавишу",
        "wrong_code": "нажал не ту клавишу", "answered": "ответил", "no_answer": "не ответил", "busy": "занято",
        "cancelled": "отменён", "rejected": "отклонён", "invalid_number": "нет такого номера",
        "unavailable": "недоступен", "congestion": "перегрузка сети", "forbidden": "запрещено",
        "no_funds": "нет средств", "blocked": "заблокирован", "hangup": "разъединение",
        "failed": "отказ телефонии", "lost": "конец вызова неизвестен", "stopped": "оповещение остановлено",
        "do_not_call": "в списке запрещённых", "daily_cap": "достаточно вызовов за день", "no_number": "нет номера",
        "nobody": "никто не ответил", "picked_up": "ответили", "heard": "прослушали",
        "confirmed": "подтвердили клавишей",
        "machine": "автоответчик", "not_called": "не вызывался",
        "not_permitted": "за границу или платный, не разрешено",
    },
}  # fmt: skip
