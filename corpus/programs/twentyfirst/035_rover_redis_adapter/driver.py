import json
import logging

import redis
import torch
from torch import nn

from rover_io import Rover

LOG = logging.getLogger("driver")
CHANNEL = "rover:adapters"


class SamplerNet(nn.Module):
    def __init__(self, n_obs=18, n_act=5, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(n_obs, hidden)
        self.core = nn.LSTM(hidden, hidden)
        self.out = nn.Linear(hidden, n_act)

    def forward(self, obs, state):
        x = torch.relu(self.inp(obs)).view(1, 1, -1)
        y, state = self.core(x, state)
        return self.out(y[0, 0]), state


class Driver:
    """Keeps the base weights and merges whatever low-rank adapter the base
    camp broadcasts (one per terrain, re-issued when they have new data)."""

    def __init__(self, base_file, rover, conn):
        self.base = torch.load(base_file, map_location="cpu")
        self.net = SamplerNet().eval()
        self.net.load_state_dict(self.base)
        self.rover = rover
        self.sub = conn.pubsub(ignore_subscribe_messages=True)
        self.sub.subscribe(CHANNEL)
        self.terrain = "firn"
        self.clear()

    def clear(self):
        z = torch.zeros(1, 1, self.net.hidden)
        self.state = (z, z.clone())

    def merge(self, adapter_file, scale=1.0):
        lora = torch.load(adapter_file, map_location="cpu")
        merged = {}
        for name, w in self.base.items():
            if name + ".A" in lora:
                w = w + scale * lora[name + ".B"] @ lora[name + ".A"]
            merged[name] = w
        self.net.load_state_dict(merged)

    def poll(self):
        msg = self.sub.get_message()
        if msg is None:
            return
        cmd = json.loads(msg["data"])
        self.merge(cmd["file"], cmd.get("scale", 1.0))
        LOG.info("merged %s", cmd["file"])
        if cmd["terrain"] != self.terrain:
            self.terrain = cmd["terrain"]
            self.clear()

    @torch.no_grad()
    def sol(self, steps=4000):
        """One working day."""
        self.rover.wake()
        self.clear()
        for k in range(steps):
            if k % 50 == 0:
                self.poll()
            obs = torch.tensor(self.rover.telemetry())
            act, self.state = self.net(obs, self.state)
            self.rover.execute(act.tolist())
            if self.rover.battery < 0.1:
                break
        LOG.info("sol ended after %d steps, %d cores", k, self.rover.cores)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    d = Driver("base.pt", Rover(), redis.Redis())
    while True:
        d.sol()
