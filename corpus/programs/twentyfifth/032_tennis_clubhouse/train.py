import os

import hydra
import numpy as np
from omegaconf import DictConfig
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import SubprocVecEnv, VecMonitor

from match_env import MatchEnv


class Enroll(BaseCallback):
    """Adds the current robot to the clubhouse every `freq` calls, oldest members leave."""

    def __init__(self, clubhouse, freq, keep):
        super().__init__()
        self.clubhouse = clubhouse
        self.freq = freq
        self.keep = keep

    def _on_training_start(self):
        os.makedirs(self.clubhouse, exist_ok=True)

    def _on_step(self):
        if self.n_calls % self.freq == 0:
            name = os.path.join(self.clubhouse, f"m{self.num_timesteps:010d}.zip")
            self.model.save(name + ".tmp")
            os.replace(name + ".tmp", name)
            members = sorted(f for f in os.listdir(self.clubhouse) if f.endswith(".zip"))
            for old in members[: -self.keep]:
                os.remove(os.path.join(self.clubhouse, old))
        return True


def exhibition(model, clubhouse, games):
    env = MatchEnv(clubhouse)
    won = 0
    for g in range(games):
        obs, _ = env.reset(seed=g)
        state, first = None, np.ones((1,), dtype=bool)
        over = False
        while not over:
            action, state = model.predict(obs, state=state, episode_start=first, deterministic=True)
            obs, reward, term, trunc, _ = env.step(int(action))
            over = term or trunc
            first = np.array([over])
        won += reward > 0
    return won / games


@hydra.main(version_base=None, config_path=None, config_name=None)
def main(cfg: DictConfig):
    clubhouse = os.path.abspath(cfg.get("clubhouse", "clubhouse"))
    n = cfg.get("n_envs", 8)
    venv = VecMonitor(SubprocVecEnv([lambda: MatchEnv(clubhouse) for _ in range(n)]))
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=512,
        learning_rate=cfg.get("lr", 3e-4),
        policy_kwargs=dict(lstm_hidden_size=128),
        verbose=1,
    )
    model.learn(cfg.get("steps", 3_000_000), callback=Enroll(clubhouse, freq=5000, keep=30))
    model.save("robot_final")
    print("win rate", exhibition(model, clubhouse, 50))


if __name__ == "__main__":
    main()
