import argparse
from dataclasses import dataclass, field

import numpy as np
import torch

from dispatcher import Dispatcher
from lift import Tower


@dataclass
class Keeper:
    """Remembers the weights of the best validation score."""

    patience: int
    score: float = -np.inf
    weights: dict = field(default_factory=dict)
    bad: int = 0

    def offer(self, score, net):
        if score > self.score:
            self.score, self.bad = score, 0
            self.weights = {k: t.detach().cpu().clone() for k, t in net.state_dict().items()}
        else:
            self.bad += 1
        return self.bad > self.patience


def shift(net, tower, seed, train=True):
    panel = tower.restart(np.random.default_rng(seed))
    net.begin()
    track, over = [], False
    while not over:
        logits, v = net(torch.from_numpy(panel).unsqueeze(0))
        dist = torch.distributions.Categorical(logits=logits[0])
        a = dist.sample() if train else dist.probs.argmax()
        panel, r, over = tower.tick(int(a))
        track.append((dist.log_prob(a), v[0, 0], dist.entropy(), r))
    return track


def validate(net, tower, n=16):
    with torch.no_grad():
        return float(np.mean([sum(s[3] for s in shift(net, tower, 90_000 + i, False)) for i in range(n)]))


def loss_of(track, gamma):
    g, rets = 0.0, []
    for *_, r in reversed(track):
        g = r + gamma * g
        rets.append(g)
    rets = torch.tensor(rets[::-1], dtype=torch.float32)
    lp, v, ent, _ = zip(*track)
    v = torch.stack(v)
    return -(torch.stack(lp) * (rets - v.detach())).mean() + 0.25 * (rets - v).pow(2).mean() - 0.01 * torch.stack(ent).mean()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--iterations", type=int, default=5000)
    ap.add_argument("--check", type=int, default=50)
    ap.add_argument("--restore-after", type=int, default=6)
    ap.add_argument("--lr", type=float, default=6e-4)
    ap.add_argument("--out", default="dispatcher.pt")
    args = ap.parse_args()
    torch.manual_seed(1)
    tower = Tower()
    net = Dispatcher(tower.n_obs, tower.n_actions)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    keeper = Keeper(args.restore_after)
    for it in range(args.iterations):
        loss = loss_of(shift(net, tower, it), 0.98)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if it % args.check == 0:
            score = validate(net, tower)
            print(it, round(score, 3), round(float(keeper.score), 3))
            if keeper.offer(score, net):
                net.load_state_dict(keeper.weights)
                for group in opt.param_groups:
                    group["lr"] *= 0.5
                keeper.bad = 0
    net.load_state_dict(keeper.weights)
    print("final", validate(net, tower, 100))
    torch.save({"net": net.state_dict(), "score": keeper.score}, args.out)


if __name__ == "__main__":
    main()
