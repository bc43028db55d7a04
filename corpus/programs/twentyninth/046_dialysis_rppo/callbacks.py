from collections import deque
from pathlib import Path

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class Warmstarts(BaseCallback):
    """Another trainer drops parameter archives in `inbox`; the newest is taken over before a rollout begins."""

    def __init__(self, inbox: Path, poll: int = 2000):
        super().__init__()
        self.inbox = inbox
        self.poll = poll
        self.seen = set()
        self.pending = deque(maxlen=1)

    def _on_step(self) -> bool:
        if self.n_calls % self.poll == 0:
            for f in sorted(self.inbox.glob("*.zip")):
                if f.name not in self.seen:
                    self.seen.add(f.name)
                    self.pending.append(f)
        return True

    def _on_rollout_start(self) -> None:
        if not self.pending:
            return
        source = self.pending.pop()
        self.model.set_parameters(str(source), exact_match=False)
        self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        self.logger.info(f"parameters of {source.name} taken over at {self.num_timesteps}")
