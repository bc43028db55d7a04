import torch as th

from modules.agents import REGISTRY as agent_REGISTRY


class BasicMAC:
    def __init__(self, scheme, args):
        self.n_agents = args.n_agents
        self.args = args
        self.agent = agent_REGISTRY[args.agent](scheme["obs"]["vshape"], args)
        self.hidden_states = None

    def select_actions(self, inputs, avail):
        q = self.forward(inputs)
        q[avail == 0] = -1e10
        return q.argmax(-1)

    def forward(self, inputs):
        q, self.hidden_states = self.agent(inputs, self.hidden_states)
        return q.view(-1, self.n_agents, q.shape[-1])

    def init_hidden(self, batch_size):
        self.hidden_states = self.agent.init_hidden().unsqueeze(0).expand(batch_size, self.n_agents, -1)

    def parameters(self):
        return self.agent.parameters()

    def load_state(self, other):
        self.agent.load_state_dict(other.agent.state_dict())

    def save_models(self, path):
        th.save(self.agent.state_dict(), f"{path}/agent.th")

    def load_models(self, path):
        self.agent.load_state_dict(th.load(f"{path}/agent.th", map_location=lambda s, l: s))
