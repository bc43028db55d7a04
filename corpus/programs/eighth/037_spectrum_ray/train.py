import argparse

import numpy as np
import ray
import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from network import RecurrentActorCritic
from worker import RolloutWorker


def update(net, optimizer, batches, gamma, entropy_coef):
    cat = {k: torch.as_tensor(np.concatenate([b[k] for b in batches], axis=1))
           for k in ("obs", "actions", "rewards", "dones")}
    start = torch.as_tensor(np.concatenate([b["start_hidden"] for b in batches]))
    last_obs = torch.as_tensor(np.concatenate([b["last_obs"] for b in batches]))

    logits, values, hidden = net.unroll(cat["obs"], cat["dones"], start)
    with torch.no_grad():
        _, running, _ = net(last_obs, hidden)
        targets = []
        for t in reversed(range(values.shape[0])):
            running = cat["rewards"][t] + gamma * (1 - cat["dones"][t]) * running
            targets.insert(0, running)
        targets = torch.stack(targets)

    dist = Categorical(logits=logits)
    advantage = (targets - values).detach()
    policy_loss = -(dist.log_prob(cat["actions"]) * advantage).mean()
    value_loss = F.mse_loss(values, targets)
    loss = policy_loss + 0.5 * value_loss - entropy_coef * dist.entropy().mean()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    optimizer.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--envs-per-worker", type=int, default=8)
    parser.add_argument("--channels", type=int, default=8)
    parser.add_argument("--fragment", type=int, default=20)
    parser.add_argument("--updates", type=int, default=20_000)
    args = parser.parse_args()

    ray.init()
    net = RecurrentActorCritic(args.channels + 1, args.channels)
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-4)
    workers = [RolloutWorker.remote(i, args.channels, args.envs_per_worker) for i in range(args.workers)]

    recent = []
    for step in range(args.updates):
        weights = ray.put(net.state_dict())
        results = ray.get([w.sample.remote(weights, args.fragment) for w in workers])
        loss = update(net, optimizer, [r[0] for r in results], gamma=0.99, entropy_coef=0.01)
        for _, finished in results:
            recent.extend(finished)
        recent = recent[-200:]
        if step % 100 == 0 and recent:
            print(f"update {step}: loss {loss:.3f} return {np.mean(recent):.1f}")
    torch.save(net.state_dict(), "spectrum.pt")
    ray.shutdown()


if __name__ == "__main__":
    main()
