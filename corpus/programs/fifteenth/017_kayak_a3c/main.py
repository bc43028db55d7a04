import os

os.environ["OMP_NUM_THREADS"] = "1"

import hydra
import torch.multiprocessing as mp
from omegaconf import DictConfig

from model import PaddleNet
from shared_adam import SharedAdam
from worker import work


@hydra.main(version_base=None, config_path=".", config_name="config")
def main(cfg: DictConfig) -> None:
    mp.set_start_method("spawn", force=True)
    shared = PaddleNet(cfg.net.hidden)
    shared.share_memory()
    optim = SharedAdam(shared.parameters(), lr=cfg.lr)
    total = mp.Value("i", 0)
    procs = [mp.Process(target=work, args=(rank, dict(cfg.a3c), cfg.net.hidden, shared, optim, total))
             for rank in range(cfg.workers)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()


if __name__ == "__main__":
    main()
