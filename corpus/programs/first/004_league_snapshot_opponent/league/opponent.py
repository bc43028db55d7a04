import torch

from .nets import GRUActorCritic


class Opponent:
    """Frozen player on the other side of the table; one memory per table."""

    def __init__(self, obs_dim, n_act, n_tables):
        self.net = GRUActorCritic(obs_dim, n_act)
        self.memory = {i: self.net.initial_state() for i in range(n_tables)}
        self.tag = None

    def swap(self, snapshot):
        self.tag, sd = snapshot
        self.net.load_state_dict(sd)
        self.net.eval()

    def new_game(self, table):
        self.memory[table] = self.net.initial_state()

    @torch.no_grad()
    def move(self, table, obs, legal):
        logits, _, self.memory[table] = self.net(obs[None], self.memory[table])
        logits[~legal[None]] = -1e9
        return int(torch.distributions.Categorical(logits=logits).sample())
