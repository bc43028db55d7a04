"""Locomotion node: subscribes to /imu, /joints, /cmd_vel over a small bus, publishes /targets."""
import argparse
import os
import threading
import time

import numpy as np
import torch

from bus import Bus
from gait_net import GaitNet

NOMINAL = np.tile([0.0, 0.9, -1.8], 4)


class LocomotionNode:
    def __init__(self, weights, rate=50.0):
        self.weights = weights
        self.mtime = os.path.getmtime(weights)
        self.net = GaitNet()
        self.net.load_state_dict(torch.load(weights, map_location="cpu"))
        self.net.eval()
        self.hidden = self.net.zero_hidden()
        self.period = 1.0 / rate
        self.lock = threading.Lock()
        self.imu, self.joints, self.cmd = np.zeros(6), np.zeros(24), np.zeros(3)
        self.prev = np.zeros(12)
        self.bus = Bus()
        self.bus.subscribe("/imu", self.on_imu)
        self.bus.subscribe("/joints", self.on_joints)
        self.bus.subscribe("/cmd_vel", self.on_cmd)
        self.running = True

    def on_imu(self, msg):
        self.imu = np.asarray(msg)

    def on_joints(self, msg):
        self.joints = np.asarray(msg)

    def on_cmd(self, msg):
        self.cmd = np.asarray(msg)

    def watch_weights(self):
        while self.running:
            time.sleep(2.0)
            mtime = os.path.getmtime(self.weights)
            if mtime == self.mtime:
                continue
            try:
                fresh = torch.load(self.weights, map_location="cpu")
            except (RuntimeError, EOFError):
                continue
            with self.lock:
                self.net.load_state_dict(fresh)
                self.hidden = self.net.zero_hidden()
            self.mtime = mtime
            print("[node] weights of", time.ctime(mtime))

    @torch.no_grad()
    def control(self):
        q, dq = self.joints[:12] - NOMINAL, self.joints[12:]
        obs = np.concatenate([self.imu, self.cmd, q, 0.05 * dq, self.prev])
        x = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        with self.lock:
            out, self.hidden = self.net(x, self.hidden)
        self.prev = out.squeeze(0).numpy()
        self.bus.publish("/targets", (NOMINAL + 0.25 * self.prev).tolist())

    def spin(self):
        threading.Thread(target=self.watch_weights, daemon=True).start()
        nxt = time.monotonic()
        try:
            while True:
                self.control()
                nxt += self.period
                time.sleep(max(0.0, nxt - time.monotonic()))
        except KeyboardInterrupt:
            self.running = False
            self.bus.publish("/targets", NOMINAL.tolist())


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--rate", type=float, default=50.0)
    a = ap.parse_args()
    LocomotionNode(a.weights, a.rate).spin()
