import argparse
import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from deferred.callback import RemoteControl
from deferred.features import NormalisedFeatures
from deferred.hunt import DeferredHunt
from deferred.queue import Orders


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--run", type=Path, default=Path("remote"))
    ap.add_argument("--steps", type=int, default=10_000_000)
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--size", type=int, default=12)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    args.run.mkdir(parents=True, exist_ok=True)
    env = make_vec_env(DeferredHunt, n_envs=args.n_envs, env_kwargs=dict(size=args.size, max_steps=300))
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=512,
        policy_kwargs=dict(
            features_extractor_class=NormalisedFeatures,
            features_extractor_kwargs=dict(features_dim=64),
            lstm_hidden_size=64,
        ),
        verbose=1,
    )
    control = RemoteControl(Orders(args.run / "orders.jsonl"))
    model.learn(args.steps, callback=CallbackList([control, CheckpointCallback(100_000, str(args.run / "ckpt"))]))
    model.save(args.run / "final")


if __name__ == "__main__":
    main()
