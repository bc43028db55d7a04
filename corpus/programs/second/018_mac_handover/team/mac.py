import torch

from .base import Controller
from .modules import RNNAgent


class OnlineMAC(Controller):
    """Multi-agent controller for a service: several running episodes, one hidden state per env id."""

    def __init__(self, obs_dim, args):
        self.args = args
        self.n_agents = args.n_agents
        self.agent = RNNAgent(obs_dim + args.n_agents + args.n_actions, args)
        self.hidden_states = {}
        self.last_actions = {}

    def init_hidden(self, env_id):
        self.hidden_states[env_id] = self.agent.init_hidden().expand(self.n_agents, -1)
        self.last_actions[env_id] = torch.zeros(self.n_agents, self.args.n_actions)

    def drop(self, env_id):
        self.hidden_states.pop(env_id, None)
        self.last_actions.pop(env_id, None)

    def _inputs(self, env_id, obs):
        return torch.cat([torch.as_tensor(obs), self.last_actions[env_id], torch.eye(self.n_agents)], dim=-1)

    @torch.no_grad()
    def select_actions(self, env_id, obs, avail, epsilon=0.0):
        q, self.hidden_states[env_id] = self.agent(self._inputs(env_id, obs), self.hidden_states[env_id])
        avail = torch.as_tensor(avail)
        q = q.masked_fill(avail == 0, float("-inf"))
        greedy = q.argmax(-1)
        random = torch.distributions.Categorical(avail).sample()
        pick = (torch.rand(self.n_agents) < epsilon).long()
        actions = pick * random + (1 - pick) * greedy
        self.last_actions[env_id] = torch.nn.functional.one_hot(actions, self.args.n_actions).float()
        return actions.numpy()

    @property
    def networks(self):
        return {"agent": self.agent}
