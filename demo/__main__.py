"""`python -m demo`: what `make demo` starts once everything is installed."""

import argparse
import os
import sys

from demo.plan import FLAVORS, PlanError, plan_from
from demo.processes import ProcessFailed
from demo.run import run
from tools.node import NodeMissing


def main() -> int:
    """Run the demo; return the exit status for the shell."""
    os.umask(0o077)  # databases, logs and secrets are the person's own
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--flavor", default="x", help=" or ".join(FLAVORS))
    try:
        run(plan_from(os.environ, parser.parse_args().flavor))
    except (PlanError, ProcessFailed, NodeMissing) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
