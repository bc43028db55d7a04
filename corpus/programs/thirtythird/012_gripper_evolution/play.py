import sys

import numpy as np
import torch

from arm import ArmEnv
from brain import Brain
from evolve import lifetime


def main(path="elite.npy", n=100):
    brain = Brain(ArmEnv.n_in, ArmEnv.n_out)
    for rank, genome in enumerate(np.load(path)):
        brain.express(torch.from_numpy(genome))
        scores = [lifetime(brain, 777 + k) for k in range(n)]
        print("#%d  %.3f +- %.3f" % (rank, np.mean(scores), np.std(scores)))


if __name__ == "__main__":
    main(*sys.argv[1:2])
