import gymnasium as gym
import numpy as np
import tyro

from pbt.config import PBTConfig
from pbt.population import Population


class NoVelocity(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(-1, 1, (2,), np.float32)

    def observation(self, obs):
        return obs[:2]


gym.register("PendulumNoVel-v1", entry_point=lambda **kw: NoVelocity(gym.make("Pendulum-v1", **kw)), max_episode_steps=200)


def main(cfg: PBTConfig, seed: int = 0) -> None:
    population = Population(cfg, seed)
    for r in range(cfg.rounds):
        scores = population.round()
        print(f"round {r:3d} best {max(scores):8.1f} mean {np.mean(scores):8.1f}")
    best = population.best
    print("best hyperparameters", best.hp)
    best.model.save("pbt_best")


if __name__ == "__main__":
    tyro.cli(main)
