from abc import ABC, abstractmethod
from typing import Any, Mapping

import numpy as np
import torch


class BaseAgent(ABC):
    """load() always leaves the agent without memory, so that subclasses need not care."""

    name = "?"

    def load(self, path: str) -> "BaseAgent":
        self._load(torch.load(path, map_location="cpu"))
        self.name = path.rsplit("/", 1)[-1]
        self.reset()
        return self

    @abstractmethod
    def _load(self, data: Mapping[str, Any]) -> None: ...

    @abstractmethod
    def reset(self) -> None: ...

    @abstractmethod
    def act(self, obs: np.ndarray) -> np.ndarray: ...
