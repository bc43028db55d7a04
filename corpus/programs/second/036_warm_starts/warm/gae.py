import torch


def compute_gae(rewards, values, dones, last_value, gamma=0.99, lam=0.95):
    """Generalised advantage estimation over a (T, N) block."""
    advantages = torch.zeros_like(rewards)
    running = torch.zeros_like(last_value)
    for t in reversed(range(rewards.shape[0])):
        nxt = last_value if t == rewards.shape[0] - 1 else values[t + 1]
        not_done = 1.0 - dones[t]
        delta = rewards[t] + gamma * nxt * not_done - values[t]
        running = delta + gamma * lam * not_done * running
        advantages[t] = running
    return advantages, advantages + values


def explained_variance(pred, target):
    var = target.var()
    if float(var) < 1e-8:
        return float("nan")
    return float(1.0 - (target - pred).var() / var)
