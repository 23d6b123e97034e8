"""`make chaos`: thousands of events through killed workers, deployed and in one process; a seed repeats a run."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from chaos.campaign import run as campaign
from chaos.deployed import run as deployed
from chaos.deployed.stack import Deployed
from chaos.inprocess import bad_days
from chaos.inprocess.run import run as run_seed
from chaos.report import Figures
from local.emulator import free_port
from local.paths import ROOT

SEEDS = 30
CALLS_OF_A_BAD_DAY = 3  # of each of three accounts


def main(arguments: list[str]) -> int:
    """Run all forms, or the one that is asked for; 0 if nothing was lost, out of order or repeated without reason."""
    parser = argparse.ArgumentParser(prog="python -m chaos")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="runs in one process, each of 32 calls")
    parser.add_argument("--only", choices=("deployed", "inprocess", "outages", "campaign"))
    wanted = parser.parse_args(arguments)
    good = True
    if wanted.only in {None, "inprocess"}:
        good &= _in_process(range(wanted.seed, wanted.seed + wanted.seeds))
    if wanted.only in {None, "outages"}:
        good &= _bad_days(wanted.seed)
    if wanted.only in {None, "deployed", "campaign"}:
        good &= _deployed(wanted.only, wanted.seed)
    return 0 if good else 1


def _deployed(only: str | None, seed: int) -> bool:
    good = True
    with own_hub() as hub:
        if only != "campaign":
            print(f"\ndeployed: {deployed.LONG.calls} calls of 4 events, workers killed meanwhile, seed {seed}")
            good &= _shown(deployed.run(hub, deployed.LONG, seed))
        if only != "deployed":
            print(f"\na campaign: {campaign.LONG.people} people, workers killed meanwhile, seed {seed}")
            good &= _shown(campaign.run(hub, campaign.LONG, seed))
    return good


def _bad_days(seed: int) -> bool:
    plans = [*bad_days.alone(), *bad_days.together()]
    print(f"outages of AWS in virtual time, {len(plans)} plans, seed {seed}")
    good = True
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        found = processes.map(partial(bad_days.lived_through, seed=seed, calls=CALLS_OF_A_BAD_DAY), plans)
        for plan, figures in zip(plans, found, strict=True):
            print(bad_days.line(plan, figures))
            good &= figures.good
    return good


def _in_process(seeds: range) -> bool:
    print(f"in one process: every step's turn and every fault by seed, seeds {seeds.start} to {seeds.stop - 1}")
    total, began = Figures(), time.monotonic()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        for seed, figures in zip(seeds, processes.map(run_seed, seeds), strict=True):
            if not figures.good:
                print(f"seed {seed}:")
                _shown(figures)
            total.add(figures)
    print(f"took              {time.monotonic() - began:.0f} s")
    return _shown(total)


def _shown(figures: Figures | campaign.Figures) -> bool:
    print("\n".join(figures.lines()), flush=True)
    return figures.good


@contextmanager
def own_hub() -> Iterator[Deployed]:
    """A hub of our own for the time of the block: the developer's is never touched."""
    with tempfile.TemporaryDirectory(prefix="switchboard-chaos-") as directory:
        home = Path(directory)
        environment = {**os.environ, "SWITCHBOARD_LOCAL_DIR": directory, "PORT": str(free_port()), "DETACH": "1"}

        def local(verb: str) -> None:
            command = [sys.executable, "-m", "local", verb]
            subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own

        try:
            local("up")
            known = json.loads((home / "hub.json").read_text())
            emulator = json.loads((home / "emulator.json").read_text())["endpoint_url"]
            yield Deployed(known["base_url"], known["operator_token"], emulator, home)
        finally:
            local("stop")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
