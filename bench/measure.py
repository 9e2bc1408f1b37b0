"""Measures candidates side by side: each in a process of its own, best wall and CPU of several goes, peak memory."""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Job = Callable[[], object]
Candidates = Mapping[str, Callable[[str], Job]]  # name -> (size -> job); making the job is not timed


@dataclass(frozen=True)
class Figures:
    """What one candidate took: seconds of wall and CPU (best of the goes), peak resident MiB."""

    wall: float
    cpu: float
    peak: float


def _go(candidates: Candidates, name: str, size: str, goes: int) -> None:
    job = candidates[name](size)
    walls, cpus = [], []
    for _ in range(goes):
        wall, cpu = time.perf_counter(), time.process_time()
        job()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": min(walls), "cpu": min(cpus), "peak": peak}))


def measure(script: str, name: str, size: str, goes: int) -> Figures:
    """Run one candidate of a benchmark in its own process."""
    command = [sys.executable, script, "--go", name, "--size", size, "--goes", str(goes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: {done.stderr[-2000:]}")
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def machine() -> str:
    """The machine in a line."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}"


def main(script: str, candidates: Candidates, report: Callable[[str, int], None]) -> None:
    """Entry of a benchmark file: `--size ci|full` prints the report; `--go NAME` is one process of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", default="ci")
    arguments.add_argument("--go")
    arguments.add_argument("--goes", type=int, default=5)
    chosen = arguments.parse_args()
    if chosen.go:
        _go(candidates, chosen.go, chosen.size, chosen.goes)
        return
    print(f"== {os.path.basename(script)} ({chosen.size}) on {machine()}")
    report(chosen.size, chosen.goes)


def line(label: str, figures: Figures, against: Mapping[str, Figures]) -> None:
    """One line: wall, CPU, peak, and how many times the wall of each other one this is."""
    ratios = "  ".join(f"{figures.wall / other.wall:7.2f} x {name}" for name, other in against.items())
    wall, cpu = figures.wall * 1000, figures.cpu * 1000
    print(f"  {label:34s} {wall:10.1f} ms  cpu {cpu:10.1f} ms  {figures.peak:7.0f} MiB  {ratios}")
