import logging
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback, StopTrainingOnRewardThreshold

from .env import vec

log = logging.getLogger(__name__)


class School:
    """Takes one model through all stages; each stage starts from the best model of the one before."""

    def __init__(self, stages, root, n_envs=8, threshold=220.0, seed=0):
        self.stages = stages
        self.root = Path(root)
        self.n_envs = n_envs
        self.threshold = threshold
        self.model = RecurrentPPO(
            "MlpLstmPolicy",
            vec(stages[0].wind, n_envs),
            n_steps=256,
            batch_size=256,
            gamma=0.995,
            ent_coef=0.005,
            tensorboard_log=str(self.root / "tb"),
            seed=seed,
        )

    def teach(self):
        previous = None
        for stage in self.stages:
            if previous is not None:
                self._promote(previous, stage)
            self._train(stage)
            previous = stage
        self.model.save(self.root / "graduate")

    def _promote(self, previous, stage):
        path = previous.best(self.root)
        if path.exists():
            self.model.load(path)
            log.info("%s starts from %s", stage.name, path)
        self.model.get_env().close()
        self.model.set_env(vec(stage.wind, self.n_envs))

    def _train(self, stage):
        ev = EvalCallback(
            vec(stage.wind, 1),
            callback_on_new_best=StopTrainingOnRewardThreshold(self.threshold, verbose=1),
            best_model_save_path=str(self.root / stage.name),
            eval_freq=max(10_000 // self.n_envs, 1),
            n_eval_episodes=20,
        )
        self.model.learn(stage.steps, callback=ev, tb_log_name=stage.name, reset_num_timesteps=False)
