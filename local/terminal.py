import os
import sys

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


def styled(text: str, style: str) -> str:
    """Return the text in a style where a person looks at it, as it is where a file or a pipe takes it."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def say(text: str = "") -> None:
    print(text, flush=True)


def step(text: str) -> None:
    say(f"{styled('·', 'cyan')} {text}")


def heading(text: str) -> None:
    say(f"\n{styled(text, 'bold')}")


def row(arrow: str, style: str, *cells: tuple[str, int]) -> None:
    """Print one line of cells, each padded to its width."""
    say(f"  {styled(arrow, style)} {'  '.join(text.ljust(width) for text, width in cells).rstrip()}")


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
