import logging
import time
from pathlib import Path

import hydra
import torch
import torch.nn as nn
from omegaconf import DictConfig

from driver import VacuumDriver  # serial link to the robot

logger = logging.getLogger(__name__)


class GRUWorld(nn.Module):
    """Deterministic latent dynamics: z' = GRU([obs, act], z); heads for dirt and bump."""

    def __init__(self, obs_size, act_size, latent):
        super().__init__()
        self.latent = latent
        self.obs_in = nn.Linear(obs_size, latent)
        self.update = nn.GRUCell(latent + act_size, latent)
        self.dream = nn.GRUCell(act_size, latent)
        self.dirt = nn.Linear(latent, 1)
        self.bump = nn.Linear(latent, 1)

    def filter(self, z, obs, act):
        return self.update(torch.cat([torch.tanh(self.obs_in(obs)), act], -1), z)

    def imagine(self, z, act):
        z = self.dream(act, z)
        return z, self.dirt(z)[:, 0] - 2.0 * torch.sigmoid(self.bump(z))[:, 0]


class CEMVacuum:
    def __init__(self, cfg):
        self.cfg = cfg
        self.world = GRUWorld(cfg.obs_size, cfg.act_size, cfg.latent).eval()
        self.floor = None
        self.reset_state()

    def reset_state(self):
        self.z = torch.zeros(1, self.cfg.latent)
        self.prev_act = torch.zeros(1, self.cfg.act_size)
        self.mean = torch.zeros(self.cfg.horizon, self.cfg.act_size)

    def use_floor(self, floor):
        path = Path(self.cfg.model_dir) / f"{floor}.ckpt"
        ckpt = torch.load(path, map_location="cpu")
        self.world.load_state_dict(ckpt["world"])
        self.floor = floor
        self.reset_state()
        logger.info("floor %s, model of epoch %d", floor, ckpt["epoch"])

    @torch.no_grad()
    def __call__(self, obs):
        obs = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        self.z = self.world.filter(self.z, obs, self.prev_act)
        mean, std = self.mean, torch.ones_like(self.mean)
        for _ in range(self.cfg.rounds):
            cand = mean[:, None] + std[:, None] * torch.randn(
                self.cfg.horizon, self.cfg.samples, self.cfg.act_size)
            cand = cand.clamp(-1, 1)
            z = self.z.repeat(self.cfg.samples, 1)
            value = torch.zeros(self.cfg.samples)
            for act in cand:
                z, r = self.world.imagine(z, act)
                value += r
            top = cand[:, value.topk(self.cfg.elites).indices]
            mean, std = top.mean(1), top.std(1)
        self.mean = torch.cat([mean[1:], torch.zeros(1, self.cfg.act_size)])
        self.prev_act = mean[:1]
        return mean[0].tolist()


def clean(robot, planner, cfg):
    planner.reset_state()
    robot.undock()
    tick = 1.0 / cfg.rate
    while not robot.docked():
        frame = robot.read()
        if frame.floor != planner.floor:
            planner.use_floor(frame.floor)
        left, right = planner(frame.sensors)
        robot.drive(left, right)
        if frame.battery < cfg.low_battery:
            robot.go_home()
        time.sleep(tick)


@hydra.main(config_path="conf", config_name="vacuum", version_base=None)
def main(cfg: DictConfig):
    robot = VacuumDriver(cfg.port)
    planner = CEMVacuum(cfg)
    while True:
        robot.wait_for_start()
        clean(robot, planner, cfg)
        logger.info("cleaned, back in the dock")


if __name__ == "__main__":
    main()
