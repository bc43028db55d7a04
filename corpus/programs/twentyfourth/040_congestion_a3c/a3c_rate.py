import os
import random

import torch
import torch.multiprocessing as mp
from torch import nn
from torch.nn import functional as F

os.environ["OMP_NUM_THREADS"] = "1"

GAMMA, MAX_EPISODES, WORKERS = 0.97, 6000, 4


class RateController(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRUCell(3, 32)
        self.actor = nn.Linear(32, 3)
        self.critic = nn.Linear(32, 1)

    def forward(self, x, hx):
        hx = self.gru(x, hx)
        return self.actor(hx), self.critic(hx), hx


class Flow:
    """Sender behind a link whose capacity jumps a few times during a transfer."""

    def __init__(self, rng):
        self.rng = rng

    def start(self):
        self.cap = self.rng.uniform(2, 40)
        self.rate = 5.0
        self.rtt = 1.0
        self.todo = 1500.0
        self.slots = 0
        return torch.tensor([[self.rate / 40, self.rtt - 1, 0.0]])

    def tick(self, a):
        self.rate = min(60.0, max(0.5, self.rate * (0.8, 1.0, 1.2)[a]))
        if self.rng.random() < 0.02:
            self.cap = self.rng.uniform(2, 40)
        over = self.rate - self.cap
        self.rtt = min(4.0, max(1.0, self.rtt + 0.05 * over))
        lost = max(0.0, over) / self.rate if self.rtt >= 4 else 0.0
        got = min(self.rate, self.cap) * (1 - lost)
        self.todo -= got
        self.slots += 1
        r = got / 20 - 0.3 * (self.rtt - 1) - lost
        return torch.tensor([[self.rate / 40, self.rtt - 1, lost]]), r, self.todo <= 0 or self.slots >= 150


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(1).share_memory_()
                st["exp_avg"] = torch.zeros_like(p.data).share_memory_()
                st["exp_avg_sq"] = torch.zeros_like(p.data).share_memory_()


def worker(wid, shared, opt, counter):
    rng = random.Random(wid)
    torch.manual_seed(wid)
    flow, local = Flow(rng), RateController()
    while counter.value < MAX_EPISODES:
        local.load_state_dict(shared.state_dict())
        x, hx = flow.start(), torch.zeros(1, 32)
        logps, vals, rews, ents = [], [], [], []
        done = False
        while not done:
            logits, v, hx = local(x, hx)
            pi = torch.distributions.Categorical(logits=logits)
            a = pi.sample()
            x, r, done = flow.tick(a.item())
            logps.append(pi.log_prob(a))
            ents.append(pi.entropy())
            vals.append(v.view(1))
            rews.append(r)

        g, returns = 0.0, []
        for r in reversed(rews):
            g = r + GAMMA * g
            returns.append(g)
        returns = torch.tensor(returns[::-1])
        vals = torch.cat(vals)
        adv = returns - vals
        loss = -(torch.cat(logps) * adv.detach()).mean() + 0.5 * F.mse_loss(vals, returns) - 0.01 * torch.cat(ents).mean()

        local.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(local.parameters(), 10.0)
        for lp, sp in zip(local.parameters(), shared.parameters()):
            sp.grad = lp.grad.clone()
        opt.step()
        with counter.get_lock():
            counter.value += 1
            if counter.value % 100 == 0:
                print(f"[{wid}] episode {counter.value} reward {sum(rews):.2f}")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    shared = RateController()
    shared.share_memory()
    opt = SharedAdam(shared.parameters(), 1e-3)
    counter = mp.Value("i", 0)
    ps = [mp.Process(target=worker, args=(i, shared, opt, counter)) for i in range(WORKERS)]
    [p.start() for p in ps]
    [p.join() for p in ps]
    torch.save(shared.state_dict(), "rate_controller.pt")
