from pathlib import Path

import torch
import torch.nn as nn


class NpcNet(nn.Module):
    def __init__(self, obs_dim=40, n_moves=9, units=96):
        super().__init__()
        self.units = units
        self.inp = nn.Linear(obs_dim, units)
        self.gru = nn.GRUCell(units, units)
        self.moves = nn.Linear(units, n_moves)

    def forward(self, obs, h):
        h = self.gru(torch.relu(self.inp(obs)), h)
        return self.moves(h), h


class NpcBrain:
    """The one network behind all the characters of the shard, with a memory for each of them."""

    def __init__(self, weights: Path):
        self.weights = Path(weights)
        self.net = NpcNet()
        self.memories = {}
        self.mtime = 0.0
        self.refresh()

    def refresh(self) -> bool:
        mtime = self.weights.stat().st_mtime
        if mtime <= self.mtime:
            return False
        self.net.load_state_dict(torch.load(self.weights, map_location="cpu"))
        self.net.eval()
        self.memories.clear()
        self.mtime = mtime
        return True

    def spawn(self, npc_id):
        self.memories[npc_id] = torch.zeros(1, self.net.units)

    def despawn(self, npc_id):
        self.memories.pop(npc_id, None)

    @torch.no_grad()
    def choose(self, npc_id, obs):
        if npc_id not in self.memories:
            self.spawn(npc_id)
        x = torch.tensor(obs, dtype=torch.float32).unsqueeze(0)
        logits, self.memories[npc_id] = self.net(x, self.memories[npc_id])
        return int(torch.distributions.Categorical(logits=logits).sample().item())
