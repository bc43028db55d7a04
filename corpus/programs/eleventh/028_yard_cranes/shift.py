import yaml

from fleet import CraneFleet
from yard import ContainerYard

DEFAULTS = dict(cranes=["A", "B", "C", "D"], stacks=5, lr=1e-3, chunks=5000, chunk=20,
                compare_every=200, drop=4.0)


def load_config(path="shift.yaml"):
    cfg = dict(DEFAULTS)
    try:
        with open(path) as f:
            cfg.update(yaml.safe_load(f) or {})
    except FileNotFoundError:
        pass
    return cfg


def main():
    cfg = load_config()
    names = cfg["cranes"]
    yard = ContainerYard(names, cfg["stacks"])
    fleet = CraneFleet(names, cfg["stacks"] + 1, cfg["stacks"], cfg["lr"])
    avg = {n: 0.0 for n in names}
    best = {n: float("-inf") for n in names}

    for k in range(1, cfg["chunks"] + 1):
        for n in names:
            logps, rewards = [], []
            for _ in range(cfg["chunk"]):
                a, lp = fleet.act(n, yard.obs(n))
                rewards.append(yard.place(n, a))
                logps.append(lp)
            total = sum(rewards)
            fleet.learn(n, logps, rewards, avg[n] / 2)
            avg[n] = 0.95 * avg[n] + 0.05 * total
            if avg[n] > best[n]:
                best[n] = avg[n]
                fleet.mark_good(n)
            elif avg[n] < best[n] - cfg["drop"]:
                print(f"chunk {k}: crane {n} got worse, back to {best[n]:.2f}")
                fleet.roll_back(n)
                avg[n] = best[n]

        if k % cfg["compare_every"] == 0:
            order = sorted(names, key=best.get)
            fleet.clone_from(order[0], order[-1])
            avg[order[0]] = best[order[0]] = avg[order[-1]]
            print(k, {n: round(avg[n], 2) for n in names})


if __name__ == "__main__":
    main()
