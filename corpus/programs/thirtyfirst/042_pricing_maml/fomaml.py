import numpy as np
import torch

from pricer import Pricer, borrowed
from shop import Shop

INNER_LR, OUTER_LR, WEEKS, TASKS = 0.05, 1e-3, 3, 8


def run_week(pricer, shop):
    pricer.cut()
    obs, over = shop.open(), False
    logps, rewards = [], []
    while not over:
        pick, logp = pricer.quote(obs)
        obs, reward, over = shop.post(int(pick))
        pricer.hear(pick, reward)
        logps.append(logp)
        rewards.append(reward)
    return torch.cat(logps), torch.tensor(rewards, dtype=torch.float32)


def pg_loss(logps, rewards):
    togo = rewards.flip(0).cumsum(0).flip(0)
    adv = (togo - togo.mean()) / (togo.std() + 1e-6)
    return -(logps * adv).mean()


def adapt(pricer, shop, weeks):
    inner = torch.optim.SGD(pricer.parameters(), INNER_LR)
    earned = []
    for _ in range(weeks):
        logps, rewards = run_week(pricer, shop)
        inner.zero_grad()
        pg_loss(logps, rewards).backward()
        inner.step()
        earned.append(rewards.sum().item())
    return earned


def outer_step(pricer, opt, rng):
    sums = [torch.zeros_like(p) for p in pricer.parameters()]
    after = []
    for _ in range(TASKS):
        shop = Shop(rng)
        with borrowed(pricer):
            adapt(pricer, shop, WEEKS)
            logps, rewards = run_week(pricer, shop)
            grads = torch.autograd.grad(pg_loss(logps, rewards), list(pricer.parameters()))
            after.append(rewards.sum().item())
        for s, g in zip(sums, grads):
            s += g / TASKS
    opt.zero_grad()
    for p, g in zip(pricer.parameters(), sums):
        p.grad = g
    opt.step()
    return float(np.mean(after))


def check(pricer, rng, shops=20):
    table = []
    for _ in range(shops):
        with borrowed(pricer):
            table.append(adapt(pricer, Shop(rng), WEEKS + 2))
    return np.mean(table, axis=0)


def main():
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    pricer = Pricer()
    opt = torch.optim.Adam(pricer.parameters(), OUTER_LR)
    for it in range(3000):
        earned = outer_step(pricer, opt, rng)
        if it % 100 == 0:
            print(it, "%.2f" % earned, np.round(check(pricer, np.random.default_rng(1)), 2))
    torch.save(pricer.state_dict(), "pricer.pt")


if __name__ == "__main__":
    main()
