"""How numbers are estimated: arrays in, frozen results out.

Knows no trial and no study file, only the arrays that it is given. What does not exist (an empty
arm, zero variance) is None with a flag, never NaN. Go next to `result` for what all return,
then `proportion`, `difference`, `ancova`, `trend` and `kruskal`.
"""
