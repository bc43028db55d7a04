import argparse
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import SubprocVecEnv

from hotimport.callback import HotImport
from hotimport.inbox import Inbox
from hotimport.world import NightHunt


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--run", default="night0")
    ap.add_argument("--steps", type=int, default=8_000_000)
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--every", type=int, default=5_000)
    ap.add_argument("--hidden", type=int, default=128)
    args = ap.parse_args()
    folder = Path("runs") / args.run
    env = make_vec_env(NightHunt, n_envs=args.n_envs, vec_env_cls=SubprocVecEnv, env_kwargs={"size": 12, "max_steps": 400})
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=512,
        batch_size=512,
        gamma=0.985,
        gae_lambda=0.92,
        policy_kwargs={"lstm_hidden_size": args.hidden, "net_arch": [64]},
    )
    model.set_logger(configure(str(folder), ["csv", "stdout"]))
    callbacks = CallbackList(
        [
            HotImport(Inbox(folder / "inbox"), every=args.every, journal=str(folder / "imports.csv"), verbose=1),
            CheckpointCallback(250_000, str(folder / "checkpoints")),
        ]
    )
    model.learn(args.steps, callback=callbacks)
    model.save(folder / "final")


if __name__ == "__main__":
    main()
