import re
from collections.abc import Callable
from typing import Any

import pytest

from local.bundle import ROOT, functions, load_template

Resources = dict[str, dict[str, Any]]
OfType = Callable[[str], Resources]

FOLDERS = sorted(path.parent.relative_to(ROOT / "functions").as_posix() for path in ROOT.glob("functions/**/app.py"))
FUNCTIONS = {function.logical_id: function for function in functions(load_template())}
SETTINGS = ROOT / "layers/switchboard/switchboard/settings.py"


def logical_id(folder: str) -> str:
    return "".join(word.capitalize() for word in re.split("[/_]", folder)) + "Function"


def test_every_folder_is_a_function_and_every_function_a_folder() -> None:
    """A handler that is written is deployed, under the name of its folder, and nothing else is."""
    assert {name: function.folder for name, function in FUNCTIONS.items()} == {
        logical_id(path): path for path in FOLDERS
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_holds_its_app_alone(folder: str) -> None:
    """What is worth a second file belongs in the layer."""
    names = {path.name for path in (ROOT / "functions" / folder).iterdir() if path.name != "__pycache__"}
    assert names == {"app.py"}


def test_the_handler_is_always_the_same(of_type: OfType) -> None:
    """Every function starts at app.handler."""
    assert {found["Handler"] for found in of_type("AWS::Lambda::Function").values()} == {"app.handler"}


def test_every_function_has_both_layers(of_type: OfType) -> None:
    """Every function finds our package and its dependencies."""
    assert {len(found["Layers"]) for found in of_type("AWS::Lambda::Function").values()} == {2}


def test_every_function_has_a_log_group_with_retention(of_type: OfType) -> None:
    """Each function logs to a group of its own, and logs do not pile up for ever."""
    groups = of_type("AWS::Logs::LogGroup")
    used = [found["LoggingConfig"]["LogGroup"]["Ref"] for found in of_type("AWS::Lambda::Function").values()]
    assert len(set(used)) == len(used)
    assert {name for name in used if "RetentionInDays" not in groups[name]} == set()


def test_functions_are_given_only_variables_that_settings_reads() -> None:
    """The template sets no variable that nobody reads."""
    read = set(re.findall(r'"([A-Z_]{5,})"', SETTINGS.read_text()))
    given = set().union(*(function.variables for function in FUNCTIONS.values()))
    # Powertools reads its own.
    assert {name for name in given if not name.startswith("POWERTOOLS_")} - read == set()


def test_settings_reads_only_variables_that_some_function_is_given() -> None:
    """Settings asks for no variable that the template never sets."""
    read = set(re.findall(r'"([A-Z_]{5,})"', SETTINGS.read_text()))
    given = set().union(*(function.variables for function in FUNCTIONS.values()))
    assert {name for name in read if not name.startswith("AWS_")} - given == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_fits_on_a_screen_of_the_template(name: str) -> None:
    """No function takes more than forty lines of the template."""
    text = (ROOT / "template.yaml").read_text()
    found = re.search(rf"^  {name}:\n((?:    .*\n)+)", text, re.MULTILINE)
    assert found
    assert found[0].count("\n") <= 40


def test_the_template_stays_readable() -> None:
    """The template grows with the functions, and by no more than sixty-five lines for each with all that it needs."""
    text = (ROOT / "template.yaml").read_text()
    assert text.count("\n") <= 65 * text.count("Type: AWS::Serverless::Function\n")


def test_the_layer_is_built_for_the_runtime_of_the_template(template: dict[str, Any]) -> None:
    """The wheels of the dependencies layer are those of the default runtime and architecture."""
    makefile = (ROOT / "layers/dependencies/Makefile").read_text()
    version = re.search(r"^LAMBDA_PYTHON \?= (.*)$", makefile, re.MULTILINE)
    platform = re.search(r"^LAMBDA_PLATFORM \?= manylinux2014_(.*)$", makefile, re.MULTILINE)
    assert version and platform  # noqa: PT018 - two halves of one line
    assert template["Parameters"]["Runtime"]["Default"] == f"python{version[1]}"
    assert template["Parameters"]["Architecture"]["Default"] == {"aarch64": "arm64"}.get(platform[1], platform[1])
