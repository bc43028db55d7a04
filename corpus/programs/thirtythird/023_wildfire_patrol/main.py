import argparse
import queue
import threading

import torch

from fire.actor import Actor
from fire.learner import Learner


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=6)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--updates", type=int, default=50000)
    ap.add_argument("--out", default="patrol.pt")
    args = ap.parse_args()
    torch.manual_seed(0)
    chunks, stop = queue.Queue(maxsize=32), threading.Event()
    boxes = [queue.Queue(maxsize=2) for _ in range(args.actors)]
    learner = Learner()
    learner.publish(boxes)
    actors = [Actor(i, chunks, boxes[i], stop) for i in range(args.actors)]
    for a in actors:
        a.start()
    try:
        for k in range(args.updates):
            loss, reward = learner.update([chunks.get() for _ in range(args.batch)])
            learner.publish(boxes)
            if k % 200 == 0:
                print("%6d loss %.4f reward %.4f" % (k, loss, reward))
                torch.save({"net": learner.net.state_dict(), "update": k}, args.out)
    finally:
        stop.set()
        for a in actors:
            a.join(timeout=2)


if __name__ == "__main__":
    main()
