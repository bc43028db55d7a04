import argparse
from collections import deque

import numpy as np
import torch.multiprocessing as mp

from r2d2.actor import actor_main
from r2d2.learner import Learner
from r2d2.replay import SequenceReplay

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=6)
    ap.add_argument("--updates", type=int, default=100_000)
    ap.add_argument("--weights", default="weights")
    args = ap.parse_args()
    mp.set_start_method("spawn")
    queue, stop = mp.Queue(1000), mp.Event()
    learner = Learner(4, 4, args.weights)
    learner.publish()
    procs = [mp.Process(target=actor_main, args=(i, args.actors, args.weights, queue, stop)) for i in range(args.actors)]
    for p in procs:
        p.start()
    replay = SequenceReplay(20_000, 20)
    returns = deque(maxlen=200)
    while learner.updates < args.updates:
        for _ in range(min(queue.qsize(), 64) or 1):
            kind, item = queue.get()
            if kind == "seq":
                replay.add(item)
            else:
                returns.append(item[1])
        if len(replay) < 500:
            continue
        idx, seqs, w = replay.sample(32)
        replay.update(idx, learner.learn(seqs, w, 20))
        if learner.updates % 200 == 0:
            print(learner.updates, len(replay), np.mean(returns) if returns else None)
    stop.set()
    for p in procs:
        p.terminate()
