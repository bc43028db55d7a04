import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from pingpong.match import Match
from pingpong.pool import FormerSelves


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=5_000_000)
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--keep", type=int, default=20)
    ns = ap.parse_args()
    vec = make_vec_env(Match, n_envs=ns.envs)
    model = RecurrentPPO(
        "MlpLstmPolicy", vec, n_steps=256, batch_size=256, ent_coef=0.01, policy_kwargs=dict(lstm_hidden_size=32), verbose=1
    )
    model.learn(ns.steps, callback=FormerSelves(keep=ns.keep))
    model.save("pingpong")


if __name__ == "__main__":
    main()
