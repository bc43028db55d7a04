import random
from types import SimpleNamespace

import torch

from fleet import City, Driver, follow

cfg = SimpleNamespace(zones=9, fleets=5, units=40, weeks=2000, unroll=12, eps=0.1,
                      gamma=0.95, lr=1e-3, imitate_every=400)


def choose(q):
    if random.random() < cfg.eps:
        return random.randrange(cfg.zones)
    return q.argmax(1).item()


def learn(opt, window):
    # one-step TD on the unrolled window, last entry only bootstraps
    loss = 0
    for (q, a, r), (q_next, _, _) in zip(window[:-1], window[1:]):
        target = r + cfg.gamma * q_next.max().detach()
        loss = loss + (q[0, a] - target) ** 2
    opt.zero_grad()
    loss.backward()
    opt.step()


def main():
    city = City(cfg.zones, cfg.fleets)
    drivers = [Driver(cfg.zones, cfg.units) for _ in range(cfg.fleets)]
    opts = [torch.optim.Adam(d.parameters(), lr=cfg.lr) for d in drivers]
    earned = [0.0] * cfg.fleets
    clock = 0

    for week in range(cfg.weeks):
        views = city.reset()
        states = [None] * cfg.fleets
        windows = [[] for _ in drivers]
        over = False
        while not over:
            picks = []
            for i, d in enumerate(drivers):
                q, states[i] = d(views[i], states[i])
                picks.append(choose(q))
                windows[i].append([q, picks[i], None])
            views, fares, over = city.step(picks)
            for i, f in enumerate(fares):
                windows[i][-1][2] = f
                earned[i] += f
            clock += 1

            if len(windows[0]) == cfg.unroll or over:
                for i in range(cfg.fleets):
                    if len(windows[i]) > 1:
                        learn(opts[i], windows[i])
                    windows[i] = []
                    states[i] = tuple(s.detach() for s in states[i])

                if clock >= cfg.imitate_every:
                    rank = sorted(range(cfg.fleets), key=lambda i: earned[i])
                    worst, best = rank[0], rank[-1]
                    follow(drivers[best], drivers[worst])
                    print(f"week {week}: fleet {worst} copies fleet {best} "
                          f"({earned[worst]:.1f} < {earned[best]:.1f})")
                    earned = [0.0] * cfg.fleets
                    clock = 0

    torch.save([d.state_dict() for d in drivers], "fleets.pt")


if __name__ == "__main__":
    main()
