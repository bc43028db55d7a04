import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from selfpbt.callbacks import ExploitCallback
from selfpbt.hub import Hub

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("uid", type=int)
    a = ap.parse_args()
    env = make_vec_env("BipedalWalker-v3", 16, seed=a.uid)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=128, batch_size=512, seed=a.uid)
    model.learn(30_000_000, callback=ExploitCallback(Hub("/scratch/hub"), a.uid))
