import argparse
import math

import numpy as np
import torch

from agent import DoseAgent
from patient import SimPatient


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=50_000)
    ap.add_argument("--horizon", type=int, default=60)
    ap.add_argument("--margin", type=float, default=0.4)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    torch.manual_seed(args.seed)

    patient = SimPatient(np.random.default_rng(args.seed))
    agent = DoseAgent()
    obs = patient.admit()
    mean, best = 0.0, -math.inf
    for u in range(1, args.updates + 1):
        done = False
        for _ in range(args.horizon):
            obs, r, done = patient.infuse(agent.dose(obs))
            agent.rews.append(r)
            if done:
                break
        mean += 0.02 * (np.mean(agent.rews) - mean)
        loss = agent.update(last=done)
        if done:
            obs = patient.admit()
            agent.new_patient()

        if not math.isfinite(loss):
            print(u, "loss is", loss)
            agent.recall(hard=True)
        elif u > 200 and mean > best:
            best = mean
            agent.remember()
        elif mean < best - args.margin:
            print(f"{u}: {mean:.3f} is far below {best:.3f}")
            agent.recall()
            mean = best
        if u % 500 == 0:
            print(f"{u}: reward {mean:.3f} (best {best:.3f})")
    torch.save(agent.best, "dose.pt")


if __name__ == "__main__":
    main()
