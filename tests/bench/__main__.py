"""python -m tests.bench NAME: the tables of docs/performance.md; `--write` puts them there."""

import argparse
import signal
import sys

from tests.bench import checklist, city, drawing, lighthouse, matching


def main() -> None:
    """Run one benchmark."""
    # So that databases and folders go away when a run is cut short.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("bench", choices=["draw", "scale", "city", "match", "checklist", "lighthouse"])
    parser.add_argument("--n", type=int, nargs="+", help="objects or check points; several for `scale`, `checklist`")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", nargs="+", choices=checklist.PEERS, default=checklist.PEERS, help="of `checklist`")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    given = parser.parse_args()
    if given.bench == "draw":
        print(drawing.bench_draw(*(given.n or [1_000_000]), runs=given.runs, write=given.write))
    elif given.bench == "city":
        print(city.bench_city(*(given.n or [300_000]), write=given.write))
    elif given.bench == "match":
        print(matching.bench_match(runs=given.runs, write=given.write))
    elif given.bench == "checklist":
        sizes = given.n or [15, 150, 500]
        print(checklist.bench_checklist(sizes, runs=given.runs, peers=given.peers, write=given.write))
    elif given.bench == "lighthouse":
        print(lighthouse.bench_lighthouse(runs=given.runs, write=given.write))
    else:
        print(drawing.bench_scale(given.n or [1_000_000, 3_000_000, 10_000_000], write=given.write))


if __name__ == "__main__":
    main()
