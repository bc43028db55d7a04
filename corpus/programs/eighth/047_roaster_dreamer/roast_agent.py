"""
Runs the drum roaster with a Dreamer-like agent.
When the world model no longer explains the bean temperature, the agent falls back to the
last checkpoint that was released by quality assurance.
"""
import argparse
import logging
from collections import deque
from pathlib import Path

import numpy as np
import torch

from world_model import RSSM, Actor

log = logging.getLogger("roaster")


class Roaster:
    """Small thermal simulation of the drum: burner and airflow in, temperatures out."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.bean, self.air, self.seconds = 95.0, 200.0, 0
        self.moisture = self.rng.uniform(0.08, 0.13)
        return self.measure()

    def measure(self):
        return np.array([self.bean / 250, self.air / 300, self.seconds / 900], dtype=np.float32)

    def step(self, action):
        burner, flow = 0.5 * (np.clip(action, -1, 1) + 1)
        self.air += 2.0 * burner - 0.6 * flow - 0.004 * (self.air - 25)
        drying = 0.3 * self.moisture * max(0.0, self.bean - 100) / 100
        self.moisture = max(0.0, self.moisture - 0.0005 * drying)
        self.bean += 0.004 * (0.5 + flow) * (self.air - self.bean) - drying
        self.seconds += 1
        done = self.bean > 215 or self.seconds >= 900
        return self.measure(), done


class RoastAgent:
    def __init__(self, released, candidate, action_dim=2, window=30, threshold=0.02):
        self.released = Path(released)
        self.world = RSSM(obs_dim=3, action_dim=action_dim)
        self.actor = Actor(self.world.deter_size + self.world.stoch_size, action_dim)
        self.load(candidate)
        self.threshold = threshold
        self.errors = deque(maxlen=window)
        self.action_dim = action_dim
        self.begin_batch()

    def load(self, path):
        checkpoint = torch.load(path, map_location="cpu")
        self.world.load_state_dict(checkpoint["world"])
        self.actor.load_state_dict(checkpoint["actor"])
        log.info("loaded %s", path)

    def begin_batch(self):
        self.latent = self.world.initial(1)
        self.last_action = torch.zeros(1, self.action_dim)
        self.errors.clear()

    @torch.no_grad()
    def act(self, measurement):
        obs = torch.as_tensor(measurement).unsqueeze(0)
        self.latent = self.world.observe(self.latent, self.last_action, obs)
        error = (self.world.reconstruct(self.latent) - obs).pow(2).mean().item()
        self.errors.append(error)
        self.last_action = self.actor(self.latent.features)
        return self.last_action.squeeze(0).numpy()

    def check_model(self):
        """True when the agent had to fall back."""
        if len(self.errors) < self.errors.maxlen:
            return False
        if np.mean(self.errors) < self.threshold:
            return False
        log.warning("model error %.4f, falling back", np.mean(self.errors))
        self.load(self.released)
        self.errors.clear()
        return True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--released", default="models/released.pt")
    parser.add_argument("--candidate", default="models/candidate.pt")
    parser.add_argument("--batches", type=int, default=12)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)

    roaster = Roaster()
    agent = RoastAgent(args.released, args.candidate)
    for batch in range(args.batches):
        measurement = roaster.reset()
        agent.begin_batch()
        done, fallbacks = False, 0
        while not done:
            action = agent.act(measurement)
            measurement, done = roaster.step(action)
            fallbacks += agent.check_model()
        log.info("batch %d: %.1f C after %d s, %d fallbacks", batch, roaster.bean, roaster.seconds, fallbacks)


if __name__ == "__main__":
    main()
