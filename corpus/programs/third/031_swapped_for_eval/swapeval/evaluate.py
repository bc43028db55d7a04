import numpy as np
import torch


@torch.no_grad()
def evaluate(policy, env, episodes=10):
    scores = []
    for _ in range(episodes):
        obs, _ = env.reset()
        policy.carry = None
        total, over = 0.0, False
        while not over:
            dist, _ = policy(torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0))
            obs, r, term, trunc, _ = env.step(int(dist.probs.argmax()))
            total += r
            over = term or trunc
        scores.append(total)
    return float(np.mean(scores))
