"""The eval harness: how far can a grader be trusted? `python -m evals --help` lists what it measures."""
