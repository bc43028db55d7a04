from functools import partial

import click
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from regime.callbacks import ForgetOnFlip, MeanPressure
from regime.env import PipelineEnv


@click.command()
@click.option("--steps", default=2_000_000, show_default=True)
@click.option("--envs", default=8, show_default=True)
@click.option("--nodes", default=8, show_default=True)
@click.option("--out", default="runs/pipeline", type=click.Path())
def main(steps: int, envs: int, nodes: int, out: str) -> None:
    vec = make_vec_env(partial(PipelineEnv, n_nodes=nodes), n_envs=envs)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        vec,
        n_steps=256,
        batch_size=512,
        ent_coef=0.005,
        policy_kwargs={"lstm_hidden_size": 64, "enable_critic_lstm": True},
        tensorboard_log=out,
        verbose=1,
    )
    callbacks = CallbackList([
        ForgetOnFlip(),
        MeanPressure(),
        CheckpointCallback(save_freq=50_000 // envs, save_path=out, name_prefix="pipe"),
    ])
    model.learn(total_timesteps=steps, callback=callbacks)
    model.save(f"{out}/final")


if __name__ == "__main__":
    main()
