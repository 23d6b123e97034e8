"""Read lists of 100,000 people: seconds and peak memory for each format, each in a process of its own."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

from switchboard.campaigns.importing.model import HowToRead
from switchboard.campaigns.importing.read import read_list
from switchboard.kernel.subscriber_list import gather
from tests.support.list_workbooks import ods, xlsx

PEOPLE = 100_000
HEADINGS = ("ID", "ФИО", "Моб. телефон", "Город", "Долг")


def _rows(number: int) -> tuple[str, ...]:
    phone = f"+7 (916) {number // 10_000:03d}-{number // 100 % 100:02d}-{number % 100:02d}"
    return (str(number), f"Иванов Иван {number}", phone if number % 2 else f"8916{number:07d}", "Пермь", "1500.00")


def _text(encoding: str) -> bytes:
    return "\r\n".join(";".join(row) for row in (HEADINGS, *map(_rows, range(PEOPLE)))).encode(encoding)


FILES: dict[str, Callable[[], bytes]] = {
    "csv utf-8": lambda: _text("utf-8"),
    "csv windows-1251": lambda: _text("cp1251"),
    "csv utf-16": lambda: _text("utf-16"),
    "xlsx": lambda: xlsx([HEADINGS, *map(_rows, range(PEOPLE))]),
    "ods": lambda: ods([HEADINGS, *map(_rows, range(PEOPLE))]),
}


def main() -> int:
    """Print a line for each format; with a name, read that format from the standard input."""
    if len(sys.argv) > 1:
        return _read(sys.argv[1])
    for name, make in FILES.items():
        subprocess.run([sys.executable, "-m", "bench.lists", name], input=make(), check=True)  # noqa: S603 - our own
    return 0


def _read(name: str) -> int:
    data = sys.stdin.buffer.read()
    begun = time.process_time()
    found = gather(read_list(data, HowToRead("RU")).rows(), "RU")
    seconds, peak = time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:<18} {len(data) / 1e6:5.1f} MB  {len(found.subscribers):>7,} people  {seconds:5.2f} s  {peak} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
