"""Run the tests: make the environment with the test tools, then lint, type check, knowledge lint and pytest.

Where `CI` is set, the slow tests and the gate on the local grader run too. Further arguments go to pytest.
"""

import os
import subprocess
import sys
import time

from environment import BIN, PYTHON, ROOT, make_environment


def _steps(arguments: list[str]) -> list[tuple[str, list[str]]]:
    everything = bool(os.environ.get("CI"))
    python = str(PYTHON)
    parallel = ["-n", "auto", "--dist", "loadfile"]  # a file's tests share servers and models
    pytest = [python, "-m", "pytest", *parallel, *(["-m", "slow or not slow"] if everything else []), *arguments]
    steps = [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [python, "-m", "mypy"]),
        ("tutor index", [str(BIN / "tutor"), "index"]),
        ("tutor lint", [str(BIN / "tutor"), "lint"]),
    ]
    if everything:
        steps.append(("gate", [python, "-m", "evals", "gate", "evals/gates/local.toml"]))
    return [*steps, ("pytest", pytest)]


def main() -> int:
    """Run every step even after a failure; the exit code is 1 when any failed."""
    make_environment("test")
    failed = []
    for name, command in _steps(sys.argv[1:]):
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        outcome = f"failed with exit code {code}" if code else "ok"
        print(f"== {name}: {outcome}, {time.monotonic() - started:.0f} s", flush=True)
        if code:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
