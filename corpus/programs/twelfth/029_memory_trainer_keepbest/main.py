import logging
import sys

from callbacks import KeepBest
from trainer import Trainer

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    env_id = sys.argv[1] if len(sys.argv) > 1 else "MiniGrid-MemoryS9-v0"
    Trainer(env_id, [KeepBest(patience=4)]).fit(20_000)
