"""From a clean clone to a product that can be started, or tested: `python3 tools/setup run` or `python3 tools/setup test`.

Needs nothing but Python. Every step is skipped while what it was made from has not changed, so a second start costs nothing.
"""

import os
import shutil
import sys
from pathlib import Path

OLDEST = (3, 11)


def main(goal):
    if sys.version_info < OLDEST:
        for minor in range(19, OLDEST[1] - 1, -1):
            newer = shutil.which(f"python3.{minor}")
            if newer:
                os.execv(newer, [newer, *sys.argv])
        return "Python 3.11 or newer is needed. Install one, or name it: make run PYTHON=/path/to/python3"
    import needs
    import steps

    os.chdir(Path(__file__).resolve().parents[2])
    try:
        needs.provide(testing=goal == "test")
        steps.environment(testing=goal == "test")
        steps.assets()
        steps.translations()
    except (needs.Missing, steps.Failed) as fault:
        return str(fault)
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["test"]):
        sys.exit("usage: python3 tools/setup run|test")
    sys.exit(main(sys.argv[1]))
