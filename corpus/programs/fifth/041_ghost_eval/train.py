import argparse
from functools import partial
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from ghost.callbacks import GhostEvaluation
from ghost.env import Sonar

KW = dict(policy_kwargs=dict(lstm_hidden_size=64, shared_lstm=True, enable_critic_lstm=False))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=3_000_000)
    ap.add_argument("--chunk", type=int, default=500_000)
    ap.add_argument("--out", type=Path, default=Path("sonar"))
    ns = ap.parse_args()
    ns.out.mkdir(exist_ok=True)
    model = RecurrentPPO("MlpLstmPolicy", make_vec_env(Sonar, n_envs=16), n_steps=128, batch_size=256, **KW)
    exam = make_vec_env(partial(Sonar, noise=0.6), n_envs=4, seed=5)
    ghost = RecurrentPPO("MlpLstmPolicy", exam, device="cpu", **KW)
    callback = GhostEvaluation(ghost, exam, every=25_000, episodes=40, out=ns.out)
    done = 0
    while done < ns.steps:
        model.learn(ns.chunk, callback=callback, reset_num_timesteps=False)
        done += ns.chunk
        model.save(ns.out / f"at_{done}")


if __name__ == "__main__":
    main()
