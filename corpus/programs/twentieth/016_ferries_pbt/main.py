import sys
import tempfile

import torch.multiprocessing as mp

from worker import run

if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="ferries_")
    mp.set_start_method("spawn")
    print("checkpoints in", folder)
    members = [mp.Process(target=run, args=(i, size, folder, 200, 100)) for i in range(size)]
    for m in members:
        m.start()
    for m in members:
        m.join()
