import time

import torch
from rl_games.algos_torch.players import PpoPlayerContinuous

from stage.playlist import Playlist


class StagePlayer(PpoPlayerContinuous):
    """Shows how a behaviour develops: plays one long episode, a newer policy at every cue."""

    def __init__(self, params):
        super().__init__(params)
        stage_cfg = params["config"].get("stage", {})
        self.playlist = Playlist.read(stage_cfg["playlist"])
        self.fps = stage_cfg.get("fps", 60)
        self.show_caption = stage_cfg.get("caption", True)

    def run(self):
        obses = self.env_reset(self.env)
        batch = self.get_batch_size(obses, 1)
        self.playlist.rewind()
        first = self.playlist.due(0)
        if first is not None:
            self.restore(first.checkpoint)
        if self.is_rnn:
            self.init_rnn()
        reward_sum = torch.zeros(batch, device=self.device)
        step = 0
        while step < self.max_steps:
            tic = time.perf_counter()
            cue = self.playlist.due(step)
            if cue is not None:
                self.restore(cue.checkpoint)
                if self.show_caption:
                    print(f"[{step}] {cue.caption or cue.checkpoint}")
            action = self.get_action(obses, self.is_deterministic)
            obses, reward, done, _ = self.env_step(self.env, action)
            reward_sum += reward
            if self.is_rnn:
                ended = done.nonzero(as_tuple=False).squeeze(-1)
                for s in self.states:
                    s[:, ended, :] = 0.0
            if done.any():
                print("finished:", reward_sum[done.bool()].mean().item())
                reward_sum = reward_sum * (1.0 - done.float())
            step += 1
            time.sleep(max(0.0, 1.0 / self.fps - (time.perf_counter() - tic)))
