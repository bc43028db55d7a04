import argparse

from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor

from kart.bots import RubberBandRival
from kart.track import TwoKarts


def make(novice, expert):
    def thunk():
        return Monitor(RubberBandRival(TwoKarts(), novice, expert))

    return thunk


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--novice", default="weights/novice.pt")
    parser.add_argument("--expert", default="weights/expert.pt")
    parser.add_argument("--steps", type=int, default=3_000_000)
    opts = parser.parse_args()
    venv = make_vec_env(make(opts.novice, opts.expert), n_envs=8)
    model = PPO("MlpPolicy", venv, n_steps=512, verbose=1, tensorboard_log="tb")
    model.learn(opts.steps, progress_bar=True)
    model.save("player")
