from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from sb3_contrib import RecurrentPPO


@dataclass
class PilotConfig:
    model_path: Path
    deterministic: bool = True
    action_smoothing: float = 0.3


class Pilot:
    """Flies with a trained RecurrentPPO model; call reset() on the start line."""

    def __init__(self, config: PilotConfig) -> None:
        self.config = config
        self.model = RecurrentPPO.load(config.model_path, device="cpu")
        self._state: Optional[Any] = None
        self._last: Optional[np.ndarray] = None
        self.reset()

    def reset(self) -> None:
        self._state = None
        self._last = None

    def command(self, obs: np.ndarray) -> np.ndarray:
        action, self._state = self.model.predict(
            obs, state=self._state, deterministic=self.config.deterministic
        )
        if self._last is not None:
            k = self.config.action_smoothing
            action = k * self._last + (1 - k) * action
        self._last = action
        return action
