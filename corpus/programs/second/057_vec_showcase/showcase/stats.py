from collections import defaultdict

import numpy as np


class Board:
    def __init__(self):
        self.data = defaultdict(list)

    def episode(self, model, ret, length, caught):
        self.data[model].append((ret, length, caught))

    def lines(self):
        for model, rows in sorted(self.data.items()):
            r, l, c = np.array(rows, dtype=float).T
            yield f"{model:30s} n={len(rows):4d} return={r.mean():+.3f}±{r.std():.3f} length={l.mean():.1f} caught={c.mean():.2%}"
