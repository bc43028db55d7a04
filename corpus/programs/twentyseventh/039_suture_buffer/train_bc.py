import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from policy import SuturePolicy

DEMOS = Path("demos")
OUT = Path("suture_best.pt")


def load_demos(part):
    demos = []
    for f in sorted((DEMOS / part).glob("*.npz")):
        d = np.load(f)
        demos.append(tuple(torch.from_numpy(d[k]).float() for k in ("pose", "feat", "motion")))
    return demos


def demo_loss(policy, demo):
    pose, feat, motion = demo
    policy.begin()
    total = 0.0
    for t in range(len(pose)):
        pred = policy(pose[t : t + 1], feat[t : t + 1])
        total = total + F.smooth_l1_loss(pred, motion[t : t + 1])
    return total / len(pose)


def main(epochs=60):
    policy = SuturePolicy()
    optim = torch.optim.AdamW(policy.parameters(), lr=2e-4, weight_decay=1e-4)
    train, val = load_demos("train"), load_demos("val")
    best = float("inf")
    for epoch in range(epochs):
        policy.train()
        random.shuffle(train)
        for demo in train:
            loss = demo_loss(policy, demo)
            optim.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
            optim.step()
        policy.eval()
        with torch.no_grad():
            score = float(np.mean([demo_loss(policy, d).item() for d in val]))
        print(f"epoch {epoch} val {score:.5f}")
        if score < best:
            best = score
            torch.save(policy.state_dict(), OUT)


if __name__ == "__main__":
    main()
