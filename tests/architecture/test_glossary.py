"""The glossary explains each term once, and names the module where the term is at home."""

import re

from local.bundle import ROOT
from tests.architecture.prose import LONGEST, words_of
from tests.architecture.source import PACKAGE

ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| `(?P<home>[^|`]+)` \|$", re.MULTILINE)
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
TERMS = [match.groupdict() for match in ROW.finditer(GLOSSARY)]


def test_every_row_of_the_glossary_is_read() -> None:
    """A row that this test cannot read would be checked by nobody."""
    assert len(re.findall(r"^\| (?!term|---)", GLOSSARY, re.MULTILINE)) == len(TERMS) > 0


def test_a_term_is_explained_once() -> None:
    """Two meanings of one word are two terms, told apart in brackets."""
    terms = [row["term"] for row in TERMS]
    assert sorted(set(terms)) == sorted(terms)


def test_every_home_is_a_module() -> None:
    """A module that moves is moved in the glossary."""
    assert [row["home"] for row in TERMS if not (PACKAGE / row["home"]).is_file()] == []


def test_a_meaning_is_plain() -> None:
    """Each sentence has at most 25 words."""
    sentences = [sentence for row in TERMS for sentence in re.split(r"(?<=[.!?]) ", row["meaning"])]
    assert [sentence for sentence in sentences if len(words_of(sentence)) > LONGEST] == []
