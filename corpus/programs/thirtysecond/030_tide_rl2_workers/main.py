import random

import torch
import torch.multiprocessing as mp

from rl2net import Rl2Net
from worker import run_trial, worker

N_WORKERS, TRIALS, VISITS = 4, 5000, 5


def assess(path: str, trials: int = 200) -> float:
    net = Rl2Net(1, 4)
    net.load_state_dict(torch.load(path))
    rng = random.Random(99)
    with torch.no_grad():
        return sum(sum(run_trial(net, rng, VISITS)[3]) for _ in range(trials)) / trials


if __name__ == "__main__":
    mp.set_start_method("spawn")
    shared = Rl2Net(1, 4).share_memory()
    opt = torch.optim.SGD(shared.parameters(), lr=1e-2)
    lock, tally = mp.Lock(), mp.Value("i", 0)
    crew = [mp.Process(target=worker, args=(r, shared, opt, lock, tally, TRIALS, VISITS)) for r in range(N_WORKERS)]
    for p in crew:
        p.start()
    for p in crew:
        p.join()
    torch.save(shared.state_dict(), "tidal.pt")
    print("trials", tally.value, "score", assess("tidal.pt"))
