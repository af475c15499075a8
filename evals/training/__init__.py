"""How the local judge is trained: `python -m evals train-judge`. Needs torch."""
