import argparse
import logging
import random
from pathlib import Path

import torch

from islands.build import Island
from islands.ppo import one_batch


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--islands", type=int, default=4)
    ap.add_argument("--batches", type=int, default=2000)
    ap.add_argument("--frames", type=int, default=512)
    ap.add_argument("--every", type=int, default=50)
    ap.add_argument("--mailbox", type=Path, default=Path("mailbox"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    args.mailbox.mkdir(exist_ok=True)
    torch.manual_seed(0)

    archipelago = [Island(i, args.env, args.frames, lr=10 ** random.uniform(-4, -3)) for i in range(args.islands)]
    for b in range(1, args.batches + 1):
        for island in archipelago:
            one_batch(island)
        if b % args.every:
            continue
        ranking = sorted(archipelago, key=lambda i: i.score)
        letter = args.mailbox / f"from_{ranking[-1].index}.pt"
        ranking[-1].send(letter)
        ranking[0].receive(letter)
        logging.info("batch %d: island %d -> %d (%.1f)", b, ranking[-1].index, ranking[0].index, ranking[-1].score)
    for island in archipelago:
        island.collector.shutdown()


if __name__ == "__main__":
    main()
