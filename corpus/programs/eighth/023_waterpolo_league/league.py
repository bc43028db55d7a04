"""League training: the white team learns, the blue team is drawn from the club's archive."""
import copy
import random
from collections import defaultdict

import torch
import torch.nn as nn
from torch.distributions import Categorical

from polo import N_ACTIONS, OBS_DIM, ROLES, PoloEnv

CONFIG = {
    "hidden": 64,
    "chunk": 50,
    "gamma": 0.98,
    "lr": 5e-4,
    "ent_coef": 0.01,
    "chunks": 20_000,
    "archive_every": 200,
    "season_every": 30,
    "seed": 7,
}


class RolePolicy(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.GRUCell(OBS_DIM, hidden)
        self.pi = nn.Linear(hidden, N_ACTIONS)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.cell(obs, h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


class Team:
    """One policy and one hidden state for each role."""

    def __init__(self, name, hidden):
        self.name = name
        self.policies = {role: RolePolicy(hidden) for role in ROLES}
        self.hidden = {}
        self.reset_hidden()

    def reset_hidden(self, role=None):
        for r in ROLES if role is None else (role,):
            self.hidden[r] = torch.zeros(1, self.policies[r].hidden)

    def detach_hidden(self):
        self.hidden = {r: h.detach() for r, h in self.hidden.items()}

    def forward(self, obs):
        out = {}
        for role, policy in self.policies.items():
            x = torch.from_numpy(obs[self.name, role]).unsqueeze(0)
            dist, value, self.hidden[role] = policy(x, self.hidden[role])
            out[role] = (dist, value, dist.sample())
        return out

    def weights(self):
        return {r: copy.deepcopy(p.state_dict()) for r, p in self.policies.items()}


class League:
    def __init__(self, cfg):
        self.cfg = cfg
        self.env = PoloEnv(cfg["seed"])
        self.white = Team("white", cfg["hidden"])
        self.blue = Team("blue", cfg["hidden"])
        params = [p for policy in self.white.policies.values() for p in policy.parameters()]
        self.optimizer = torch.optim.Adam(params, lr=cfg["lr"])
        self.params = params
        self.archive = [self.white.weights()]
        self.new_season()
        self.start_match()

    def start_match(self):
        self.obs = self.env.reset()
        self.white.reset_hidden()
        self.blue.reset_hidden()

    def new_season(self):
        """Blue gets the attacker of one club and the keeper of another."""
        self.blue.policies["keeper"].load_state_dict(random.choice(self.archive)["keeper"])
        self.blue.policies["attacker"].load_state_dict(random.choice(self.archive)["attacker"])
        self.blue.reset_hidden("attacker")

    def play_chunk(self):
        self.white.detach_hidden()
        log = defaultdict(list)
        for _ in range(self.cfg["chunk"]):
            white = self.white.forward(self.obs)
            with torch.no_grad():
                blue = self.blue.forward(self.obs)
            actions = {("white", r): w[2].item() for r, w in white.items()}
            actions.update({("blue", r): b[2].item() for r, b in blue.items()})
            self.obs, reward, done = self.env.step(actions)
            for role, (dist, value, action) in white.items():
                log[role].append((dist.log_prob(action), value, dist.entropy()))
            log["reward"].append(reward)
            log["done"].append(done)
            if done:
                self.start_match()
        return log

    def bootstrap(self):
        values = {}
        with torch.no_grad():
            for role, policy in self.white.policies.items():
                x = torch.from_numpy(self.obs["white", role]).unsqueeze(0)
                values[role] = policy(x, self.white.hidden[role])[1]
        return values

    def learn(self, log):
        last = self.bootstrap()
        loss = 0.0
        for role in ROLES:
            ret = last[role]
            for (logp, value, ent), r, d in zip(reversed(log[role]), reversed(log["reward"]), reversed(log["done"])):
                ret = r + self.cfg["gamma"] * ret * (1.0 - d)
                adv = ret - value
                loss = loss - logp * adv.detach() + 0.5 * adv.pow(2) - self.cfg["ent_coef"] * ent
        self.optimizer.zero_grad()
        (loss.sum() / self.cfg["chunk"]).backward()
        nn.utils.clip_grad_norm_(self.params, 0.5)
        self.optimizer.step()

    def run(self):
        total = 0.0
        for i in range(1, self.cfg["chunks"] + 1):
            log = self.play_chunk()
            self.learn(log)
            total += sum(log["reward"])
            if i % self.cfg["archive_every"] == 0:
                self.archive.append(self.white.weights())
            if i % self.cfg["season_every"] == 0:
                print(f"chunk {i}: goal difference {total:+.0f}, {len(self.archive)} clubs")
                total = 0.0
                self.new_season()
        torch.save(self.white.weights(), "white.pt")


if __name__ == "__main__":
    random.seed(CONFIG["seed"])
    torch.manual_seed(CONFIG["seed"])
    League(CONFIG).run()
