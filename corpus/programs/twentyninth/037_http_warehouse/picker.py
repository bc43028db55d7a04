# -*- coding: utf-8 -*-
"""Rollout process: one trajectory (one pick list) per loop, posted to the learner."""
import io
import pickle
import random
import sys
import time

import numpy as np
import requests
import torch

from model import PickerNet

MOVES = {0: (0, 1), 1: (0, -1), 2: (1, 0), 3: (-1, 0)}


class Aisles(object):
    def __init__(self, size=12, items=3, limit=150):
        self.size, self.items, self.limit = size, items, limit

    def reset(self):
        self.pos = [0, 0]
        self.todo = [(random.randrange(self.size), random.randrange(self.size)) for _ in range(self.items)]
        self.t = 0
        return self.observe()

    def observe(self):
        o = [self.pos[0] / self.size, self.pos[1] / self.size, self.t / self.limit]
        for i in range(3):
            if i < len(self.todo) and self.t < 5:
                o += [self.todo[i][0] / self.size, self.todo[i][1] / self.size]
            else:
                o += [0.0, 0.0]
        return np.array(o, dtype=np.float32)

    def step(self, a):
        self.t += 1
        r = -0.01
        if a in MOVES:
            for k in range(2):
                self.pos[k] = min(self.size - 1, max(0, self.pos[k] + MOVES[a][k]))
        elif tuple(self.pos) in self.todo:
            self.todo.remove(tuple(self.pos))
            r = 1.0
        return self.observe(), r, not self.todo or self.t >= self.limit


def pull(session, base, net, version):
    reply = session.get(base + "/weights", params={"have": version}, timeout=10)
    if reply.status_code == 304:
        return version
    reply.raise_for_status()
    net.load_state_dict(torch.load(io.BytesIO(reply.content), map_location="cpu"))
    return int(reply.headers["X-Version"])


def trajectory(net, env):
    carry = None
    obs, done = env.reset(), False
    traj = {"obs": [], "act": [], "rew": [], "mu": []}
    while not done:
        with torch.no_grad():
            logits, _, carry = net(torch.from_numpy(obs).view(1, 1, -1), carry)
        probs = logits[0, 0].softmax(-1)
        a = int(torch.multinomial(probs, 1))
        traj["obs"].append(obs)
        traj["act"].append(a)
        traj["mu"].append(float(probs[a]))
        obs, r, done = env.step(a)
        traj["rew"].append(r)
    return traj


def main(base):
    net, env, version = PickerNet(), Aisles(), -1
    session = requests.Session()
    while True:
        try:
            version = pull(session, base, net, version)
            traj = trajectory(net, env)
            session.post(base + "/trajectories", data=pickle.dumps((version, traj)), timeout=10)
        except requests.RequestException as e:
            print("learner away: %s" % e)
            time.sleep(2.0)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7000")
