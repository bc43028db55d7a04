"""Show a sequence of trained gaits on one robot: python play.py gaits=[walk,trot,bound]"""
import copy
import logging

import hydra
import numpy as np
import torch
from omegaconf import DictConfig

log = logging.getLogger(__name__)


class LegNet(torch.nn.Module):
    def __init__(self, obs_dim, act_dim, hidden):
        super().__init__()
        self.lstm = torch.nn.LSTM(obs_dim, hidden)
        self.out = torch.nn.Linear(hidden, act_dim)

    def forward(self, x, hc=None):
        y, hc = self.lstm(x, hc)
        return torch.tanh(self.out(y)), hc


class Dog:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def stand(self):
        self.joint = np.zeros(12)
        self.vel = np.zeros(12)
        self.pitch, self.x = 0.0, 0.0
        return self.proprio()

    def proprio(self):
        return np.concatenate([self.joint, self.vel, [self.pitch]]).astype(np.float32)

    def apply(self, target):
        self.vel = 0.7 * self.vel + 0.3 * (target - self.joint)
        self.joint = self.joint + 0.2 * self.vel
        self.pitch += 0.01 * (self.joint[:6].sum() - self.joint[6:].sum()) + self.rng.normal(0, 0.005)
        self.x += 0.01 * float(np.abs(self.vel).mean())
        return self.proprio(), abs(self.pitch) > 0.6


class GaitPlayer:
    def __init__(self, dog):
        self.dog = dog
        self.policy = None
        self.hc = None
        self.obs = dog.stand()
        self.falls = 0

    def use(self, policy):
        self.policy = copy.deepcopy(policy).eval()
        self.hc = None

    @torch.no_grad()
    def tick(self):
        x = torch.from_numpy(self.obs)[None, None]
        target, self.hc = self.policy(x, self.hc)
        self.obs, fell = self.dog.apply(target[0, 0].numpy())
        if fell:
            self.falls += 1
            self.obs = self.dog.stand()
            self.hc = None


def load_gait(cfg, name):
    net = LegNet(cfg.obs_dim, cfg.act_dim, cfg.hidden)
    state = torch.load(hydra.utils.to_absolute_path(f"{cfg.weights_dir}/{name}.pt"), map_location="cpu")
    net.load_state_dict(state)
    return net


@hydra.main(config_path=".", config_name="play", version_base="1.2")
def main(cfg: DictConfig):
    gaits = {name: load_gait(cfg, name) for name in cfg.gaits}
    player = GaitPlayer(Dog(cfg.seed))
    for loop in range(cfg.loops):
        for name, policy in gaits.items():
            player.use(policy)
            start = player.dog.x
            for _ in range(cfg.ticks_per_gait):
                player.tick()
            log.info("%s: x %.2f -> %.2f, falls so far %d", name, start, player.dog.x, player.falls)


if __name__ == "__main__":
    main()
