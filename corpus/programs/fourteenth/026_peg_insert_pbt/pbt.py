from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback


@dataclass(frozen=True)
class PbtConfig:
    root: Path
    member: int
    ready_rollouts: int = 25
    bottom: float = 0.25
    top: float = 0.25
    perturb: tuple[float, float] = (0.8, 1.25)


class PbtCallback(BaseCallback):
    """Asynchronous population based training over a shared folder."""

    def __init__(self, cfg: PbtConfig):
        super().__init__(verbose=1)
        self.cfg = cfg
        self.rollouts = 0

    @property
    def success(self) -> float:
        infos = self.model.ep_success_buffer
        return float(np.mean(infos)) if infos else 0.0

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.cfg.ready_rollouts:
            return
        self._report()
        donor = self._choose_donor()
        if donor is not None:
            self._exploit(donor)
            self._explore()

    def _report(self) -> None:
        folder = self.cfg.root / f"m{self.cfg.member:02d}"
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save(folder / "tmp.zip")
        shutil.move(folder / "tmp.zip", folder / "model.zip")
        (folder / "success.txt").write_text(f"{self.success:.5f}")

    def _choose_donor(self) -> Path | None:
        ranking = []
        for f in self.cfg.root.glob("m*/success.txt"):
            ranking.append((float(f.read_text() or 0), f.parent))
        ranking.sort(key=lambda r: r[0])
        if len(ranking) < 4:
            return None
        names = [folder.name for _, folder in ranking]
        place = names.index(f"m{self.cfg.member:02d}")
        if place >= self.cfg.bottom * len(ranking):
            return None
        n_top = max(1, int(self.cfg.top * len(ranking)))
        return random.choice(ranking[-n_top:])[1]

    def _exploit(self, donor: Path) -> None:
        model: RecurrentPPO = self.model
        model.set_parameters(str(donor / "model.zip"), device=model.device)
        model._last_episode_starts = np.ones((model.n_envs,), dtype=bool)
        print(f"member {self.cfg.member}: exploit {donor.name} at {self.num_timesteps}")

    def _explore(self) -> None:
        factor = random.choice(self.cfg.perturb)
        old = self.model.lr_schedule
        self.model.lr_schedule = lambda p, old=old, factor=factor: old(p) * factor
        self.model.ent_coef *= random.choice(self.cfg.perturb)
        self.logger.record("pbt/ent_coef", self.model.ent_coef)
