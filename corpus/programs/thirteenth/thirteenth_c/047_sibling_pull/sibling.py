"""Two training jobs (different entropy coefficients) share a folder; the one that
is behind takes over the policy of the other one now and then."""
import json
from pathlib import Path

import numpy as np
import torch as th
from stable_baselines3.common.callbacks import BaseCallback


class SiblingCallback(BaseCallback):
    def __init__(self, share: str, me: str, other: str, every: int = 20, margin: float = 0.1, verbose: int = 1):
        super().__init__(verbose)
        self.share = Path(share)
        self.me, self.other = me, other
        self.every = every
        self.margin = margin
        self.rollouts = 0

    def _init_callback(self) -> None:
        self.share.mkdir(parents=True, exist_ok=True)

    def _score(self) -> float:
        buf = self.model.ep_info_buffer
        return float(np.mean([e["r"] for e in buf])) if buf else float("-inf")

    def _publish(self, score: float) -> None:
        tmp = self.share / f"{self.me}.tmp"
        th.save(self.model.policy.state_dict(), tmp)
        tmp.rename(self.share / f"{self.me}.pt")
        (self.share / f"{self.me}.json").write_text(json.dumps({"score": score, "steps": self.num_timesteps}))

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every:
            return
        score = self._score()
        self._publish(score)
        info, weights = self.share / f"{self.other}.json", self.share / f"{self.other}.pt"
        if not info.exists() or not weights.exists():
            return
        theirs = json.loads(info.read_text())["score"]
        if theirs > score + self.margin * abs(score):
            state = th.load(weights, map_location=self.model.device)
            self.model.policy.load_state_dict(state)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.logger.record("sibling/pulled_at", self.num_timesteps)
            if self.verbose:
                print(f"{self.me}: {score:.2f} < {theirs:.2f}, took policy of {self.other}")

    def _on_step(self) -> bool:
        return True
