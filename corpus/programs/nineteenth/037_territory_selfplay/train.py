import random
from pathlib import Path

from omegaconf import OmegaConf
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from territory import Territory, VersusPolicy

DEFAULTS = {
    "steps": 4_000_000,
    "n_envs": 8,
    "new_rival_every": 20_000,
    "save_every": 100_000,
    "league": "league",
    "policy": {"lstm_hidden_size": 128, "n_lstm_layers": 1},
}


class LeagueCallback(BaseCallback):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.dir = Path(cfg.league)
        self.saved = self.swapped = 0

    def _init_callback(self):
        self.dir.mkdir(exist_ok=True, parents=True)
        self.model.save(self.dir / "000000000.zip")

    def _on_step(self):
        n = self.num_timesteps
        if n - self.saved >= self.cfg.save_every:
            self.saved = n
            self.model.save(self.dir / f"{n:09d}.zip")
        if n - self.swapped >= self.cfg.new_rival_every:
            self.swapped = n
            for i in range(self.training_env.num_envs):
                path = random.choice(sorted(self.dir.glob("*.zip")))
                self.training_env.env_method("set_rival", str(path), indices=i)
            self.logger.record("league/size", len(list(self.dir.glob("*.zip"))))
        return True


def make(cfg):
    def _f():
        rival = RecurrentPPO("MlpLstmPolicy", Territory(), policy_kwargs=OmegaConf.to_container(cfg.policy), device="cpu")
        return VersusPolicy(Territory(), rival)
    return _f


def main():
    cfg = OmegaConf.merge(OmegaConf.create(DEFAULTS), OmegaConf.from_cli())
    venv = VecMonitor(DummyVecEnv([make(cfg) for _ in range(cfg.n_envs)]))
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=120, batch_size=240, gamma=0.995,
        policy_kwargs=OmegaConf.to_container(cfg.policy), verbose=1,
    )
    model.learn(cfg.steps, callback=LeagueCallback(cfg))
    model.save("territory_final")


if __name__ == "__main__":
    main()
