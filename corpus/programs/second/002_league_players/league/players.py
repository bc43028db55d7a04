"""Everything that can sit at a table: the main agent, exploiters and frozen opponents."""
import copy

import torch
from torch.distributions import Categorical

from .nets import MatchNet


class Player:
    def __init__(self, name, obs_dim, n_actions, tables, device="cpu"):
        self.name = name
        self.tables = tables
        self.device = device
        self.net = MatchNet(obs_dim, n_actions).to(device)
        self.memory = torch.zeros(tables, self.net.width, device=device)
        self.generation = 0

    def snapshot(self):
        return {"name": f"{self.name}:{self.generation}", "weights": copy.deepcopy(self.net.state_dict())}

    def adopt(self, snapshot):
        self.net.load_state_dict(snapshot["weights"])
        self.generation += 1
        return snapshot["name"]

    @torch.no_grad()
    def act(self, obs):
        obs = torch.as_tensor(obs, device=self.device)
        logits, value, self.memory = self.net(obs, self.memory)
        dist = Categorical(logits=logits)
        action = dist.sample()
        return action, dist.log_prob(action), value

    def finished(self, table):
        self.memory[table] = 0.0


class Opponent(Player):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.net.eval()
        self.playing_as = None

    def sit(self, snapshot):
        self.playing_as = self.adopt(snapshot)


class MainPlayer(Player):
    def __init__(self, *args, lr=3e-4, **kwargs):
        super().__init__(*args, **kwargs)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=lr)

    def update(self, batch, clip=0.2, entropy=0.01):
        memory = batch["memory"]
        losses = []
        for t in range(batch["obs"].shape[0]):
            logits, value, memory = self.net(batch["obs"][t], memory)
            memory = memory * (1.0 - batch["done"][t]).unsqueeze(-1)
            dist = Categorical(logits=logits)
            ratio = (dist.log_prob(batch["action"][t]) - batch["logp"][t]).exp()
            adv = batch["adv"][t]
            policy = -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()
            losses.append(policy + 0.5 * (value - batch["ret"][t]).pow(2).mean() - entropy * dist.entropy().mean())
        loss = torch.stack(losses).mean()
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.optimizer.step()
        return float(loss.detach())


class Exploiter(MainPlayer):
    """Learns against the current main player only; goes back to a main snapshot when it stalls."""

    def __init__(self, *args, patience=40, **kwargs):
        super().__init__(*args, **kwargs)
        self.patience = patience
        self.stalled = 0

    def maybe_restart(self, main, winrate):
        self.stalled = self.stalled + 1 if winrate < 0.55 else 0
        if self.stalled >= self.patience:
            self.adopt(main.snapshot())
            self.stalled = 0
            return True
        return False
