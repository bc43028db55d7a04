import random

import torch

from models import RNNAgent


class FleetController:
    """Shared-weights controller for the fleet, keeps the recurrent state of the running episode."""

    def __init__(self, obs_dim, n_actions, n_robots):
        self.n_robots, self.n_actions = n_robots, n_actions
        self.agent = RNNAgent(obs_dim, n_actions)
        self.hidden_states = None

    def init_hidden(self):
        self.hidden_states = self.agent.init_hidden(self.n_robots)

    @torch.no_grad()
    def select_actions(self, obs, eps):
        q, self.hidden_states = self.agent(torch.as_tensor(obs), self.hidden_states)
        greedy = q.argmax(-1).tolist()
        return [random.randrange(self.n_actions) if random.random() < eps else g for g in greedy]

    def load_weights(self, weights):
        self.agent.load_state_dict(weights)
