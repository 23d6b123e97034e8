"""Headings of columns in Russian and English, as 1C, CRMs, spreadsheets, mail programs and telephones write them.

A heading is understood if every word of it is known. A heading with one unknown word may mean somebody else's number,
so it means nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from switchboard.campaigns.importing.model import Reading, TableKind

_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The nouns of a telephone. `number` alone may be any number, so it is weak.
_PHONES = _words(
    "телефон телефоны телефона телефонов телеф тел тлф моб мобил мобильный мобильные мобильник сотовый сотовые сот"
    " phone phones telephone telephones tel mobile mobiles cell cellphone cellular msisdn handy whatsapp viber"
    " phonenumber phonenumbers mobilephone homephone workphone businessphone"
)
_WEAK = _words("номер номера number numbers no num")
_PHONE_QUALIFIERS = _words(
    "номер номера number numbers no num рабочий рабочие раб домашний дом личный контактный контактные контакт контакта"
    " основной осн главный дополнительный доп другой прямой городской гор стационарный служебный мобильный моб сотовый"
    " сот абонента абонентский клиента физлица лица контрагента покупателя сотрудника работника гражданина жильца"
    " получателя подписчика заказчика респондента для связи рассылки рассылок оповещения обзвона смс sms звонка звонков"
    " и или в формате в международном федеральный прописью primary main home work business office other"
    " direct personal private contact customer client subscriber person employee user default preferred value значение"
    " the of for call to dial иной резервный запасной первый второй третий first second third"
    " company организации компании phone телефон тел телефона"
)
_NAMES = _words(
    "имя фио фамилия отчество абонент наименование контрагент клиент сотрудник контакт покупатель подписчик получатель"
    " name fullname firstname lastname middlename surname patronymic forename subscriber customer client contact"
    " employee displayname person"
)
_NAME_QUALIFIERS = _words(
    "полное полностью имя фамилия отчество фио и клиента контакта абонента сотрудника физлица физическое лицо"
    " контрагента покупателя full first last middle given family additional display the of name names customer contact"
    " client subscriber person employee наименование контакт краткое суффикс рабочее в программе как"
)
_NOT_NAMES = _words("файла file user username login компании company организации phonetic yomi prefix suffix nickname")
_EMAILS = _words("email emails mail mails почта почты майл имейл мейл емейл")
_EMAIL_QUALIFIERS = _words(
    "e mail эл электронная электронной почта почты адрес адреса address addresses рабочий личный рабочая личная другой"
    " другая раб дом домашний домашняя основной основная email work home personal business other primary main value"
    " значение контакта клиента customer contact client"
)
_EXTENSIONS = _words("добавочный доб внутренний вн extension ext")
_EXTENSION_QUALIFIERS = _words("номер number телефон тел phone no")
_REASONS = _words("reason reasons причина причины основание comment комментарий примечание")
_UNTILS = _words("until till до expires")
_UNTIL_QUALIFIERS = _words("действует срок запрета date дата valid")
_PARTS = _words("имя фамилия отчество first last middle given family additional firstname lastname middlename surname")
_PARTS |= _words("patronymic forename")


_RULES = (
    (Reading.EMAIL, _EMAILS, _EMAILS | _EMAIL_QUALIFIERS),
    (Reading.EXTENSION, _EXTENSIONS, _EXTENSIONS | _EXTENSION_QUALIFIERS),
    (Reading.PHONE, _PHONES, _PHONES | _PHONE_QUALIFIERS),
    (Reading.NAME, _NAMES, (_NAMES | _NAME_QUALIFIERS) - _NOT_NAMES),
)
_ENTRY_RULES = (
    (Reading.REASON, _REASONS, _REASONS),
    (Reading.UNTIL, _UNTILS, _UNTILS | _UNTIL_QUALIFIERS),
)


@lru_cache(maxsize=2048)
def reading_of(heading: str, table: TableKind = TableKind.SUBSCRIBERS) -> Reading | None:
    """Return what a heading says of its column; None for a heading that is not understood."""
    words = _all_words(heading)
    rules = (*_ENTRY_RULES, *_RULES) if table is TableKind.DO_NOT_CALL else _RULES
    return next((reading for reading, nouns, known in rules if words & nouns and words <= known), None)


def is_part_of_name(heading: str) -> bool:
    """Whether a heading of a name means a part of the name, as `Фамилия` and `Given Name` do."""
    return len(_all_words(heading) & _PARTS) == 1 and not _all_words(heading) & _words("полное фио full fullname")


def may_mean_numbers(heading: str) -> bool:
    """Whether a heading is `Number` or `Номер`, which names telephones only if the content leaves no doubt."""
    words = _all_words(heading)
    return bool(words) and words <= _WEAK


def _all_words(heading: str) -> frozenset[str]:
    """Return the words of a heading in lower case: `E-mail 2 - Value` has e, mail and value."""
    apart = _CAMEL.sub(" ", heading.replace("№", " номер "))
    text = apart.casefold().replace("ё", "е").replace("e-mail", "email").replace("эл.", "эл ").replace("ф.и.о", "фио")
    text = re.sub(r"\bф\.?\s*и\.?\s*о\b", "фио", text).replace("моб.тел", "моб тел")
    return frozenset(_WORD.findall(text))
