"""rl_games player for the long-running showroom demo: many arms in one vec env, and the checkpoint on
the file share is replaced a few times per hour by the training machine."""
import os
import time

import torch
from rl_games.algos_torch.players import PpoPlayerContinuous


class TouringPlayer(PpoPlayerContinuous):
    def __init__(self, params):
        super().__init__(params)
        tour = self.player_config.get("tour", {})
        self.share = tour.get("share", "share/nn/last.pth")
        self.poll = tour.get("poll_steps", 120)
        self.hours = tour.get("hours", 8.0)
        self._mtime = 0.0
        self.loads = []

    def _newer(self):
        try:
            m = os.path.getmtime(self.share)
        except OSError:
            return False
        if m <= self._mtime:
            return False
        self._mtime = m
        return True

    def restore(self, fn):
        super().restore(fn)
        self.loads.append((time.strftime("%H:%M:%S"), fn))

    def run(self):
        closing = time.time() + 3600 * self.hours
        self.has_batch_dimension = True
        while not self._newer():
            time.sleep(2.0)
        self.restore(self.share)
        obses = self.env_reset(self.env)
        self.get_batch_size(obses, 1)
        self.init_rnn()
        picks = torch.zeros(self.batch_size)
        frame = 0
        while time.time() < closing:
            if frame % self.poll == 0 and self._newer():
                try:
                    self.restore(self.share)
                except (RuntimeError, EOFError) as err:
                    print("half-written checkpoint, later:", err)
                    self._mtime = 0.0
            action = self.get_action(obses, self.is_deterministic)
            obses, rew, done, _ = self.env_step(self.env, action)
            picks += (rew > 0.5).float()
            over = done.nonzero(as_tuple=False).squeeze(-1)
            if len(over) and self.is_rnn:
                for s in self.states:
                    s[:, over, :] = 0.0
            frame += 1
            if frame % 3600 == 0:
                print(f"{frame} frames, {picks.mean():.2f} picks per arm, {len(self.loads)} loads")
        return picks
