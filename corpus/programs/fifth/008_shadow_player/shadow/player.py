from __future__ import annotations

import time

import torch
from rl_games.algos_torch.players import PpoPlayerContinuous

from .watch import NewestCheckpoint


class ShadowPlayer(PpoPlayerContinuous):
    """Plays endlessly beside a training run and shows what it has learnt so far."""

    def __init__(self, params):
        super().__init__(params)
        shadow = params["config"].get("shadow", {})
        self.newest = NewestCheckpoint(shadow["nn_dir"], shadow.get("every", 200))
        self.fps = shadow.get("fps", 30)

    def follow_training(self):
        path = self.newest.poll()
        if path is not None:
            print(f"=> showing {path.name}")
            self.restore(str(path))

    def run(self):
        self.wait_for_checkpoint = False
        obses = self.env_reset(self.env)
        batch_size = self.get_batch_size(obses, 1)
        if self.is_rnn:
            self.init_rnn()
        rewards = torch.zeros(batch_size, dtype=torch.float32)
        lengths = torch.zeros(batch_size, dtype=torch.float32)
        games = 0

        while games < self.games_num:
            self.follow_training()
            action = self.get_action(obses, self.is_deterministic)
            obses, r, done, info = self.env_step(self.env, action)
            rewards += r.cpu()
            lengths += 1
            if self.render_env:
                self.env.render(mode="human")
                time.sleep(1 / self.fps)

            done_indices = done.nonzero(as_tuple=False).flatten()
            if len(done_indices) > 0:
                games += len(done_indices)
                if self.is_rnn:
                    for s in self.states:
                        s[:, done_indices, :] = s[:, done_indices, :] * 0.0
                mean_r = rewards[done_indices].mean().item()
                mean_l = lengths[done_indices].mean().item()
                print(f"reward: {mean_r:.1f} steps: {mean_l:.0f} games: {games}")
                rewards[done_indices] = 0.0
                lengths[done_indices] = 0.0
