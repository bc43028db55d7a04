import sys

import torch
import torch.multiprocessing as mp

from brain import Brain
from worker import Worker

if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    shared = Brain()
    shared.share_memory()
    lr = mp.Value("d", 2e-3)
    results = mp.Queue()
    workers = [Worker(i, shared, lr, results, 5000) for i in range(n)]
    for w in workers:
        w.start()
    alive, seen, mean = n, 0, 0.0
    while alive:
        item = results.get()
        if item is None:
            alive -= 1
            continue
        seen += 1
        mean += (item[1] - mean) * 0.01
        if seen % 500 == 0:
            lr.value *= 0.99
            print(seen, f"{mean:.2f}")
    for w in workers:
        w.join()
    torch.save(shared.state_dict(), "hump.pt")
