import logging
import pathlib
import time

import numpy as np
import torch
from torch import nn

LOG = logging.getLogger("serve")


class GripperPolicy(nn.Module):
    def __init__(self, obs=39, act=7):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(obs, 256), nn.ELU(), nn.Linear(256, 128), nn.ELU())
        self.memory = nn.GRU(128, 128)
        self.action = nn.Linear(128, act)
        self.register_buffer("version", torch.zeros((), dtype=torch.long))

    def forward(self, o, h):
        z, h = self.memory(self.trunk(o)[None], h)
        return torch.tanh(self.action(z[0])), h


class Controller:
    def __init__(self, watch_dir, min_version=1):
        self.watch = pathlib.Path(watch_dir)
        self.policy = GripperPolicy().eval()
        self.min_version = min_version
        self.h = torch.zeros(1, 1, 128)
        self.current = None
        self.latencies = []

    def poll(self):
        files = sorted(self.watch.glob("*.ckpt"), key=lambda p: p.stat().st_mtime)
        if not files or files[-1] == self.current:
            return
        path = files[-1]
        try:
            sd = torch.load(path, map_location="cpu")
            self.policy.load_state_dict(sd["model"])
            if int(self.policy.version) < self.min_version:
                raise ValueError(f"{path.name}: version {int(self.policy.version)} is too old")
            self.h = torch.zeros(1, 1, 128)
            self.current = path
        except (ValueError, KeyError) as e:
            LOG.warning("bad checkpoint: %s", e)

    @torch.inference_mode()
    def tick(self, obs):
        t0 = time.perf_counter()
        o = torch.as_tensor(obs, dtype=torch.float32)[None]
        a, self.h = self.policy(o, self.h)
        self.latencies.append(time.perf_counter() - t0)
        return a[0].numpy()


def main():
    from robot_io import Robot  # vendor sdk

    logging.basicConfig(level=logging.INFO)
    ctl = Controller("/data/policies")
    bot = Robot("10.0.0.7")
    period = 0.05
    n = 0
    with bot:
        while bot.ok():
            if n % 200 == 0:
                ctl.poll()
            bot.command(ctl.tick(bot.observe()))
            n += 1
            time.sleep(period)
            if n % 2000 == 0:
                LOG.info("p95 latency %.2f ms", 1e3 * np.percentile(ctl.latencies[-2000:], 95))


if __name__ == "__main__":
    main()
