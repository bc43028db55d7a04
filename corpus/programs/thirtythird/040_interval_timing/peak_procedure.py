"""Peak procedure with every fitted animal, before and after cooling the striatum."""
import glob
import os

import numpy as np
import torch

from circuit import StriatalCircuit

TRIALS = 200
DURATION = 150
TARGET = 50
rng = np.random.default_rng(3)


def trial(net):
    presses = np.zeros(DURATION)
    onset = rng.integers(5, 15)
    for t in range(DURATION + onset):
        cue = torch.tensor([1.0, 0.0]) if t >= onset else torch.tensor([0.0, 1.0])
        p = net.step(cue)
        if t >= onset:
            presses[t - onset] = rng.random() < p
    return presses


def block(net):
    out = np.zeros((TRIALS, DURATION))
    for k in range(TRIALS):
        net.settle()
        out[k] = trial(net)
    return out.mean(0)


def cool(weights, factor=1.3):
    w = {k: v.clone() for k, v in weights.items()}
    w["log_tau_s"] += np.log(factor)
    return w


def peak(curve):
    k = np.convolve(curve, np.ones(7) / 7, mode="same")
    return int(k.argmax()), float(k.max())


def main():
    net = StriatalCircuit()
    print("animal,condition,peak_time,peak_rate")
    for path in sorted(glob.glob("fits/*.pt")):
        animal = os.path.splitext(os.path.basename(path))[0]
        weights = torch.load(path)
        for condition, w in (("control", weights), ("cooled", cool(weights))):
            net.load_state_dict(w)
            t, r = peak(block(net))
            print(f"{animal},{condition},{t},{r:.3f}")


if __name__ == "__main__":
    main()
