import json
import logging
from pathlib import Path

import numpy as np

from .hyper import Hyper
from .member import Member

log = logging.getLogger(__name__)


class Population:
    def __init__(self, cfg):
        self.cfg = cfg
        self.rng = np.random.default_rng(0)
        self.members = [Member(i, cfg, Hyper.sample(self.rng)) for i in range(cfg.population)]
        self.out = Path(cfg.out)
        self.out.mkdir(parents=True, exist_ok=True)

    def run(self):
        for rnd in range(self.cfg.rounds):
            for m in self.members:
                m.train(self.cfg.interval)
                m.evaluate()
            self.exploit()
            self.report(rnd)
        best = max(self.members, key=lambda m: m.score)
        best.model.save(self.out / "best")

    def exploit(self):
        ranked = sorted(self.members, key=lambda m: m.score)
        k = max(1, round(len(ranked) * self.cfg.quantile))
        for loser in ranked[:k]:
            winner = ranked[-1 - self.rng.integers(k)]
            log.info("member %d (%.1f) takes over from %d (%.1f)", loser.index, loser.score, winner.index, winner.score)
            loser.adopt(winner, self.rng)

    def report(self, rnd):
        rows = [{"i": m.index, "score": m.score, "parent": m.parent, **m.hyper.as_dict()} for m in self.members]
        with open(self.out / "lineage.jsonl", "a") as fh:
            fh.write(json.dumps({"round": rnd, "members": rows}) + "\n")
