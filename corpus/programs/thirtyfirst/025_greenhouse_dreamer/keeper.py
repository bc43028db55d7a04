import logging
from pathlib import Path
from typing import Optional

import numpy as np
import torch

from rssm import Belief, ClimateActor, WorldModel

log = logging.getLogger("keeper")


class Keeper:
    """Holds the world model and the actor and answers one reading at a time."""

    def __init__(self, n_obs: int, n_act: int, ckpt_dir: Path, device: str = "cpu"):
        self.device = torch.device(device)
        self.n_act = n_act
        self.ckpt_dir = ckpt_dir
        self.wm = WorldModel(n_obs, n_act).to(self.device).eval()
        self.actor = ClimateActor(self.wm.deter_size + self.wm.stoch_size, n_act).to(self.device).eval()
        self.belief: Optional[Belief] = None
        self.last_setpoints = torch.zeros(1, n_act, device=self.device)
        self.ckpt_step = -1

    def newest(self) -> Optional[Path]:
        files = sorted(self.ckpt_dir.glob("step_*.pt"), key=lambda p: int(p.stem.split("_")[1]))
        return files[-1] if files else None

    def pick_up(self) -> bool:
        path = self.newest()
        if path is None:
            return False
        step = int(path.stem.split("_")[1])
        if step <= self.ckpt_step:
            return False
        payload = torch.load(path, map_location=self.device)
        self.wm.load_state_dict(payload["world_model"])
        self.actor.load_state_dict(payload["actor"])
        self.ckpt_step = step
        log.info("serving checkpoint %s (val loss %.4f)", path.name, payload.get("val_loss", float("nan")))
        return True

    def open_season(self) -> None:
        self.belief = self.wm.blank(1)
        self.last_setpoints = torch.zeros(1, self.n_act, device=self.device)

    @torch.no_grad()
    def setpoints(self, reading: np.ndarray) -> np.ndarray:
        obs = torch.as_tensor(reading, dtype=torch.float32, device=self.device).unsqueeze(0)
        self.belief, post, prior = self.wm.observe(self.belief, self.last_setpoints, obs)
        surprise = torch.distributions.kl_divergence(post, prior).sum().item()
        if surprise > 40.0:
            log.warning("reading far from what was foreseen (kl %.1f)", surprise)
        self.last_setpoints = self.actor(self.belief.feat)
        return self.last_setpoints.squeeze(0).cpu().numpy()
