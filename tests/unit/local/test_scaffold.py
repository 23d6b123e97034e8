"""`make route` and `make dialect`, run on a copy of the files that they change."""

import ast
import json
import re
import shutil
import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from local.bundle import ROOT
from local.errors import LocalError
from local.scaffold import dialect, route
from switchboard import dialects
from switchboard.dialects.registry import DIALECTS, DialectEntry
from tests.aws_rules.gateway import event_violations
from tests.unit.builders import normal_form, parsed, read

COPIED = (
    route.ROUTES,
    route.RIGHTS,
    route.OPERATIONS,
    route.SAMPLE,
    "template.yaml",
    "tests/support/trials.py",
    "tests/functions/test_policies.py",
    f"{dialect.DIALECTS}/registry.py",
    dialect.MESSAGES,
    dialect.SCHEMAS,
)
ROUTES = [
    route.new_route("admin/things", "get", "/admin/things"),
    route.new_route("admin/boxes", "POST", "/admin/accounts/{account}/boxes/{box}"),
    route.new_route("admin/boxes", "put", "/admin/boxes"),
]
each_route = pytest.mark.parametrize("new", ROUTES, ids=lambda one: f"{one.method} {one.path}")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the files that are changed."""
    for name in COPIED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def loaded(path: Path) -> ModuleType:
    spec = spec_from_file_location("scaffolded", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def invoked(template: str) -> list[str]:
    """The functions that the gateway's role may invoke."""
    role = template.partition("invokes-what-has-a-route")[2].partition("]\n\n")[0]
    return re.findall(r"!GetAtt (\w+Function)\.Arn", role.partition("Resource: [")[2].partition("]")[0])


def served(app: Any) -> set[str]:
    """The routes of a handler's router, as the table names them."""
    found = [*app._static_routes, *app._dynamic_routes]
    return {f"{one.method} {one.path.replace('<', '{').replace('>', '}')}" for one in found}


@each_route
def test_a_new_handler_serves_the_route_of_the_table(tree: Path, new: route.NewRoute, monkeypatch: Any) -> None:
    """The handler without the line in the table differs, which is what test_routes.py fails by."""
    route.write(new, tree)
    line = f'"{new.folder}": ("{new.method} {new.path}",),'
    assert line in (tree / route.ROUTES).read_text().partition("SERVED")[2].partition("@dataclass")[0]
    assert f'"{new.method} {new.path}": Right(' in (tree / route.RIGHTS).read_text()
    assert f'"{new.method} {new.path}": ok(' in (tree / route.OPERATIONS).read_text()
    assert served(loaded(tree / "functions" / new.folder / "app.py").app) == {f"{new.method} {new.path}"}


@each_route
def test_a_new_function_is_in_the_template_and_the_gateway_may_invoke_the_function(
    tree: Path, new: route.NewRoute
) -> None:
    """The function has only the grants that the handler uses; the list of the gateway's role stays sorted."""
    before = (tree / "template.yaml").read_text()
    route.write(new, tree)
    text = (tree / "template.yaml").read_text()
    name = route.logical_id(new.folder)
    assert f"  {name}:\n    Type: AWS::Serverless::Function\n" in text
    assert (
        "Statement: [*gets-accounts, *updates-activity, *reads-operator-token]" in text.partition(f"  {name}:")[2][:300]
    )
    names, earlier = invoked(text), invoked(before)
    assert names == sorted([*earlier, name])
    assert max(map(len, text.splitlines())) <= max(map(len, before.splitlines()))


@each_route
def test_a_new_fixture_is_an_event_of_the_gateway(tree: Path, new: route.NewRoute) -> None:
    """The fixture names the route and the account `demo`."""
    route.write(new, tree)
    event = json.loads((tree / route.FIXTURES / new.folder / f"{new.verb}.json").read_text())
    assert (event["resource"], event["httpMethod"]) == (new.path, new.method)
    assert "demo" in json.dumps([event["path"], event["queryStringParameters"], event["body"]])
    assert [found for found in event_violations(event) if new.path not in found] == []


@each_route
def test_what_is_written_for_a_route_is_python(tree: Path, new: route.NewRoute) -> None:
    """Every file can be read, the trial and the policies' day name the route."""
    for path in route.write(new, tree):
        if path.suffix == ".py":
            ast.parse(path.read_text())
    assert f'"{new.folder}/{new.verb}": 200' in (tree / "tests/support/trials.py").read_text()
    assert new.at("acme") in (tree / "tests/functions/test_policies.py").read_text()


def test_a_function_that_is_there_is_not_written_again(tree: Path) -> None:
    """The sentence says where to read on."""
    route.write(ROUTES[0], tree)
    with pytest.raises(LocalError, match=r"docs/changing\.md"):
        route.write(ROUTES[0], tree)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("vpbx/things", "get", "/admin/things"), "FN=vpbx/things"),
        (("admin/things", "fetch", "/admin/things"), "METHOD=fetch"),
        (("admin/things", "get", "/things"), "ROUTE=/things"),
        (("admin/things", "get", "/admin/Things"), "ROUTE=/admin/Things"),
    ],
)
def test_words_that_do_not_fit_are_named(words: tuple[str, str, str], told: str) -> None:
    """The sentence begins with the variable of `make`."""
    with pytest.raises(LocalError, match=told):
        route.new_route(*words)


@pytest.fixture
def zentra(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new dialect, in the registry of this process."""
    dialect.write("zentra", tree)
    monkeypatch.setattr(dialects, "__path__", [*dialects.__path__, str(tree / dialect.DIALECTS)])
    monkeypatch.setitem(DIALECTS, "zentra", DialectEntry("switchboard.dialects.zentra"))
    for name in [name for name in sys.modules if name.startswith("switchboard.dialects.zentra")]:
        monkeypatch.delitem(sys.modules, name)
    return tree


def test_a_new_dialect_reads_its_samples(zentra: Path) -> None:
    """As Toy's are read, but under the dialect's own name."""
    for name in dialect.events():
        found = normal_form(parsed("zentra", read(zentra / "events/dialects/zentra" / f"{name}.json")))
        wanted = read(dialect.TOY / "samples" / f"{name}.expected.json")
        assert (found["dialect"], found["kind"], found["at"]) == ("zentra", wanted["kind"], wanted["at"])


def test_a_new_dialect_imports_nothing_of_the_tests(zentra: Path) -> None:
    """No word of Toy is left in the package, nor in the first test."""
    package = import_module("switchboard.dialects.zentra")
    assert Path(str(package.__file__)).is_relative_to(zentra)
    written = [*(zentra / dialect.DIALECTS / "zentra").glob("*.py"), zentra / "tests/unit/dialects/test_zentra.py"]
    assert [path.name for path in written if re.search("toy", path.read_text(), re.IGNORECASE)] == []


def test_a_new_dialect_is_registered_with_schemas_and_a_page(zentra: Path) -> None:
    """All files that the tests of dialects ask for, but golden files."""
    assert (
        '"zentra": DialectEntry("switchboard.dialects.zentra"),'
        in (zentra / dialect.DIALECTS / "registry.py").read_text()
    )
    assert {path.stem for path in (zentra / "docs/schemas/zentra").iterdir()} == set(dialect.events())
    assert (zentra / "docs/dialects/zentra.md").read_text().startswith("# zentra: ")
    for name in (dialect.MESSAGES, dialect.SCHEMAS):
        assert '"zentra"' in (zentra / name).read_text()
        ast.parse((zentra / name).read_text())


@pytest.mark.parametrize(("name", "told"), [("Zentra", "small letters"), ("z-1", "small letters"), ("vpbx", "uses")])
def test_a_name_that_does_not_fit_is_refused(name: str, told: str) -> None:
    """With the reason."""
    with pytest.raises(LocalError, match=rf"{told}|there already"):
        dialect.write(name)
