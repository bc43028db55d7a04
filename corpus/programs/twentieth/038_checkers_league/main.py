import argparse
import pathlib

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from checkers_env import CheckersEnv


class SaveToLeague(BaseCallback):
    def __init__(self, league, every):
        super().__init__()
        self.league, self.every, self.last = league, every, 0

    def _on_rollout_end(self):
        if self.num_timesteps - self.last >= self.every:
            self.last = self.num_timesteps
            self.model.save(self.league / f"member_{self.num_timesteps:09d}")

    def _on_step(self):
        return True


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--league", type=pathlib.Path, default=pathlib.Path("league"))
    ap.add_argument("--timesteps", type=int, default=5_000_000)
    ap.add_argument("--n-envs", type=int, default=12)
    ap.add_argument("--refresh", type=int, default=500)
    args = ap.parse_args()
    args.league.mkdir(exist_ok=True)
    env = make_vec_env(CheckersEnv, n_envs=args.n_envs, vec_env_cls=SubprocVecEnv,
                       env_kwargs=dict(league=str(args.league), refresh=args.refresh))
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=128, batch_size=384, gamma=0.98, verbose=1)
    model.learn(args.timesteps, callback=SaveToLeague(args.league, 100_000))
    model.save("checkers_final")


if __name__ == "__main__":
    main()
