import sys
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from guard import RegressionGuard
from tram import Tram


def main(folder: str = "tram_run", steps: str = "2000000") -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    guard = RegressionGuard(make_vec_env(Tram, n_envs=4, seed=77), out)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        make_vec_env(Tram, n_envs=16, seed=0),
        n_steps=128,
        batch_size=256,
        gae_lambda=0.97,
        learning_rate=lambda left: 4e-4 * left,
        policy_kwargs={"lstm_hidden_size": 32, "n_lstm_layers": 1},
        tensorboard_log=str(out / "tb"),
    )
    model.learn(int(steps), callback=guard, tb_log_name="ppo_lstm")
    print(f"best exam {guard.best:.3f}, restored {guard.restored} times")
    if guard.file.exists():
        model.set_parameters(str(guard.file))
    model.save(out / "tram_final")


if __name__ == "__main__":
    main(*sys.argv[1:])
