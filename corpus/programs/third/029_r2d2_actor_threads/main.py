import argparse
import threading
import time
from collections import deque

import gymnasium as gym
import numpy as np

from r2.actor import Actor
from r2.learner import Learner
from r2.paramserver import ParamServer

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--actors", type=int, default=3)
    ap.add_argument("--updates", type=int, default=50_000)
    ap.add_argument("--publish-every", type=int, default=20)
    args = ap.parse_args()
    probe = gym.make(args.env)
    learner = Learner(probe.observation_space.shape[0], probe.action_space.n)
    server, data, stop = ParamServer(), deque(maxlen=20_000), threading.Event()
    server.publish(learner.q)
    actors = [Actor(i, args.env, server, data, stop) for i in range(args.actors)]
    for a in actors:
        a.start()
    while len(data) < 500:
        time.sleep(0.5)
    for u in range(args.updates):
        loss = learner.update(data)
        if u % args.publish_every == 0:
            server.publish(learner.q)
        if u % 500 == 0:
            print(u, f"{loss:.4f}", [round(float(np.mean(a.scores[-20:] or [0])), 1) for a in actors])
    stop.set()
