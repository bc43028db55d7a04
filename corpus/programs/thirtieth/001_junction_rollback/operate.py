import argparse
import collections
import logging
import os
import time

from corridor import Corridor
from mac import JunctionMAC

log = logging.getLogger("corridor")

TICKS_PER_HOUR = 720
TICKS_PER_DAY = 24 * TICKS_PER_HOUR


def releases(root):
    names = sorted(d for d in os.listdir(root) if d.isdigit())
    return [os.path.join(root, d) for d in names]


class Operator:
    def __init__(self, args):
        self.args = args
        self.site = Corridor(args.n_junctions, args.n_phases, args.seed)
        self.mac = JunctionMAC(4 + args.n_phases + 1, args)
        self.installed = []
        self.barred = set()
        self.hour = collections.deque(maxlen=TICKS_PER_HOUR)
        self.reference = None

    def install_newest(self):
        fresh = [r for r in releases(self.args.root) if r not in self.barred]
        if not fresh or (self.installed and fresh[-1] == self.installed[-1]):
            return
        self.mac.load_models(fresh[-1])
        self.mac.init_hidden()
        self.installed.append(fresh[-1])
        log.info("installed %s", fresh[-1])

    def guard(self):
        mean = sum(self.hour) / len(self.hour)
        if self.reference is None:
            self.reference = mean
            return
        if mean > self.args.tolerance * self.reference and len(self.installed) > 1:
            bad = self.installed.pop()
            self.barred.add(bad)
            self.mac.load_models(self.installed[-1])
            log.warning("queues at %.1f, %s withdrawn, back on %s", mean, bad, self.installed[-1])
        else:
            self.reference = 0.9 * self.reference + 0.1 * mean

    def run(self):
        self.install_newest()
        while True:
            phases = self.mac.select_phases(self.site.observe(), self.site.available())
            self.hour.append(self.site.step(phases))
            if self.site.tick % TICKS_PER_DAY == 0:
                self.install_newest()
            elif self.site.tick % TICKS_PER_HOUR == 0:
                self.guard()
            time.sleep(self.args.pause)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    p = argparse.ArgumentParser()
    p.add_argument("root")
    p.add_argument("--n_junctions", type=int, default=6)
    p.add_argument("--n_phases", type=int, default=4)
    p.add_argument("--rnn_dim", type=int, default=64)
    p.add_argument("--tolerance", type=float, default=1.4)
    p.add_argument("--pause", type=float, default=5.0)
    p.add_argument("--seed", type=int, default=0)
    Operator(p.parse_args()).run()
