import os
from typing import Any, Dict, List, Optional, Tuple

import torch
import torch.nn as nn


class MarketModel(nn.Module):
    def __init__(self, num_observations: int, num_actions: int, num_envs: int = 1,
                 num_layers: int = 1, hidden_size: int = 64) -> None:
        super().__init__()
        self.num_envs, self.num_layers, self.hidden_size = num_envs, num_layers, hidden_size
        self.gru = nn.GRU(num_observations, hidden_size, num_layers, batch_first=True)
        self.net = nn.Sequential(nn.Linear(hidden_size, 64), nn.ELU(), nn.Linear(64, num_actions))

    def get_specification(self) -> Dict[str, Any]:
        return {"rnn": {"sizes": [(self.num_layers, self.num_envs, self.hidden_size)]}}

    def compute(self, inputs: Dict[str, Any]) -> Tuple[torch.Tensor, Dict[str, Any]]:
        y, h = self.gru(inputs["states"].unsqueeze(1), inputs["rnn"][0])
        return self.net(y.squeeze(1)), {"rnn": [h]}


class ExecutionAgent:
    """Inference side of the PPO_RNN agent."""

    def __init__(self, models: Dict[str, MarketModel], device: str = "cpu") -> None:
        self.policy = models["policy"].to(device).eval()
        self.device = device
        self.checkpoint: Optional[str] = None
        self._rnn_initial_states: Dict[str, List[torch.Tensor]] = {"policy": []}
        self._rnn_final_states: Dict[str, List[torch.Tensor]] = {"policy": []}

    def init(self) -> None:
        sizes = self.policy.get_specification()["rnn"]["sizes"]
        self._rnn_initial_states["policy"] = [torch.zeros(size, device=self.device) for size in sizes]

    def act(self, states: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            logits, outputs = self.policy.compute({"states": states, "rnn": self._rnn_initial_states["policy"]})
        self._rnn_final_states["policy"] = outputs["rnn"]
        return logits.argmax(dim=1)

    def post_interaction(self, terminated: torch.Tensor) -> None:
        finished = terminated.nonzero(as_tuple=False).flatten()
        for state in self._rnn_final_states["policy"]:
            state[:, finished] = 0
        self._rnn_initial_states = {k: list(v) for k, v in self._rnn_final_states.items()}

    def load(self, path: str) -> None:
        modules = torch.load(path, map_location=self.device)
        self.policy.load_state_dict(modules["policy"])
        self.checkpoint = os.path.basename(path)
        self.init()
