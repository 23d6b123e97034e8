# ruff: noqa: E501 - a line is a file
"""Lists in the manner of many programs, each with what must come out of it; all people and numbers are invented.

`READ` has the people as `name: numbers`, and how many rows were duplicates and skipped. `REFUSED` has a word of the
reason. Each entry is one file.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.support.list_workbooks import ods, packed, sheet_xml, xlsx

LI, OR = "Ли Анна: 89161234567", "Ор Борис: 89161234568"
BOTH = f"{LI}; {OR}"
ROWS = "Ли Анна;89161234567\nОр Борис;89161234568\n"
RU = f"ФИО;Телефон\n{ROWS}"


class Case(NamedTuple):
    """A file: its bytes, the people in it, duplicates, skipped rows, and what the caller says."""

    data: bytes
    people: str = BOTH
    duplicates: int = 0
    skipped: int = 0
    said: dict[str, str] = {}  # noqa: RUF012 - nobody changes it


def of(text: str, people: str = BOTH, encoding: str = "utf-8", **more: Any) -> Case:
    return Case(text.encode(encoding), people, **more)


def headed(heading: str, delimiter: str = ";") -> Case:
    """A file with this heading over the numbers, between a column of ids and one of debts."""
    lines = [("ID", "ФИО", heading, "Долг"), ("1523", "Ли Анна", "89161234567", "1500.00")]
    lines.append(("152345678", "Ор Борис", "89161234568", "01.02.1980"))
    return of("".join(delimiter.join(line) + "\r\n" for line in lines))


HEADINGS = (
    *(
        "Телефон",
        "ТЕЛЕФОН",
        "Тел.",
        "Моб. телефон",
        "Мобильный",
        "Моб.тел.",
        "Сот. тел.",
        "Номер телефона",
        "№ телефона",
    ),
    *("Рабочий телефон", "Мобильный телефон (контакт)", "Контактный телефон", "Телефон клиента", "Телефон 1", "Phone"),
    *("Mobile Phone", "Phone 1 - Value", "Primary Phone", "phone_number", "cellPhone", "MSISDN", "Телефон для связи"),
)
GOOGLE = "Name,Given Name,Family Name,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Value\n"
OUTLOOK = (
    '"First Name","Middle Name","Last Name","Company","Business Fax","Home Phone","Mobile Phone","E-mail Address"\n'
)
BITRIX = '"ID";"Имя";"Фамилия";"Рабочий телефон";"Мобильный телефон";"Номер факса";"Ответственный"\n'
AMO = '"Полное имя контакта";"Компания";"Рабочий телефон";"Факс";"Рабочий email";"Бюджет"\n'
ONE_C = "Список контрагентов на 01.02.2026\n\n№;Контрагент;ИНН;Тел.;Сальдо\n"
REPORT = "fullName;phones;notified;reason;number;wave;digits\n"
VCARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ли;Анна;;;\r\nFN:Ли Анна\r\n"
PEOPLE: list[list[Any]] = [
    ["ФИО", "Телефон", "Долг"],
    ["Ли Анна", 89161234567, 1500.5],
    ["Ор Борис", "89161234568", None],
]
DOS = "ФИО|ТЕЛЕФОН|СУММА\r\nЛИ АННА|89161234567|1500.00\r\n\x1a"

READ: dict[str, Case] = {
    **{f"heading {heading}": headed(heading) for heading in HEADINGS},
    "excel ru": Case(RU.replace("\n", "\r\n").encode("cp1251")),
    "excel ru utf-8": Case(b"\xef\xbb\xbf" + RU.replace("\n", "\r\n").encode()),
    "excel unicode text": Case(RU.replace(";", "\t").encode("utf-16")),
    "excel unicode without a mark": Case(RU.replace(";", "\t").encode("utf-16-be")),
    "excel en": of(f"Name,Phone\n{ROWS.replace(';', ',')}"),
    "excel mac": Case(RU.replace("\n", "\r").encode("mac-cyrillic")),
    "excel sep": of(f"sep=|\r\n{RU.replace(';', '|')}"),
    "unix koi8-r": Case(RU.encode("koi8-r")),
    "iso 8859-5": Case(RU.encode("iso8859-5")),
    "dos capitals": of(DOS, "ЛИ АННА: 89161234567", "cp866"),
    "mainframe ebcdic": of("NAME,PHONE\nLI ANNA,89161234567\n", "LI ANNA: 89161234567", "cp500"),
    "mainframe pipes": of("LI ANNA|89161234567|19800201\n", "LI ANNA: 89161234567"),
    "quotes around all": of('"ФИО";"Телефон"\n"Ли Анна";"89161234567"\n"Ор Борис";"89161234568"\n'),
    "apostrophes around all": of("'ФИО','Телефон'\n'Ли Анна','89161234567'\n'Ор Борис','89161234568'\n"),
    "comma in a quoted heading": of(f'"Фамилия, имя, отчество";Телефон\n{ROWS}'),
    "comma in names": of(
        "ФИО;Телефон\nЛи, Анна;89161234567\nОр, Борис;89161234568\n", "Ли, Анна: 89161234567; Ор, Борис: 89161234568"
    ),
    "line break in a name": of('ФИО;Телефон\n"Ли\nАнна";89161234567\nОр Борис;89161234568\n'),
    "doubled quotes": of('ФИО;Телефон\n"ООО ""Ли""";89161234567\n', 'ООО "Ли": 89161234567'),
    "no line end": of(RU.rstrip("\n")),
    "empty lines and columns": of(";;\n\nФИО;;Телефон\n;;\nЛи Анна;;89161234567\n\nОр Борис;;89161234568\n"),
    "1c": of(f"{ONE_C}1;Ли Анна;770708389312;8 (916) 123-45-67;0,00\n2;Ор Борис;7707083893;8-916-123-45-68;1500,00\n"),
    "1c pages": of(f"{RU}ФИО;Телефон\nЯн;89161234569\n", f"{BOTH}; Ян: 89161234569"),
    "1c total": of(f"{RU}Итого: 2;\n", skipped=1),
    "bitrix24": of(
        f'{BITRIX}"15";"Анна";"Ли";"8 (343) 210-69-51 доб. 102";"+7 916 123-45-67";"83432106999";"Ор"\n',
        "Анна Ли: 83432106951x102 +79161234567",
    ),
    "amocrm": of(f'{AMO}"Ли Анна";"ООО Ли";"\'89161234567";"83432106999";"a@li.example";"1500"\n', LI),
    "google": of(
        f"{GOOGLE}Ли Анна,Анна,Ли,a@li.example,Mobile,89161234567 ::: 89161234568,\n",
        "Ли Анна: 89161234567 89161234568",
    ),
    "google again": of(
        f"{GOOGLE}Ли Анна,Анна,Ли,a@li.example,Mobile,+7 916 123-45-67,8 916 123-45-68\n",
        "Ли Анна: +79161234567 89161234568",
    ),
    "outlook": of(f'{OUTLOOK}"Анна","","Ли","Ли","83432106999","","+7 (916) 123-45-67",""\n', "Анна Ли: +79161234567"),
    "own report": of(
        f"\ufeff{REPORT}Ли Анна;89161234567 | 102;true;;89161234567;1;\nЛи Анна;89161234567 | 102;true;;102;1;\n",
        "Ли Анна: 89161234567 102",
        duplicates=1,
    ),
    "own report of old": of(
        f"{REPORT}Ли Анна;89161234567 89161234568;true;;89161234567;1;\n", "Ли Анна: 89161234567 89161234568"
    ),
    "text cells": of('ФИО;Телефон\nЛи Анна;="89161234567"\nОр Борис;\'89161234568\n'),
    "pandas": of("name,phone\nЛи Анна,89161234567.0\nОр Борис,89161234568.0\n"),
    "invisible marks": of(
        "ФИО;Телефон\nЛи Анна;\u202a8\u200b916\u00ad123\u00a04567\u202c\nОр Борис;\uff18\uff19\uff11\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff18\n"
    ),
    "several in a cell": of(
        'ФИО;Телефоны\nЛи Анна;"210-69-51/52"\nОр;"89161234567\n89161234568"\n',
        "Ли Анна: 2106951 2106952; Ор: 89161234567 89161234568",
    ),
    "several columns": of("ФИО;Телефон 1;Телефон 2\nЛи Анна;89161234567;нет\nОр Борис;-;89161234568\n"),
    "extension column": of("ФИО;Телефон;Доб.\nЛи Анна;83432106951;102\n", "Ли Анна: 83432106951x102"),
    "duplicates": of(f"{RU}Ли А.;+7 916 123-45-67\nЛи;9161234567\n", duplicates=2),
    "wrong rows": of(f"{RU}Ян;01.02.1980\nЮн;1500.00\nЭн;8916l234567\nАн;\n", skipped=4),
    "more cells than headings": of(f"{RU}Ян;89161234569;89161234560\n", skipped=1),
    "without headings": of("Ли Анна;89161234567;01.02.1980\nОр Борис;89161234568;02.03.1981\n"),
    "numbers alone": of("89161234567\n+7 916 123-45-68\n", ": 89161234567; : +79161234568"),
    "columns said": of("1523;Ли Анна;776429\n", "Ли Анна: 776429", said={"columns": "-,name,phone"}),
    "columns said over headings": of("Кто;Куда\nЛи Анна;89161234567\n", LI, said={"columns": "name,phone"}),
    "xlsx": Case(xlsx(PEOPLE)),
    "xlsx second sheet": Case(xlsx([["ничего"]], PEOPLE, names=("Титул", "Люди")), said={"sheet": "Люди"}),
    "xlsx hidden sheet": Case(xlsx([["Телефон"], ["89990000000"]], PEOPLE, hidden=(0,))),
    "xlsx titles": Case(xlsx([["Должники"], [], *PEOPLE])),
    "xlsx dates": Case(xlsx([["ФИО", "Телефон"], ["Ли Анна", -1144], ["Ор Борис", 89161234568]]), OR, skipped=1),
    "ods": Case(ods(PEOPLE)),
    "vcard": of(f"{VCARD}TEL;TYPE=CELL:8 916 123-45-67\r\nTEL;TYPE=FAX:83432106999\r\nEND:VCARD\r\n", LI),
    "vcard 2.1": of(
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9B=D0=B8\nTEL;CELL:89161234567\nEND:VCARD\n",
        "Ли: 89161234567",
    ),
    "vcard 4.0": of(
        "BEGIN:VCARD\nVERSION:4.0\nFN:Ли\\, Анна\nitem1.TEL;VALUE=uri:tel:+7-916-123-45-67;ext=102\nEND:VCARD\n",
        "Ли, Анна: +79161234567x102",
    ),
    "json": of('[{"fullName": "Ли Анна", "phones": ["89161234567", "+7 916 123-45-67"], "emails": ""}]', LI),
    "json with other keys": of('[{"ФИО": "Ли Анна", "Телефон": 89161234567, "Долг": 1500.5}]', LI),
}

REFUSED: dict[str, tuple[Case, str]] = {
    "an open quote": (of('ФИО;Телефон\nЛи;"89161234500\nОр;89161234501\n'), "line 2"),
    "an open quote that closes later": (
        of('ФИО;Телефон\nЛи;"89161234500\nОр;89161234501\nЯн;"89161234502"\n'),
        "line 2",
    ),
    "an open quote in a thousand rows": (of(f'ФИО;Телефон\nЛи;8916\n"Ор;89161234501\n{ROWS * 500}'), "line 3"),
    "unknown headings": (of("Кто;Куда\nЛи;89161234567\n"), "Кто, Куда"),
    "somebody else's telephone": (of("ФИО;Телефон ответственного\nЛи;89161234567\n"), "columns"),
    "only e-mail is understood": (of("ФИО;Связь;Email\nЛи;89161234567;a@li.example\n"), "columns"),
    "numbers of rows": (of("Номер;ФИО\n1;Ли\n2;Ор\n"), "columns"),
    "two columns of numbers": (of("Ли;89161234567;83432106951\n"), "columns"),
    "short numbers": (of("Ли;776429\n"), "columns"),
    "headings below numbers": (of(f"Ян;89161234569\n{RU}"), "above"),
    "another encoding than said": (Case(RU.encode("cp1251"), said={"encoding": "utf-8"}), "encoding"),
    "a web page": (of("<html><table><tr><td>89161234567</td></tr></table></html>"), "HTML"),
    "a document": (Case(b"%PDF-1.7 89161234567"), "PDF"),
    "an archive": (Case(packed({"list.csv": RU})), "workbook"),
    "half a workbook": (Case(xlsx(PEOPLE)[:700]), "workbook"),
    "an unknown sheet": (Case(xlsx(PEOPLE), said={"sheet": "Люди"}), "Лист1"),
    "a corner far away": (
        Case(packed({"xl/worksheets/sheet1.xml": sheet_xml(PEOPLE).replace('r="A3"', 'r="XFD1048576"')})),
        "rows or columns",
    ),
    "a bomb": (Case(packed({"xl/worksheets/sheet1.xml": " " * 260_000_000})), "250 MB"),
    "a contact without an end": (of(f"{VCARD}TEL:89161234567\r\n"), "line 1"),
    "nothing": (Case(b"", said={"kind": "text/csv"}), "nobody"),
}
