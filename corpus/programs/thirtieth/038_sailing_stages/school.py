from dataclasses import dataclass
from pathlib import Path
from typing import List

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback, StopTrainingOnNoModelImprovement
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv

from boat import Upwind


@dataclass(frozen=True)
class Stage:
    name: str
    shifts: float
    course: float
    steps: int


STAGES: List[Stage] = [
    Stage("steady", 0.0, 120.0, 150_000),
    Stage("puffy", 0.1, 160.0, 250_000),
    Stage("shifty", 0.25, 200.0, 400_000),
    Stage("lake", 0.4, 250.0, 600_000),
]
OUT = Path("school")
BOATS = 6


def waters(stage: Stage, n: int, seed: int) -> VecEnv:
    return make_vec_env(Upwind, n_envs=n, seed=seed, env_kwargs={"shifts": stage.shifts, "course": stage.course})


def judge(stage: Stage) -> EvalCallback:
    patience = StopTrainingOnNoModelImprovement(max_no_improvement_evals=8, min_evals=5)
    return EvalCallback(waters(stage, 1, 500), n_eval_episodes=15, eval_freq=5_000,
                        callback_after_eval=patience, best_model_save_path=str(OUT / stage.name), verbose=0)


def main() -> None:
    model = RecurrentPPO("MlpLstmPolicy", waters(STAGES[0], BOATS, 0), n_steps=200, batch_size=200,
                         gamma=0.99, learning_rate=3e-4, policy_kwargs={"lstm_hidden_size": 48}, seed=4)
    for prev, stage in zip([None, *STAGES], STAGES):
        if prev is not None:
            best = OUT / prev.name / "best_model.zip"
            if best.exists():
                model.set_parameters(str(best))
            model.get_env().close()
            model.set_env(waters(stage, BOATS, seed=0))
        grader = judge(stage)
        model.learn(stage.steps, callback=grader, reset_num_timesteps=False)
        print(f"{stage.name:8s} best {grader.best_mean_reward:.2f} after {model.num_timesteps} steps")
    model.save(OUT / "graduate")


if __name__ == "__main__":
    main()
