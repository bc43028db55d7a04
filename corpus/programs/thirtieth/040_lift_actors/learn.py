import multiprocessing as mp

import numpy as np
import torch

from parts import LiftNet, actor, pack

ACTORS = 4
UPDATES = 1500
BATCH = 8


def returns(rews, gamma=0.98):
    out, run = np.zeros_like(rews), 0.0
    for t in reversed(range(len(rews))):
        run = rews[t] + gamma * run
        out[t] = run
    return out


def main():
    ctx = mp.get_context("spawn")
    days, stop = ctx.Queue(maxsize=4 * ACTORS), ctx.Event()
    news = [ctx.Queue() for _ in range(ACTORS)]
    net = LiftNet()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    crew = [ctx.Process(target=actor, args=(i, news[i], days, stop), daemon=True) for i in range(ACTORS)]
    for q in news:
        q.put(pack(net))
    for p in crew:
        p.start()

    for n in range(UPDATES):
        batch = [days.get() for _ in range(BATCH)]
        seen = torch.from_numpy(np.stack([b[0] for b in batch], axis=1))
        acts = torch.from_numpy(np.stack([b[1] for b in batch], axis=1))
        old = torch.from_numpy(np.stack([b[3] for b in batch], axis=1))
        rets = torch.from_numpy(np.stack([returns(b[2]) for b in batch], axis=1))
        for _ in range(3):
            logits, vals, _ = net(seen)
            dist = torch.distributions.Categorical(logits=logits)
            adv = rets - vals.detach()
            adv = (adv - adv.mean()) / (adv.std() + 1e-6)
            ratio = (dist.log_prob(acts) - old).exp()
            gain = torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = -gain + 0.5 * (rets - vals).pow(2).mean() - 0.005 * dist.entropy().mean()
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
        for q in news:
            q.put(pack(net))
        if n % 25 == 0:
            print(n, "mean day", round(float(np.mean([b[2].sum() for b in batch])), 2))

    stop.set()
    torch.save(net.state_dict(), "lift.pt")
    for p in crew:
        p.terminate()


if __name__ == "__main__":
    main()
