import argparse
import random
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from bidding_env import BiddingEnv


class League(BaseCallback):
    def __init__(self, folder: Path, save_every: int, swap_every: int):
        super().__init__()
        self.folder = folder
        self.save_every = save_every
        self.swap_every = swap_every
        self.folder.mkdir(parents=True, exist_ok=True)

    def _on_step(self):
        if self.n_calls % self.save_every == 0:
            self.model.save(self.folder / f"gen_{self.num_timesteps:09d}.zip")
        if self.n_calls % self.swap_every == 0:
            gens = sorted(self.folder.glob("gen_*.zip"))
            if gens:
                pick = gens[-1] if random.random() < 0.5 else random.choice(gens)
                self.training_env.env_method("set_rival", str(pick))
                self.logger.record("league/rival", int(pick.stem[4:]))
        return True


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=3_000_000)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--folder", type=Path, default=Path("league"))
    args = p.parse_args()

    env = VecMonitor(DummyVecEnv([BiddingEnv for _ in range(args.envs)]))
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=128, batch_size=128, ent_coef=0.02, verbose=1,
        policy_kwargs=dict(lstm_hidden_size=128, n_lstm_layers=1),
    )
    model.learn(args.steps, callback=League(args.folder, save_every=5000, swap_every=1250))
    model.save("south_final")


if __name__ == "__main__":
    main()
