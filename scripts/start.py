"""Open the tutor: make the environment, build the index, start the page. Further arguments go to `streamlit run`."""

import subprocess
import sys

from environment import BIN, PYTHON, ROOT, make_environment


def main() -> int:
    """Run the three steps; the exit code is the page's."""
    make_environment()
    indexed = subprocess.run([BIN / "tutor", "index"], cwd=ROOT, check=False)
    if indexed.returncode:
        print("The index could not be built, so the tutor starts without citations; the message above says why.")
    page = [PYTHON, "-m", "streamlit", "run", "app.py", *sys.argv[1:]]
    try:
        return subprocess.run(page, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
