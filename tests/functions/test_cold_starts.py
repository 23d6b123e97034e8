"""What the functions on the way of a call import before the first request: libraries are most of a cold start."""

import json
import subprocess
import sys

from local.bundle import ROOT

HOT = (
    "webhooks/vpbx",
    "webhooks/callevents",
    "webhooks/sprecord",
    "webhooks/other",
    "webhooks/route",
    "workers/apply_call_event",
    "workers/deliver",
    "vpbx/originate",
)
# Each takes 20 to 250 ms. A function imports such a library at the first request that needs it.
HEAVY = (
    "aws_lambda_powertools", "asyncio", "boto3", "botocore.session", "charset_normalizer", "json_repair", "openpyxl",
    "pydantic", "requests", "urllib3",
)  # fmt: skip
CODE = """
import importlib.util, json, sys
hot, heavy, root = json.loads(sys.argv[1])
found = {}
for folder in hot:
    spec = importlib.util.spec_from_file_location("app", f"{root}/functions/{folder}/app.py")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    found[folder] = [name for name in heavy if name in sys.modules]
print(json.dumps(found))
"""


def test_no_heavy_library_is_imported_before_a_request() -> None:
    """All handlers are imported by one process, in the order of the list."""
    asked = json.dumps([HOT, HEAVY, str(ROOT)])
    variables = {"PYTHONPATH": str(ROOT / "layers/switchboard"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", CODE, asked], env=variables, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {folder: [] for folder in HOT}
