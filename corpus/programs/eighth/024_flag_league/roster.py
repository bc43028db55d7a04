import copy
import random
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from field import MOVES, OBS_SIZE

LSTMState = Tuple[Tensor, Tensor]


class RunnerNet(nn.Module):
    def __init__(self, size: int = 64):
        super().__init__()
        self.size = size
        self.cell = nn.LSTMCell(OBS_SIZE, size)
        self.actor = nn.Linear(size, len(MOVES))
        self.critic = nn.Linear(size, 1)

    def forward(self, obs: Tensor, state: LSTMState):
        h, c = self.cell(obs, state)
        return Categorical(logits=self.actor(h)), self.critic(h).view(-1), (h, c)


class StateBook:
    """Recurrent states by agent's name; an unknown agent starts from zeros."""

    def __init__(self, size: int):
        self.size = size
        self._book: Dict[str, LSTMState] = {}

    def get(self, agent: str) -> LSTMState:
        if agent not in self._book:
            return torch.zeros(1, self.size), torch.zeros(1, self.size)
        return self._book[agent]

    def put(self, agent: str, state: LSTMState) -> None:
        self._book[agent] = state

    def forget(self, *agents: str) -> None:
        for agent in agents:
            self._book.pop(agent, None)

    def clear(self) -> None:
        self._book.clear()

    def detach(self) -> None:
        self._book = {a: (h.detach(), c.detach()) for a, (h, c) in self._book.items()}


class Roster:
    """Frozen nets of the green agents, each drawn from the past selves on its own."""

    def __init__(self, agents: List[str], states: StateBook):
        self.agents = agents
        self.states = states
        self.nets = {a: RunnerNet() for a in agents}
        self.past: List[Dict[str, Tensor]] = []

    def remember(self, net: RunnerNet) -> None:
        self.past.append(copy.deepcopy(net.state_dict()))
        if len(self.past) > 25:
            del self.past[1]

    def substitute(self, agent: str) -> None:
        """Bring another past self on the field, in the middle of play if need be."""
        self.nets[agent].load_state_dict(random.choice(self.past))
        self.states.forget(agent)

    @torch.no_grad()
    def act(self, obs: Dict[str, List[float]]) -> Dict[str, int]:
        actions = {}
        for agent in self.agents:
            dist, _, state = self.nets[agent](torch.tensor([obs[agent]]), self.states.get(agent))
            self.states.put(agent, state)
            actions[agent] = int(dist.sample())
        return actions
