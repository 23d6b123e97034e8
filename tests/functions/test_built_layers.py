"""Every function starts with nothing but its folder and the two built layers on its path."""

import base64
import re
from pathlib import Path

import pytest

from local import build
from local.bundle import AUDIO_LAYER, BUILD, LAYERS, ROOT, WEB_LAYER, Function, functions, load_template, run_isolated
from local.paths import Paths
from tests.support.sounds import tone, wav

pytestmark = pytest.mark.build

FUNCTIONS = sorted(functions(load_template()), key=lambda function: function.folder)


CONVERTER = next(function for function in FUNCTIONS if function.converts)
LARGEST = 250_000_000  # bytes of a function with all its layers, as Lambda unpacks them


def pinned(layer: str) -> set[str]:
    """The distributions that a layer's requirements name, but for those of Windows alone."""
    lines = (ROOT / "layers" / layer / "requirements.txt").read_text().splitlines()
    named = (line for line in lines if re.match(r"[a-z]", line) and "win32" not in line)
    return {line.split("==")[0].lower().replace("-", "_") for line in named}


@pytest.fixture(scope="session", autouse=True)
def _built(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Build as the local hub does: one build serves all that run side by side."""
    paths = Paths(tmp_path_factory.mktemp("build"))
    paths.make()
    build.build(paths)


def dummies(function: Function) -> dict[str, str]:
    """Give every variable of the template a value; nothing may be reached with them."""
    return dict.fromkeys(function.variables, "1") | {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1"}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.folder)
def test_a_function_imports_from_the_layers_alone(function: Function) -> None:
    """No function needs a module that its layers lack."""
    entry = "app.app" if function.streams else "app.handler"
    done = run_isolated(function, f"import app; assert callable({entry})", dummies(function))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", ["pytest", "moto", "pip"])
def test_the_virtual_environment_is_out_of_sight(module: str) -> None:
    """What only the virtual environment has cannot be imported by a function, so the test above proves something."""
    done = run_isolated(FUNCTIONS[0], f"import {module}", {})
    assert "ModuleNotFoundError" in done.stderr


def test_every_module_of_the_package_imports_from_the_layers_alone() -> None:
    """A module that is imported late, on first use, finds its dependencies in the layers too."""
    code = (
        "import importlib, pkgutil, switchboard\n"
        "for module in pkgutil.walk_packages(switchboard.__path__, 'switchboard.'):\n"
        "    importlib.import_module(module.name)"
    )
    done = run_isolated(CONVERTER, code, {"AWS_DEFAULT_REGION": "us-east-1"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "service",
    [
        "apigatewaymanagementapi",
        "dynamodb",
        "events",
        "kms",
        "lambda",
        "polly",
        "s3",
        "scheduler",
        "secretsmanager",
        "sesv2",
        "sns",
        "sqs",
        "ssm",
        "stepfunctions",
    ],
)
def test_the_layer_keeps_the_services_that_the_bundle_calls(service: str) -> None:
    """Pruning leaves botocore whole for the services in use."""
    done = run_isolated(FUNCTIONS[0], f"import boto3; boto3.client('{service}')", {"AWS_DEFAULT_REGION": "us-east-1"})
    assert done.returncode == 0, done.stderr


def test_the_layer_keeps_what_numbers_need() -> None:
    """Pruning leaves phonenumbers able to read, check and write the numbers of every region."""
    code = (
        "import phonenumbers as p\n"
        "for region in p.SUPPORTED_REGIONS:\n"
        "    n = p.example_number(region)\n"
        "    assert p.is_valid_number(n) and p.parse(p.format_number(n, p.PhoneNumberFormat.E164)) == n, region"
    )
    done = run_isolated(FUNCTIONS[0], code, {})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("layer", "built"), [("dependencies", LAYERS[1]), ("web", WEB_LAYER), ("audio", AUDIO_LAYER)])
def test_the_layer_holds_what_is_pinned_and_no_more(layer: str, built: Path) -> None:
    """Every distribution in the layer is pinned in requirements.txt, those needed by others too."""
    installed = {path.name.split("-")[0].lower() for path in built.glob("*.dist-info")}
    assert installed == pinned(layer)


def test_a_function_that_converts_fits_into_lambda() -> None:
    """FFmpeg is most of it; bytecode, which is of this machine alone, is not counted."""
    files = [path for layer in (*LAYERS, AUDIO_LAYER) for path in layer.rglob("*") if path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in files if path.is_file()) < LARGEST


def test_audio_is_converted_from_the_layers_alone() -> None:
    """In a process of its own, which finds what the function finds."""
    code = (
        "import base64, sys\n"
        "from switchboard.media.converter import ChildConverter\n"
        "from switchboard.campaigns.audio.ports import RawAudio\n"
        "raw = RawAudio([base64.b64decode(sys.stdin.read())], 'x')\n"
        "with ChildConverter().convert(raw) as made: print(made.kind, made.seconds)"
    )
    done = run_isolated(CONVERTER, code, {}, given=base64.b64encode(wav(tone(1))).decode())
    assert done.stdout == "audio/wav 1.0\n", done.stderr


def test_a_web_server_starts_from_the_layers_alone() -> None:
    """With all that the script of a function that streams asks of it."""
    (record,) = [function for function in FUNCTIONS if function.folder == "vpbx/record"]
    options = re.findall(r"--([a-z-]+)", (record.built / "run.sh").read_text())
    code = "import uvicorn; print(*(option.name for option in uvicorn.main.params), *uvicorn.main.params[-1].opts)"
    done = run_isolated(record, code, {})
    assert done.returncode == 0, done.stderr
    known = {name.replace("_", "-") for name in done.stdout.split()}
    assert {option.removeprefix("no-") for option in options} <= known


def test_the_layers_carry_bytecode_that_survives_unpacking() -> None:
    """The local layers are compiled with hashes that are not checked, because the emulator loses the files' times."""
    compiled = next(path for path in (LAYERS[1] / "boto3").rglob("session.*.pyc"))
    assert int.from_bytes(compiled.read_bytes()[4:8], "little") == 0b01


def test_a_function_is_its_app_alone() -> None:
    """The built folder of a function holds app.py, and the script of one that streams, which can be run."""
    for function in FUNCTIONS:
        names = {path.name for path in Path(BUILD / function.logical_id).iterdir()}
        assert names == ({"app.py", "run.sh"} if function.streams else {"app.py"})
        assert not function.streams or (function.built / "run.sh").stat().st_mode & 0o111
