from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from aggregator_env import AggregatorEnv
from guard import ParameterGuard


def main() -> None:
    out = Path("dr_runs")
    out.mkdir(exist_ok=True)
    train_env = DummyVecEnv([lambda: Monitor(AggregatorEnv()) for _ in range(4)])
    eval_env = DummyVecEnv([lambda: Monitor(AggregatorEnv())])
    model = RecurrentPPO("MlpLstmPolicy", train_env, n_steps=288, batch_size=96, seed=1)
    model.learn(800_000, callback=ParameterGuard(eval_env, check_every=5000, folder=out))
    model.save(out / "last")


if __name__ == "__main__":
    main()
