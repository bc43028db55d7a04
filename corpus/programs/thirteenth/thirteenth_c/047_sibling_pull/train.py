import argparse

import gymnasium as gym
from gymnasium.wrappers import TransformObservation
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from sibling import SiblingCallback


def blind_lander(**kwargs):
    env = gym.make("LunarLander-v3", **kwargs)
    keep = [0, 1, 4, 6, 7]          # no velocities
    space = gym.spaces.Box(env.observation_space.low[keep], env.observation_space.high[keep])
    return TransformObservation(env, lambda o: o[keep], space)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--me", required=True, choices=["calm", "curious"])
    p.add_argument("--share", default="/mnt/share/lander")
    p.add_argument("--steps", type=int, default=5_000_000)
    a = p.parse_args()
    other = {"calm": "curious", "curious": "calm"}[a.me]
    ent = {"calm": 0.0, "curious": 0.02}[a.me]

    venv = make_vec_env(blind_lander, n_envs=8)
    model = RecurrentPPO("MlpLstmPolicy", venv, ent_coef=ent, n_steps=512, batch_size=512,
                         tensorboard_log="tb", verbose=0)
    model.learn(a.steps, callback=SiblingCallback(a.share, a.me, other), tb_log_name=a.me)
    model.save(f"lander_{a.me}")
