"""Run the benchmarks one after another: python -m bench [name ...]. Each prints its conditions and its ratios.

Figures worth keeping go to docs/performance.md with their conditions.
"""

import argparse
import importlib.util
import subprocess
import sys

BENCHMARKS = {
    "rollup": "full and incremental roll-up of goals against the floor of reading and writing",
    "live": "check-in to dashboard through the whole stack, also with worker and broker killed",
    "survey_release": "release of a campaign: seal, score, suppression, store",
    "shown_cells": "share of eligible cells that a release shows: the demo company and 5,000 units",
    "autosave": "150 people saving an answer every 3 seconds for a minute, over HTTP",
    "import_people": "import of 10,000 people from a file: check and apply",
    "import_competencies": "import of 500 competencies from a file: check, apply and publish",
    "reviews_pages": "team matrix and levels of many at 200 and 10,000 people, and the count behind them",
    "pages": "server time and queries of the main pages at 200, 10,000 and 100,000 people",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"only these, of: {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or list(BENCHMARKS)
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    failed = []
    for name in names:
        print(f"\n=== {name}: {BENCHMARKS[name]}", flush=True)
        if (
            not importlib.util.find_spec(f"bench.{name}")
            or subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode
        ):
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
