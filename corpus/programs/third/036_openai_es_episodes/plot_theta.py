"""Shows how a trained controller's hidden units react over one episode."""
import argparse

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.utils import vector_to_parameters

from es import Evaluator


def trace(ev, seed):
    obs, _ = ev.env.reset(seed=seed)
    ev.controller.h = None
    units, over = [], False
    with torch.no_grad():
        while not over:
            y = ev.controller(torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0))
            units.append(ev.controller.h.squeeze(0).numpy().copy())
            obs, _, term, trunc, _ = ev.env.step(ev._action(y))
            over = term or trunc
    return np.stack(units)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("thetas", nargs="+")
    ap.add_argument("--env", default="Pendulum-v1")
    ap.add_argument("--seed", type=int, default=5)
    args = ap.parse_args()
    ev = Evaluator(args.env)
    fig, axes = plt.subplots(len(args.thetas), 1, squeeze=False, figsize=(9, 3 * len(args.thetas)))
    for ax, name in zip(axes[:, 0], args.thetas):
        vector_to_parameters(torch.from_numpy(np.load(name)), ev.controller.parameters())
        ax.imshow(trace(ev, args.seed).T, aspect="auto", cmap="coolwarm")
        ax.set_title(name)
    fig.savefig("units.png")
