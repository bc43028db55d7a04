"""An on-policy runner that may go back to an earlier checkpoint while it trains."""
import os
import re
import statistics
from collections import deque

import torch
from rsl_rl.runners import OnPolicyRunner


class FallbackRunner(OnPolicyRunner):
    """
    Trains in blocks of iterations. If a block ends far below the best one, the next
    begins from the best block's file.
    """

    def __init__(self, env, train_cfg, log_dir=None, device="cpu", drop=0.5):
        super().__init__(env, train_cfg, log_dir, device)
        self.drop = drop
        self.history = deque(maxlen=5)

    def load(self, path, *args, **kwargs):
        infos = super().load(path, *args, **kwargs)
        self._forget()
        return infos

    def _forget(self):
        for model in (self.alg.actor, self.alg.critic):
            if model.is_recurrent:
                model.reset()

    def learn_in_blocks(self, blocks, iterations):
        best, best_file = float("-inf"), None
        for block in range(blocks):
            self.learn(num_learning_iterations=iterations, init_at_random_ep_len=(block == 0))
            rewards = self.logger.rewbuffer
            mean = statistics.mean(rewards) if len(rewards) else float("-inf")
            self.history.append(mean)
            file = os.path.join(self.logger.log_dir, f"block_{block:03d}.pt")
            self.save(file)
            if mean > best:
                best, best_file = mean, file
            elif best_file and mean < best - abs(best) * self.drop:
                print(f"block {block}: {mean:.2f} against {best:.2f}; back to {best_file}")
                self.load(best_file)


def newest(log_dir):
    files = [f for f in os.listdir(log_dir) if re.fullmatch(r"block_\d+\.pt", f)]
    return os.path.join(log_dir, max(files)) if files else None
