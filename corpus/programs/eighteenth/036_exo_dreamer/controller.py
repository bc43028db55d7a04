import logging
from pathlib import Path

import torch

from rssm import ExoModel

log = logging.getLogger("exo")


class AssistController:
    """Hip and knee assistance from the latent of the world model."""

    def __init__(self, weights: Path, max_torque: float):
        self.weights = weights
        self.max_torque = max_torque
        self.model = ExoModel().eval()
        self.version = None
        self.reload()
        self.begin_session()

    def begin_session(self):
        self.latent = self.model.rssm.initial(1)
        self.last_action = torch.zeros(1, 2)
        self.ticks = 0

    def reload(self):
        ckpt = torch.load(self.weights, map_location="cpu")
        if ckpt["step"] == self.version:
            return
        self.model.load_state_dict(ckpt["model"])
        self.version = ckpt["step"]
        log.info("weights of step %s", self.version)

    @torch.no_grad()
    def torque(self, sensors):
        embed = self.model.encoder(torch.tensor([sensors], dtype=torch.float32))
        self.latent, _, _ = self.model.rssm.observe(self.latent, self.last_action, embed)
        self.last_action = self.model.actor(torch.cat(self.latent, -1))
        self.ticks += 1
        return (self.max_torque * self.last_action[0]).tolist()
