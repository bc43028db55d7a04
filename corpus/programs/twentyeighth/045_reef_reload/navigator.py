import logging
from pathlib import Path

import torch

from world_model import ReefRSSM, Steering

log = logging.getLogger(__name__)


class Navigator:
    def __init__(self, model_file):
        self.model_file = Path(model_file)
        self.rssm = ReefRSSM()
        self.steering = Steering()
        self.stamp = 0.0
        self.refresh()
        self.begin_transect()

    def refresh(self):
        """The support boat drops a new model file over the acoustic link now and then."""
        try:
            stamp = self.model_file.stat().st_mtime
        except FileNotFoundError:
            return False
        if stamp <= self.stamp:
            return False
        checkpoint = torch.load(self.model_file, map_location="cpu")
        self.rssm.load_state_dict(checkpoint["rssm"])
        self.steering.load_state_dict(checkpoint["steering"])
        self.rssm.eval()
        self.steering.eval()
        self.stamp = stamp
        log.info("model of epoch %s", checkpoint.get("epoch"))
        return True

    def begin_transect(self):
        self.belief = self.rssm.initial()
        self.thrust = torch.zeros(1, 3)

    @torch.no_grad()
    def steer(self, reading):
        obs = torch.tensor(reading, dtype=torch.float32).unsqueeze(0)
        self.belief = self.rssm.observe(obs, self.thrust, self.belief)
        self.thrust = self.steering(self.belief.feature)
        cover = self.rssm.coral(self.belief.feature).softmax(-1)
        return self.thrust[0].tolist(), cover[0].tolist()
