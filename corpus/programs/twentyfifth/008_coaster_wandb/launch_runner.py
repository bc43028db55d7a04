"""Runs the LSM launch controller on the test track and follows the `prod` alias in wandb."""
import os

import numpy as np
import torch
import torch.nn as nn
import wandb

ARTIFACT = "thrill/lsm-launch/controller:prod"


class LaunchNet(nn.Module):
    def __init__(self, obs=11, hid=64, coils=6):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs, hid), nn.Tanh())
        self.gru = nn.GRU(hid, hid, batch_first=True)
        self.coils = nn.Linear(hid, coils)

    def forward(self, o, h):
        z, h = self.gru(self.body(o)[:, None], h)
        return self.coils(z[:, 0]).clamp(-1, 1), h


class ControllerSource:
    def __init__(self):
        self.api = wandb.Api()
        self.digest = None

    def newest(self):
        art = self.api.artifact(ARTIFACT)
        if art.digest == self.digest:
            return None
        self.digest = art.digest
        root = art.download()
        state = torch.load(os.path.join(root, "controller.pt"), map_location="cpu")
        return state, art.metadata


class LaunchController:
    def __init__(self, source):
        self.source = source
        self.net = LaunchNet()
        self.track_profile = None
        self.h = None
        self.sync()

    def start_run(self):
        self.h = torch.zeros(1, 1, 64)

    def sync(self):
        new = self.source.newest()
        if new is None:
            return False
        state, meta = new
        self.net.load_state_dict(state)
        self.net.eval()
        profile = meta.get("track_profile")
        if profile != self.track_profile:
            self.track_profile = profile
            self.h = torch.zeros(1, 1, 64)
        return True

    def act(self, obs):
        o = torch.from_numpy(obs).float()[None]
        with torch.no_grad():
            u, self.h = self.net(o, self.h)
        return u[0].numpy()


class Track:
    def reset(self):
        self.v, self.x, self.k = 0.0, 0.0, 0
        return self.obs()

    def obs(self):
        return np.array([self.v / 40, self.x / 500, self.k / 8000] + [0.0] * 8, dtype=np.float32)

    def step(self, u):
        self.v += 0.004 * float(u.sum()) * 6 - 0.0005 * self.v
        self.x += 0.01 * self.v
        self.k += 1
        done = self.x > 500 or self.k > 8000
        return self.obs(), -abs(self.v - 38.0) / 38, done


def run(n_launches=200, poll_every=250):
    ctl = LaunchController(ControllerSource())
    track = Track()
    ticks = 0
    for n in range(n_launches):
        obs, done, score = track.reset(), False, 0.0
        ctl.start_run()
        while not done:
            obs, r, done = track.step(ctl.act(obs))
            score += r
            ticks += 1
            if ticks % poll_every == 0 and ctl.sync():
                print(f"launch {n}: controller {ctl.source.digest[:8]}")
        print(n, round(score, 2))


if __name__ == "__main__":
    run()
