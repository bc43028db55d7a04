import argparse
import json
from pathlib import Path

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from arm_env import ReachArm


class FollowLeader(BaseCallback):
    """Every run writes its score next to its weights; runs that lag behind copy the leader."""

    def __init__(self, board: Path, me: str, every: int = 20_000, margin: float = 5.0, verbose: int = 1):
        super().__init__(verbose)
        self.board = board
        self.me = me
        self.every = every
        self.margin = margin
        self.next_check = every

    def score(self) -> float:
        buf = self.model.ep_info_buffer
        return float(np.mean([e["r"] for e in buf])) if buf else -1e9

    def publish(self, score: float) -> None:
        th.save(self.model.policy.state_dict(), self.board / f"{self.me}.pth")
        (self.board / f"{self.me}.json").write_text(json.dumps({"score": score}))

    def leader(self):
        rows = []
        for f in self.board.glob("*.json"):
            rows.append((json.loads(f.read_text())["score"], f.stem))
        return max(rows)

    def clear_memory(self) -> None:
        shape = self.model._last_lstm_states.pi[0].shape
        zeros = lambda: th.zeros(shape, device=self.model.device)
        self.model._last_lstm_states = RNNStates((zeros(), zeros()), (zeros(), zeros()))

    def _on_step(self) -> bool:
        if self.num_timesteps < self.next_check:
            return True
        self.next_check += self.every
        mine = self.score()
        self.publish(mine)
        best, who = self.leader()
        if who != self.me and best > mine + self.margin:
            weights = th.load(self.board / f"{who}.pth", map_location=self.model.device)
            self.model.policy.load_state_dict(weights)
            self.clear_memory()
            if self.verbose:
                print(f"[{self.me}] {mine:.1f} -> took weights of {who} ({best:.1f})")
        self.logger.record("board/best", best)
        return True


def main():
    p = argparse.ArgumentParser()
    p.add_argument("name")
    p.add_argument("--board", type=Path, default=Path("board"))
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--steps", type=int, default=3_000_000)
    args = p.parse_args()
    args.board.mkdir(exist_ok=True)

    venv = make_vec_env(ReachArm, n_envs=8)
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, learning_rate=args.lr, n_steps=128, batch_size=256,
        policy_kwargs=dict(lstm_hidden_size=128), tensorboard_log="tb",
    )
    model.learn(args.steps, callback=FollowLeader(args.board, args.name), tb_log_name=args.name)
    model.save(f"{args.name}_final")


if __name__ == "__main__":
    main()
