import random
from dataclasses import dataclass

import ray
import torch

from flow import FlowNet, FlowWorker


@dataclass
class Settings:
    lines: int = 6
    planners: int = 3
    rounds: int = 2000
    steps: int = 400
    lr: float = 1e-3


def policy_gradient(net, opt, data):
    xs, acts, rews, ends = data
    # returns over whole episodes, the fragment begins with a new one
    ret, returns = 0.0, []
    for r, e in zip(reversed(rews), reversed(ends)):
        ret = r + 0.99 * (0.0 if e else ret)
        returns.append(ret)
    returns = torch.tensor(returns[::-1])
    adv = (returns - returns.mean()) / (returns.std() + 1e-6)
    acts = torch.tensor(acts)
    loss, a = 0.0, 0
    cuts = [i + 1 for i, e in enumerate(ends) if e]
    if not cuts or cuts[-1] != len(acts):
        cuts.append(len(acts))
    for b in cuts:
        logits, _ = net(xs[a:b].unsqueeze(1))
        logp = torch.log_softmax(logits.squeeze(1), -1).gather(1, acts[a:b, None]).squeeze(1)
        loss = loss - (logp * adv[a:b]).sum()
        a = b
    opt.zero_grad()
    (loss / len(acts)).backward()
    opt.step()
    return sum(rews)


def main(cfg: Settings):
    ray.init()
    planners = [FlowNet() for _ in range(cfg.planners)]
    opts = [torch.optim.Adam(p.parameters(), lr=cfg.lr) for p in planners]
    workers = [FlowWorker.remote(line, 1000 * line) for line in range(cfg.lines)]
    for rnd in range(cfg.rounds):
        jobs = []
        for w in workers:
            k = random.randrange(cfg.planners)
            weights = {n: t.clone() for n, t in planners[k].state_dict().items()}
            ray.get(w.set_weights.remote(weights))
            ray.get(w.restart.remote())
            jobs.append((k, w.collect.remote(cfg.steps)))
        rewards = [policy_gradient(planners[k], opts[k], ray.get(ref)) for k, ref in jobs]
        if rnd % 20 == 0:
            print(rnd, [round(r, 1) for r in rewards])
    for k, p in enumerate(planners):
        torch.save(p.state_dict(), f"planner{k}.pt")


if __name__ == "__main__":
    main(Settings())
