import json
import sys
from collections import deque

import torch

from model import BearingLSTM


def stream():
    for line in sys.stdin:
        msg = json.loads(line)
        yield msg["time"], torch.tensor(msg["features"], dtype=torch.float32)


def main(weights: str, bearings: int, limit: float = 4.0) -> None:
    net = BearingLSTM(bearings)
    net.load_state_dict(torch.load(weights, map_location="cpu"))
    net.eval()
    net.restart(bearings)
    history = [deque(maxlen=100) for _ in range(bearings)]
    pred = None
    with torch.no_grad():
        for time, x in stream():
            new, z = net(x)
            if pred is not None:
                err = (pred - z).pow(2).mean(1)
                for i, e in enumerate(err.tolist()):
                    past = history[i]
                    if len(past) == past.maxlen and e > limit * sum(past) / len(past):
                        print(json.dumps({"time": time, "bearing": i, "error": round(e, 3)}), flush=True)
                    past.append(e)
            pred = new


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
