import sys

import torch.multiprocessing as mp

from net import MazeNet, SharedAdam
from workers import test, train

if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    shared = MazeNet()
    shared.share_memory()
    opt = SharedAdam(shared.parameters(), 1e-3)
    opt.share_memory()
    counter, stop = mp.Value("i", 0), mp.Event()
    ps = [mp.Process(target=test, args=(shared, counter, stop, 200_000))]
    ps += [mp.Process(target=train, args=(i, shared, opt, counter, stop)) for i in range(n)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
