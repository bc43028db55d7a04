import json
import logging
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from .hunt import CurriculumHunt
from .stages import STAGES

logger = logging.getLogger(__name__)


class Gradebook(BaseCallback):
    def __init__(self):
        super().__init__()
        self.marks = []

    def _on_step(self):
        self.marks.extend(i["episode"]["r"] for i in self.locals["infos"] if "episode" in i)
        return True

    def mark(self, n=200):
        return float(np.mean(self.marks[-n:])) if len(self.marks) >= 20 else -1.0


class School:
    """Pass a stage and go up; fail it and start again from the best file of the stage before."""

    def __init__(self, folder, n_envs=8, seed=0, **ppo):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.n_envs = n_envs
        self.seed = seed
        self.level = 0
        self.attempts = 0
        self.model = RecurrentPPO("MlpLstmPolicy", self._env(STAGES[0]), seed=seed, **ppo)
        self.log = []

    def _env(self, stage):
        kwargs = dict(size=stage.size, prey_speed=stage.prey_speed, max_steps=stage.max_steps)
        return make_vec_env(CurriculumHunt, n_envs=self.n_envs, seed=self.seed, env_kwargs=kwargs)

    def _file(self, level):
        return self.folder / f"stage{level}_{STAGES[level].name}.zip"

    def _enter(self, level, weights=None):
        self.level = level
        if weights is not None:
            self.model.set_parameters(str(weights), device=self.model.device)
        old = self.model.get_env()
        self.model.set_env(self._env(STAGES[level]))
        if old is not None:
            old.close()

    def attend(self):
        stage = STAGES[self.level]
        book = Gradebook()
        spent = 0
        while spent < stage.budget:
            chunk = min(100_000, stage.budget - spent)
            self.model.learn(chunk, callback=book, reset_num_timesteps=False, tb_log_name=stage.name)
            spent += chunk
            if book.mark() >= stage.pass_score:
                break
        mark = book.mark()
        self.log.append({"stage": stage.name, "spent": spent, "mark": mark, "attempt": self.attempts})
        (self.folder / "school.json").write_text(json.dumps(self.log, indent=1))
        return mark

    def run(self, max_attempts=4):
        while self.level < len(STAGES):
            mark = self.attend()
            stage = STAGES[self.level]
            logger.info("%s: %.3f (needs %.2f)", stage.name, mark, stage.pass_score)
            if mark >= stage.pass_score:
                self.model.save(self._file(self.level))
                self.attempts = 0
                if self.level + 1 == len(STAGES):
                    break
                self._enter(self.level + 1)
            else:
                self.attempts += 1
                if self.attempts >= max_attempts:
                    raise SystemExit(f"gave up at {stage.name}")
                back = max(0, self.level - 1)
                file = self._file(back)
                self._enter(back, file if file.exists() else None)
        return self.model
