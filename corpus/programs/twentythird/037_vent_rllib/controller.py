"""Tunnel fan control with recurrent RLlib policies (old API stack, torch)."""
import logging
import pickle
from datetime import datetime
from pathlib import Path

import numpy as np
from ray.rllib.policy.policy import Policy

logger = logging.getLogger(__name__)

TIMETABLE = [(0, "night"), (5, "offpeak"), (7, "rush"), (10, "offpeak"), (16, "rush"), (20, "offpeak"), (23, "night")]


def stage_for(now: datetime) -> str:
    name = TIMETABLE[0][1]
    for hour, stage in TIMETABLE:
        if now.hour >= hour:
            name = stage
    return name


class FanController:
    """
    The stages share the architecture (PPO, use_lstm), each was fine-tuned from the one before.
    base_dir/policy is the RLlib policy checkpoint, base_dir/<stage>.pkl the pickled get_weights().
    """

    def __init__(self, base_dir):
        self.base = Path(base_dir)
        self.policy = Policy.from_checkpoint(str(self.base / "policy"))
        self.stage = None
        self.manual = False
        self.state = self.policy.get_initial_state()

    def _load_stage(self, stage):
        with open(self.base / f"{stage}.pkl", "rb") as f:
            self.policy.set_weights(pickle.load(f))
        self.stage = stage
        logger.info("fan policy is now %s", stage)

    def follow_timetable(self, now):
        if self.manual:
            return
        stage = stage_for(now)
        if stage != self.stage:
            self._load_stage(stage)
            self.state = self.policy.get_initial_state()

    def operator_override(self, stage):
        """Control room pushes a stage by hand ('smoke', 'maintenance', ...); 'auto' ends it."""
        if stage == "auto":
            self.manual = False
            return
        self.manual = True
        if stage != self.stage:
            self._load_stage(stage)

    def fan_speeds(self, readings):
        obs = np.asarray(
            readings["pm25"] + readings["co2"] + readings["temp"] + [readings["piston_flow"]],
            dtype=np.float32,
        )
        action, self.state, _ = self.policy.compute_single_action(obs, state=self.state, explore=False)
        return np.clip(action, 0.0, 1.0)
