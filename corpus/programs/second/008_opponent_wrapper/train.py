import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from tanks.callback import RotateOpponents
from tanks.env import SparringEnv


def make(rank, seed):
    def thunk():
        return Monitor(SparringEnv(seed=seed + rank), info_keywords=())

    return thunk


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--n-envs", type=int, default=12)
    ap.add_argument("--steps", type=int, default=20_000_000)
    ap.add_argument("--seed", type=int, default=7)
    ap.add_argument("--resume")
    args = ap.parse_args()

    venv = SubprocVecEnv([make(i, args.seed) for i in range(args.n_envs)])
    if args.resume:
        model = RecurrentPPO.load(args.resume, env=venv)
    else:
        model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=512, ent_coef=0.01, verbose=1)
    model.learn(args.steps, callback=RotateOpponents("opponents", seed=args.seed))
    model.save("tank_final")
