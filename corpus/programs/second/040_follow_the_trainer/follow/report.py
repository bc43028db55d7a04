import collections
import csv
import time
from pathlib import Path


class CsvLog:
    """Appends one row per update; the header comes from the first row."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fields = None
        self._started = time.time()

    def write(self, **row):
        row = {"wall": round(time.time() - self._started, 2), **row}
        if self._fields is None:
            self._fields = list(row)
            with self.path.open("w", newline="") as fh:
                csv.DictWriter(fh, self._fields).writeheader()
        with self.path.open("a", newline="") as fh:
            csv.DictWriter(fh, self._fields, extrasaction="ignore").writerow(row)

    @staticmethod
    def pretty(row):
        return " | ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())


class PerVersion:
    """Mean return for every version of the weights that has been seen."""

    def __init__(self):
        self.sums = collections.OrderedDict()

    def add(self, version, value):
        total, n = self.sums.get(version, (0.0, 0))
        self.sums[version] = (total + value, n + 1)

    def table(self, last=5):
        rows = list(self.sums.items())[-last:]
        return [(Path(v).name if v else "none", round(t / n, 3), n) for v, (t, n) in rows]
