import torch as th

from .agent import RNNAgent


class BusMAC:
    """One shared recurrent agent drives every bus line."""

    def __init__(self, obs_dim, args):
        self.n_agents = args.n_agents
        self.args = args
        self.agent = RNNAgent(obs_dim + args.n_agents, args)
        self.hidden_states = None

    def init_hidden(self, batch_size):
        self.hidden_states = self.agent.init_hidden().unsqueeze(0).expand(batch_size, self.n_agents, -1)

    def select_actions(self, obs, avail, eps):
        q = self.forward(obs)
        q[avail == 0] = -1e9
        greedy = q.argmax(-1)
        explore = th.rand(greedy.shape) < eps
        random = th.distributions.Categorical(avail.float()).sample()
        return th.where(explore, random, greedy)

    def forward(self, obs):
        b = obs.shape[0]
        ids = th.eye(self.n_agents).unsqueeze(0).expand(b, -1, -1)
        x = th.cat([obs, ids], -1).reshape(b * self.n_agents, -1)
        q, self.hidden_states = self.agent(x, self.hidden_states)
        return q.view(b, self.n_agents, -1)

    def parameters(self):
        return self.agent.parameters()

    def load_state(self, other):
        self.agent.load_state_dict(other.agent.state_dict())

    def save_models(self, path):
        th.save(self.agent.state_dict(), f"{path}/agent.th")

    def load_models(self, path):
        self.agent.load_state_dict(th.load(f"{path}/agent.th", map_location="cpu"))
