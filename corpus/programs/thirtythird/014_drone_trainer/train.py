import argparse

import torch
from torch.utils.tensorboard import SummaryWriter

from drone.trainer import TrainConfig, Trainer


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=3000)
    ap.add_argument("--n-envs", type=int, default=128)
    ap.add_argument("--seed", type=int, default=5)
    ap.add_argument("--out", default="hover.pt")
    a = ap.parse_args()
    torch.manual_seed(a.seed)
    trainer = Trainer(TrainConfig(n_envs=a.n_envs))
    with SummaryWriter() as writer:
        trainer.run(a.updates, writer)
    torch.save({"policy": trainer.policy.state_dict(), "cfg": vars(trainer.cfg)}, a.out)


if __name__ == "__main__":
    main()
