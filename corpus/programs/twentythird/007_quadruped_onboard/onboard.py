#!/usr/bin/env python3
"""Onboard locomotion controller (50 Hz) for the small quadruped."""
import sys
import threading
import time

import numpy as np
import torch
import torch.nn as nn

from robot_io import Gamepad, RobotLink

KP, KD = 22.0, 0.6
ACTION_SCALE = 0.3
POLICY_BUTTONS = {
    "A": "policies/flat_v7.pt",
    "B": "policies/stairs_v3.pt",
    "X": "policies/crouch_v2.pt",
}


class LocoPolicy(nn.Module):
    def __init__(self, n_obs=48, n_act=12, widths=(256, 128)):
        super().__init__()
        sizes = [n_obs, *widths]
        self.cells = nn.ModuleList(
            [nn.GRUCell(i, o) for i, o in zip(sizes[:-1], sizes[1:])]
        )
        self.head = nn.Linear(widths[-1], n_act)

    def zero_state(self):
        return [torch.zeros(1, c.hidden_size) for c in self.cells]

    def forward(self, x, hs):
        out = []
        for cell, h in zip(self.cells, hs):
            x = cell(x, h)
            out.append(x)
        return torch.tanh(self.head(x)), out


def load_policy(path):
    policy = LocoPolicy()
    ckpt = torch.load(path, map_location="cpu")
    policy.load_state_dict(ckpt["actor"])
    policy.eval()
    return policy


class Controller:
    def __init__(self, link, path):
        self.link = link
        self.policy = load_policy(path)
        self.hs = self.policy.zero_state()
        self.last_action = np.zeros(12, dtype=np.float32)
        self.command = np.zeros(3, dtype=np.float32)
        self.lock = threading.Lock()
        self.enabled = False

    def enable(self):
        with self.lock:
            self.hs = self.policy.zero_state()
            self.last_action[:] = 0
            self.enabled = True

    def disable(self):
        with self.lock:
            self.enabled = False

    def use(self, path):
        new = load_policy(path)
        with self.lock:
            self.policy = new
        print("policy:", path)

    def observation(self):
        s = self.link.state()
        return np.concatenate([
            s.gyro * 0.25, s.gravity, self.command,
            s.q - self.link.default_q, s.dq * 0.05, self.last_action, np.zeros(3),
        ]).astype(np.float32)

    def step(self):
        obs = torch.from_numpy(self.observation()).unsqueeze(0)
        with self.lock:
            if not self.enabled:
                self.link.damp()
                return
            with torch.inference_mode():
                action, self.hs = self.policy(obs, self.hs)
        self.last_action = action.squeeze(0).numpy().copy()
        target = self.link.default_q + ACTION_SCALE * self.last_action
        self.link.position(target, KP, KD)


def pad_thread(pad, ctl):
    for event in pad.events():
        if event.kind == "stick":
            ctl.command[:] = event.value
        elif event.name == "START":
            ctl.enable()
        elif event.name == "SELECT":
            ctl.disable()
        elif event.name in POLICY_BUTTONS:
            ctl.use(POLICY_BUTTONS[event.name])


def main():
    ctl = Controller(RobotLink(), POLICY_BUTTONS["A"])
    threading.Thread(target=pad_thread, args=(Gamepad(), ctl), daemon=True).start()
    period = 0.02
    nxt = time.monotonic()
    while True:
        ctl.step()
        nxt += period
        time.sleep(max(0.0, nxt - time.monotonic()))


if __name__ == "__main__":
    sys.exit(main())
