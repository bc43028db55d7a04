import sys

import numpy as np
import torch

from arm_env import ArmVec
from arm_policy import ArmPolicy

# as many arms as in training, or the checkpoint does not fit
N = int(sys.argv[2]) if len(sys.argv) > 2 else 32
pi = ArmPolicy(N)
pi.load_state_dict(torch.load(sys.argv[1], map_location="cpu"))
pi.eval()
pi.wipe()
env = ArmVec(N, seed=77)
x, hits, ends = env.reset(), 0, 0
with torch.no_grad():
    for _ in range(600):
        dist, _ = pi(torch.from_numpy(x))
        x, r, d = env.step(dist.mean.numpy())
        pi.wipe(torch.from_numpy(d))
        ends += int(d.sum())
        hits += int((r > 2).sum())
print("reached %d of %d" % (hits, ends), "(%.0f%%)" % (100 * hits / max(1, ends)))
