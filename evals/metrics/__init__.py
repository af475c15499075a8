"""Statistics of grading. What cannot be computed from the data given is None, never 0, and never a warning.

`agreement` holds what scikit-learn and scipy lack (Krippendorff's alpha, Fleiss' kappa, ICC); `labels` and `scores`
compare predictions with labels through scikit-learn and scipy; `intervals` says how far a figure would move in
another sample.
"""
