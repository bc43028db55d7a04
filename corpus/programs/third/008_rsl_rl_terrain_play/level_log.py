import csv
from collections import defaultdict


class LevelLog:
    fields = ["level", "steps", "reward", "falls", "lin_vel_err"]

    def __init__(self, path):
        self.path = path
        self.acc = defaultdict(lambda: {"steps": 0, "reward": 0.0, "falls": 0, "err": 0.0, "n_err": 0})
        self.rows = []

    def add(self, level, rew, dones, infos):
        a = self.acc[level]
        a["steps"] += 1
        a["reward"] += rew.mean().item()
        timeouts = infos.get("time_outs")
        fell = dones.bool()
        if timeouts is not None:
            fell = fell & ~timeouts.bool()
        a["falls"] += int(fell.sum())
        err = infos.get("log", {}).get("Metrics/base_velocity/error_vel_xy")
        if err is not None:
            a["err"] += float(err)
            a["n_err"] += 1

    def close_level(self, level):
        a = self.acc[level]
        self.rows.append(
            {
                "level": level,
                "steps": a["steps"],
                "reward": a["reward"] / max(a["steps"], 1),
                "falls": a["falls"],
                "lin_vel_err": a["err"] / max(a["n_err"], 1),
            }
        )
        print(self.rows[-1])

    def write(self):
        with open(self.path, "w", newline="") as fh:
            w = csv.DictWriter(fh, self.fields)
            w.writeheader()
            w.writerows(self.rows)
