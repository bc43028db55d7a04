import argparse

import torch
import torch.multiprocessing as mp

from worker import DelverNet, worker


class SharedRMSprop(torch.optim.RMSprop):
    def __init__(self, params, **kw):
        super().__init__(params, **kw)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["step"] = torch.zeros(1).share_memory_()
                self.state[p]["square_avg"] = torch.zeros_like(p).share_memory_()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="MiniHack-Corridor-R3-v0")
    ap.add_argument("--workers", type=int, default=12)
    ap.add_argument("--episodes", type=int, default=200_000)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--beta", type=float, default=0.01)
    ap.add_argument("--seed", type=int, default=0)
    cfg = ap.parse_args()

    mp.set_start_method("spawn")
    shared = DelverNet().share_memory()
    optimizer = SharedRMSprop(shared.parameters(), lr=cfg.lr, alpha=0.99, eps=1e-5)
    lock, counter, results = mp.Lock(), mp.Value("i", 0), mp.Queue()
    procs = [mp.Process(target=worker, args=(i, shared, optimizer, lock, counter, results, cfg)) for i in range(cfg.workers)]
    for p in procs:
        p.start()

    alive, n, mean = cfg.workers, 0, 0.0
    while alive:
        item = results.get()
        if item is None:
            alive -= 1
            continue
        n += 1
        mean += (item[1] - mean) * max(0.01, 1 / n)
        if n % 200 == 0:
            print(f"{n} episodes, mean return {mean:.3f}, last length {item[2]}")
            torch.save(shared.state_dict(), "delver.pt")
    for p in procs:
        p.join()
