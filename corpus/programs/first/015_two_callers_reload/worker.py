import os
import time
import logging

import torch
import torch.nn as nn

log = logging.getLogger("sim.worker")


class Brain(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.l1 = nn.Linear(n_in, 96)
        self.core = nn.LSTM(96, 96)
        self.l2 = nn.Linear(96, n_out)

    def forward(self, x, hc):
        y = torch.relu(self.l1(x)).unsqueeze(0)
        y, hc = self.core(y, hc)
        return self.l2(y.squeeze(0)), hc


class SimWorker:
    def __init__(self, sim, weight_file, n_in, n_out):
        self.sim = sim
        self.weight_file = weight_file
        self.brain = Brain(n_in, n_out).eval()
        self.mtime = 0.0
        self.hc = None
        self.obs = None
        self.n = 0

    def _maybe_reload(self):
        try:
            mt = os.path.getmtime(self.weight_file)
        except FileNotFoundError:
            return
        if mt > self.mtime:
            self.mtime = mt
            self.brain.load_state_dict(torch.load(self.weight_file, map_location="cpu"))
            log.info("weights of %s", time.ctime(mt))

    def reset(self):
        self._maybe_reload()
        self.hc = (torch.zeros(1, 1, 96), torch.zeros(1, 1, 96))
        self.obs = self.sim.reset()
        return self.obs

    def step(self):
        if self.n % 500 == 0:
            self._maybe_reload()
        self.n += 1
        x = torch.as_tensor(self.obs, dtype=torch.float32).view(1, -1)
        with torch.no_grad():
            out, self.hc = self.brain(x, self.hc)
        act = out.argmax(-1).item()
        self.obs, r, done = self.sim.step(act)
        if done:
            self.reset()
        return r


if __name__ == "__main__":
    from warehouse import Warehouse

    logging.basicConfig(level="INFO")
    sim = Warehouse(seed=int(os.environ.get("SEED", 0)))
    w = SimWorker(sim, "/mnt/share/brain.pt", sim.n_obs, sim.n_act)
    w.reset()
    tot = 0.0
    while True:
        tot += w.step()
        if w.n % 10_000 == 0:
            log.info("mean r %.4f", tot / w.n)
