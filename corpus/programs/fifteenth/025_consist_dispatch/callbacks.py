import json
import os
from pathlib import Path

import numpy as np
import torch as th
from stable_baselines3.common.callbacks import BaseCallback


def evaluate(model, env, episodes: int = 3) -> float:
    """Mean return of deterministic runs in one (non-vectorised) environment."""
    returns = []
    for _ in range(episodes):
        obs, _ = env.reset()
        lstm_states = None
        episode_start = np.ones((1,), dtype=bool)
        total, over = 0.0, False
        while not over:
            action, lstm_states = model.predict(
                obs, state=lstm_states, episode_start=episode_start, deterministic=True
            )
            obs, reward, terminated, truncated, _ = env.step(action)
            over = terminated or truncated
            episode_start = np.array([over])
            total += reward
        returns.append(total)
    return float(np.mean(returns))


class ScoreBoard:
    """A shared folder: <member>.json has the score, <member>.pt the policy's weights."""

    def __init__(self, root: str):
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)

    def publish(self, member: int, score: float, policy) -> None:
        tmp = self.root / f"{member}.pt.tmp"
        th.save(policy.state_dict(), tmp)
        os.replace(tmp, self.root / f"{member}.pt")
        (self.root / f"{member}.json").write_text(json.dumps({"score": score}))

    def ranking(self) -> list[tuple[float, int]]:
        rows = []
        for f in self.root.glob("*.json"):
            rows.append((json.loads(f.read_text())["score"], int(f.stem)))
        return sorted(rows, reverse=True)

    def weights(self, member: int, device):
        return th.load(self.root / f"{member}.pt", map_location=device)


class EvalExploitCallback(BaseCallback):
    def __init__(self, member: int, board: ScoreBoard, eval_env, every: int = 10, quantile: float = 0.25):
        super().__init__()
        self.member = member
        self.board = board
        self.eval_env = eval_env
        self.every = every
        self.quantile = quantile
        self.rollouts = 0
        self.rng = np.random.default_rng(member)

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every:
            return
        score = evaluate(self.model, self.eval_env)
        self.board.publish(self.member, score, self.model.policy)
        self.logger.record("pbt/score", score)

        ranking = self.board.ranking()
        cut = max(1, int(len(ranking) * self.quantile))
        losers = [m for _, m in ranking[-cut:]]
        winners = [m for _, m in ranking[:cut]]
        if len(ranking) < 4 or self.member not in losers:
            return
        donor = int(self.rng.choice(winners))
        self._take_over(donor)
        self.logger.record("pbt/donor", donor)

    def _take_over(self, donor: int) -> None:
        algo = self.model
        algo.policy.load_state_dict(self.board.weights(donor, algo.device))
        for pair in (algo._last_lstm_states.pi, algo._last_lstm_states.vf):
            for tensor in pair:
                tensor.zero_()
        algo._last_episode_starts = np.ones((algo.n_envs,), dtype=bool)
        factor = self.rng.choice([0.8, 1.25])
        algo.ent_coef = float(algo.ent_coef * factor)
