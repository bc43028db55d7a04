import torch

from .modules import RNNAgent


class MAC:
    def __init__(self, args):
        self.args = args
        self.agent = RNNAgent(args.obs_dim + args.n_agents, args)
        self.hidden_states = None

    def init_hidden(self, batch_size):
        self.hidden_states = self.agent.init_hidden().unsqueeze(0).expand(batch_size, self.args.n_agents, -1)

    def forward(self, obs):
        bs = obs.shape[0]
        ids = torch.eye(self.args.n_agents).unsqueeze(0).expand(bs, -1, -1)
        q, h = self.agent(torch.cat([obs, ids], -1).flatten(0, 1), self.hidden_states)
        self.hidden_states = h.view(bs, self.args.n_agents, -1)
        return q.view(bs, self.args.n_agents, -1)

    def select_actions(self, obs, eps):
        with torch.no_grad():
            q = self.forward(obs)
        rand = torch.randint(self.args.n_actions, q.shape[:-1])
        return torch.where(torch.rand(q.shape[:-1]) < eps, rand, q.argmax(-1))

    def parameters(self):
        return self.agent.parameters()

    def load_state(self, other_mac):
        self.agent.load_state_dict(other_mac.agent.state_dict())

    def save_models(self, path):
        torch.save(self.agent.state_dict(), f"{path}/agent.th")

    def load_models(self, path):
        self.agent.load_state_dict(torch.load(f"{path}/agent.th", map_location="cpu"))
