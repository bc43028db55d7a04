"""RecurrentPPO on the corridor. Several runs share a directory; every now and then a run takes over the
parameters of the best run so far."""
import argparse
import json
import os
from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from corridor import Corridor


class ShareBest(BaseCallback):
    def __init__(self, shared: Path, run_id: str, every_rollouts: int = 25, better_by: float = 2.0):
        super().__init__()
        self.shared, self.run_id = shared, run_id
        self.every, self.better_by = every_rollouts, better_by
        self.rollouts = 0

    def _on_step(self) -> bool:
        return True

    def _my_score(self) -> float:
        buf = self.model.ep_info_buffer
        return float(np.mean([e["r"] for e in buf])) if buf else -np.inf

    def _publish(self, score: float) -> None:
        self.model.save(self.shared / f"{self.run_id}.zip")
        tmp = self.shared / f"{self.run_id}.tmp"
        tmp.write_text(json.dumps({"run": self.run_id, "score": score}))
        os.replace(tmp, self.shared / f"{self.run_id}.json")

    def _leader(self):
        rows = [json.loads(p.read_text()) for p in self.shared.glob("*.json")]
        return max(rows, key=lambda r: r["score"], default=None)

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every:
            return
        score = self._my_score()
        if not np.isfinite(score):
            return
        self._publish(score)
        leader = self._leader()
        if leader["run"] == self.run_id or leader["score"] < score + self.better_by:
            return
        self.logger.record("share/took_over", 1)
        self.model.set_parameters(str(self.shared / f"{leader['run']}.zip"))
        self._clear_lstm()

    def _clear_lstm(self) -> None:
        model = self.model
        zero = [[th.zeros_like(s) for s in pair] for pair in (model._last_lstm_states.pi, model._last_lstm_states.vf)]
        model._last_lstm_states = RNNStates(tuple(zero[0]), tuple(zero[1]))
        model._last_episode_starts = np.ones((model.n_envs,), dtype=bool)


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("run_id")
    ap.add_argument("--shared", type=Path, default=Path("shared"))
    ap.add_argument("--demand", type=float, default=0.4)
    ap.add_argument("--steps", type=int, default=5_000_000)
    args = ap.parse_args()
    args.shared.mkdir(exist_ok=True)

    venv = VecMonitor(DummyVecEnv([lambda: Corridor(args.demand) for _ in range(8)]))
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=180, batch_size=180, ent_coef=0.005, verbose=1)
    model.learn(args.steps, callback=ShareBest(args.shared, args.run_id))
    model.save(args.shared / f"{args.run_id}_final.zip")


if __name__ == "__main__":
    main()
