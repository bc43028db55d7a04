import copy

import torch
import torch.nn as nn

from league import League
from table import AirHockeyTables

N_TABLES = 32
UNROLL = 50
UPDATES = 20000
SWAP_EVERY = 15
ADD_EVERY = 200


class Striker(nn.Module):
    def __init__(self, hid=96):
        super().__init__()
        self.cell = nn.LSTMCell(8, hid)
        self.mu = nn.Linear(hid, 2)
        self.value = nn.Linear(hid, 1)
        self.log_std = nn.Parameter(torch.zeros(2) - 0.5)
        self.hid = hid

    def start(self, n):
        return [torch.zeros(n, self.hid), torch.zeros(n, self.hid)]

    def forward(self, obs, rnn):
        h, c = self.cell(obs, tuple(rnn))
        return torch.distributions.Normal(self.mu(h), self.log_std.exp()), self.value(h).squeeze(1), [h, c]


def main():
    tables = AirHockeyTables(N_TABLES)
    main_player, rival = Striker(), Striker()
    opt = torch.optim.Adam(main_player.parameters(), lr=3e-4)
    league = League()
    league.add(main_player, "v0")
    current = league.sample()
    rival.load_state_dict(current["weights"])

    ours, theirs = tables.reset()
    rnn, rival_rnn = main_player.start(N_TABLES), rival.start(N_TABLES)
    goals_for = goals_against = 0

    for update in range(1, UPDATES + 1):
        rnn = [x.detach() for x in rnn]
        logps, values, rewards, alive = [], [], [], []
        for _ in range(UNROLL):
            dist, v, rnn = main_player(ours, rnn)
            a = dist.sample()
            with torch.no_grad():
                rival_dist, _, rival_rnn = rival(theirs, rival_rnn)
                b = rival_dist.sample()
            ours, theirs, r, done = tables.step(a, b)
            keep = (~done).float()
            rnn = [x * keep.unsqueeze(1) for x in rnn]
            rival_rnn = [x * keep.unsqueeze(1) for x in rival_rnn]
            logps.append(dist.log_prob(a).sum(1))
            values.append(v)
            rewards.append(r)
            alive.append(keep)
            goals_for += int((r > 0).sum())
            goals_against += int((r < 0).sum())

        with torch.no_grad():
            ret = main_player(ours, rnn)[1]
        loss = 0.0
        for t in reversed(range(UNROLL)):
            ret = rewards[t] + 0.99 * alive[t] * ret
            adv = ret - values[t]
            loss = loss + (-logps[t] * adv.detach() + 0.5 * adv.pow(2)).mean()
        opt.zero_grad()
        (loss / UNROLL).backward()
        nn.utils.clip_grad_norm_(main_player.parameters(), 0.5)
        opt.step()

        if update % ADD_EVERY == 0:
            league.add(main_player, f"v{update}")
        if update % SWAP_EVERY == 0:
            league.report(current, goals_against, goals_for)
            current = league.sample()
            rival.load_state_dict(current["weights"])
            goals_for = goals_against = 0
        if update % 500 == 0:
            print(update, "rival", current["tag"], "pool", len(league.members))
            torch.save(copy.deepcopy(main_player.state_dict()), "striker.pt")


if __name__ == "__main__":
    main()
