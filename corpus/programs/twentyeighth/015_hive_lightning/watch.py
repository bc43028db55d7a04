import argparse
import json
import sys

import numpy as np
import torch

from hive_model import HiveMonitor


def main():
    parser = argparse.ArgumentParser(description="reads one JSON line per quarter hour: all hives' readings")
    parser.add_argument("--ckpt", default="hives.ckpt")
    parser.add_argument("--norm", default="norm.npz")
    parser.add_argument("--alarm", type=float, default=3.5)
    args = parser.parse_args()

    model = HiveMonitor.load_from_checkpoint(args.ckpt, map_location="cpu")
    model.eval()
    norm = np.load(args.norm)
    expected = None
    for line in sys.stdin:
        record = json.loads(line)
        now = (np.asarray(record["hives"]) - norm["mean"]) / norm["std"]
        now = torch.tensor(now, dtype=torch.float32)
        if expected is not None:
            surprise = (now - expected).abs().amax(dim=1)
            for hive in torch.nonzero(surprise > args.alarm).flatten().tolist():
                print(f"{record['time']} hive {hive}: unusual ({surprise[hive]:.1f})", flush=True)
        with torch.no_grad():
            expected = model(now[:, None])[:, 0]


if __name__ == "__main__":
    main()
