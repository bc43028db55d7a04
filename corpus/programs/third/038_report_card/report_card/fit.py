import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from .envs import make


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--steps", type=int, default=500_000)
    ap.add_argument("--out", default="card")
    args = ap.parse_args()
    venv = DummyVecEnv([lambda: Monitor(make(args.env)) for _ in range(8)])
    ev = EvalCallback(Monitor(make(args.env)), best_model_save_path=args.out, eval_freq=5000)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=128, verbose=1)
    model.learn(args.steps, callback=ev)


if __name__ == "__main__":
    main()
