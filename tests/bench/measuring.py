"""Measures contestants, each in a process of its own, in interleaved rounds: drift of the machine hits all alike."""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_IDLE = ("checkpointer", "writer", "launcher", "logical", "walwriter", "autovacuum")


@dataclass
class Figures:
    """One contestant's best time, most memory and what it drew."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    megabytes: float = 0
    answers: set[str] = field(default_factory=set)

    @property
    def best(self) -> float:
        """The shortest time."""
        return min(self.seconds)

    @property
    def busy(self) -> float:
        """The least processor time: on a machine that others use too, steadier than the clock."""
        return min(self.processor)


def measure(jobs: dict[str, str], *, runs: int) -> dict[str, Figures]:
    """The figures of each name's job (the second argument of `child`) over some interleaved rounds."""
    figures = {name: Figures() for name in jobs}
    for _ in range(runs):
        for name, argument in jobs.items():
            command = [sys.executable, "-m", "tests.bench.child", name, argument]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
            found = json.loads(done.stdout.splitlines()[-1])
            mine = figures[name]
            mine.seconds.append(found["seconds"])
            mine.processor.append(found["processor"])
            mine.megabytes = max(mine.megabytes, found["megabytes"])
            mine.answers.add(found["answer"])
            shown = f"{found['seconds']:8.2f} s {found['processor']:8.2f} s busy {found['megabytes']:7.0f} MB"
            print(f"  {name:45} {shown}", file=sys.stderr, flush=True)
    return figures


def run_child(work: Callable[[], Any]) -> str:
    """Do the work once; as JSON its seconds, its processor seconds (PostgreSQL's too), the memory it took beyond the
    start and a digest of its answer."""
    before = resident("VmRSS")
    forget_peak()
    with _Others() as others:
        start, busy = time.perf_counter(), time.process_time()
        answer = work()
        seconds = time.perf_counter() - start
    processor = time.process_time() - busy - others.own
    found = {
        "seconds": seconds,
        "processor": processor + others.seconds,
        "megabytes": resident("VmHWM") - before + others.megabytes,
        "answer": hashlib.sha256(repr(answer).encode()).hexdigest(),
    }
    return json.dumps(found)


def forget_peak() -> None:
    """From here on VmHWM counts anew."""
    Path("/proc/self/clear_refs").write_text("5")


def resident(name: str, pid: str = "self") -> float:
    """VmRSS, VmHWM or RssAnon of a process in megabytes; 0 if it has none."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0


class _Others:
    """The memory and processor time of PostgreSQL's busy processes and of this one's children, sampled meanwhile."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        # What watching itself took.
        self.own = 0.0
        self._seconds: dict[str, float] = {}
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> "_Others":
        self._began = self._sample()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watcher.join()

    @property
    def seconds(self) -> float:
        """Processor seconds of all that were seen; a process that began earlier counts from then on."""
        return sum(seconds - self._began.get(pid, 0) for pid, seconds in self._seconds.items())

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self._seconds |= self._sample()
        self.own = time.thread_time()

    def _sample(self) -> dict[str, float]:
        seconds, megabytes = {}, 0.0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
                numbers = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                backend = command.startswith("postgres: ") and "pool_" in command
                if numbers[1] == str(os.getpid()) or (backend and not any(word in command for word in _IDLE)):
                    seconds[pid] = sum(map(int, numbers[11:13])) / os.sysconf("SC_CLK_TCK")
                    megabytes += resident("RssAnon", pid)
            except OSError:
                continue  # it has ended meanwhile
        self.megabytes = max(self.megabytes, megabytes)
        return seconds


def machine() -> str:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = next(
        (x.split(":")[1].strip() for x in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in x), "?"
    )
    load = os.getloadavg()[0]
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {version}, load {load:.1f} at the end"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, all columns but the first to the right."""
    rule = ["---", *(["---:"] * (len(head) - 1))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))
