import torch
import torch.nn as nn

PAIRS = {"NS": ("N", "S"), "EW": ("E", "W")}


class Player(nn.Module):
    def __init__(self, n_obs=92, n_calls=38, hidden=200):
        super().__init__()
        self.hidden = hidden
        self.l1 = nn.Linear(n_obs, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.l2 = nn.Linear(hidden, n_calls)

    def forward(self, x, h):
        h = self.rnn(torch.relu(self.l1(x)), h)
        return self.l2(h), h


class Table:
    """One bridge table; each pair shares a net, each seat has its own memory."""

    def __init__(self):
        self.nets = {"NS": Player(), "EW": Player()}
        self.names = {"NS": None, "EW": None}
        self.mem = {}
        self.clear()

    def clear(self):
        for pair, seats in PAIRS.items():
            for s in seats:
                self.mem[s] = torch.zeros(1, self.nets[pair].hidden)

    def seat(self, pair, name, folder="players"):
        weights = torch.load(f"{folder}/{name}.pt", map_location="cpu")
        self.nets[pair].load_state_dict(weights)
        self.nets[pair].eval()
        self.names[pair] = name

    def new_board(self, ns, ew):
        if self.names["NS"] != ns:
            self.seat("NS", ns)
        if self.names["EW"] != ew:
            self.seat("EW", ew)
        self.clear()

    def substitute(self, pair, name):
        """Director's call: another bot takes over the pair at the table."""
        self.seat(pair, name)

    @torch.no_grad()
    def call(self, seat, obs, legal):
        pair = "NS" if seat in "NS" else "EW"
        logits, self.mem[seat] = self.nets[pair](
            torch.as_tensor(obs, dtype=torch.float32).view(1, -1), self.mem[seat]
        )
        logits[0, ~torch.as_tensor(legal, dtype=torch.bool)] = -1e9
        return int(logits.argmax())
