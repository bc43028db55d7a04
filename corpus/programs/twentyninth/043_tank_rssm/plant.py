import collections
import random

import torch

from rssm import RSSM, Belief
from tank import Tank

SAFE = "rssm_safe.pt"
WINDOW = 48
torch.manual_seed(0)


@torch.no_grad()
def plan(model, belief, horizon=16, n=256, elite=24, rounds=4):
    mean, std = torch.zeros(horizon, 1), torch.ones(horizon, 1)
    for _ in range(rounds):
        acts = (mean + std * torch.randn(n, horizon, 1)).clamp(-1, 1)
        b = Belief(*(t.expand(n, -1).contiguous() for t in belief))
        score = torch.zeros(n)
        for k in range(horizon):
            b, _ = model.imagine(b, acts[:, k])
            score += model.rew(torch.cat(b, -1))[:, 0]
        top = acts[score.topk(elite).indices]
        mean, std = top.mean(0), top.std(0) + 0.05
    return float(mean[0, 0])


def batch(log, n=16, length=32):
    starts = [random.randrange(len(log) - length) for _ in range(n)]
    seqs = [log[s:s + length] for s in starts]
    pick = lambda i: torch.tensor([[step[i] for step in seq] for seq in seqs]).transpose(0, 1)
    return pick(0), pick(1), pick(2)


def main(steps=50_000):
    tank, model = Tank(), RSSM(Tank.n_obs, Tank.n_act)
    opt = torch.optim.Adam(model.parameters(), lr=6e-4)
    log, recent = [], collections.deque(maxlen=WINDOW)
    obs, action = tank.read(), 0.0
    belief, lowest = model.start(1), float("inf")
    for t in range(steps):
        recent.append(([action], obs))
        with torch.no_grad():
            belief, _, _ = model.observe(belief, torch.tensor([[action]]), torch.tensor([obs]))
        action = random.uniform(-1, 1) if t < 1000 else plan(model, belief)
        prev = obs
        obs, reward = tank.step(action)
        log.append(([action], obs, reward))

        if t >= 1000 and t % 50 == 0:
            for _ in range(20):
                loss = model.loss(*batch(log))
                opt.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 100.0)
                opt.step()
            with torch.no_grad():
                check = float(model.loss(*batch(log[-2000:], n=64)))
            if check < lowest:
                lowest = check
                torch.save(model.state_dict(), SAFE)
            elif check > 2.0 * lowest:
                model.load_state_dict(torch.load(SAFE))
                acts = torch.tensor([a for a, _ in recent]).unsqueeze(1)
                seen = torch.tensor([o for _, o in recent]).unsqueeze(1)
                with torch.no_grad():
                    belief = model.filter(acts, seen)
            print(f"{t:6d} check {check:.3f} lowest {lowest:.3f} step {obs[0] - prev[0]:+.3f}")


if __name__ == "__main__":
    main()
