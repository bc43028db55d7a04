# %% [markdown]
# Steady-state evolution of small recurrent wheel controllers. All members fly at the same time, in rows.

# %%
import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

from tumble import dynamics, initial, lost, measured

POP, WIDTH, SLOT, SLOTS = 64, 12, 250, 400
gen = torch.Generator().manual_seed(5)


# %%
class Controller(nn.Module):
    def __init__(self):
        super().__init__()
        self.wx = nn.Linear(1, WIDTH)
        self.wm = nn.Linear(WIDTH, WIDTH, bias=False)
        self.gate = nn.Linear(1 + WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, 1)

    def forward(self, y, m):
        g = torch.sigmoid(self.gate(torch.cat([y, m], -1)))
        m = g * m + (1 - g) * torch.tanh(self.wx(y) + self.wm(m))
        return torch.tanh(self.out(m)).squeeze(-1), m


skeleton = Controller().to("meta")
genes, _ = stack_module_state([Controller() for _ in range(POP)])
genes = {k: v.detach() for k, v in genes.items()}
fleet = vmap(lambda g, y, m: functional_call(skeleton, g, (y, m)))


# %%
def breed(genes, m, craft, score):
    order = score.argsort()
    out, parents = order[: POP // 4], order[-POP // 4 :]
    for k, rows in genes.items():
        child = rows[parents] + 0.05 * torch.randn(rows[parents].shape, generator=gen)
        rows[out] = child
    m[out] = 0.0
    craft[out] = initial(len(out), gen)
    return genes, m, craft


# %%
craft = initial(POP, gen)
m = torch.zeros(POP, WIDTH)
score = torch.zeros(POP)

with torch.no_grad():
    for slot in range(SLOTS):
        now = torch.zeros(POP)
        for _ in range(SLOT):
            u, m = fleet(genes, measured(craft, gen), m)
            craft = dynamics(craft, u, gen)
            gone = lost(craft)
            now -= craft[:, 0].abs() / SLOT + gone.float()
            craft = torch.where(gone[:, None], initial(POP, gen), craft)
            m = m.masked_fill(gone[:, None], 0.0)
        score = 0.5 * score + 0.5 * now
        if slot % 20 == 0:
            print(slot, f"best {score.max():.3f}  median {score.median():.3f}")
        genes, m, craft = breed(genes, m, craft, score)

# %%
best = int(score.argmax())
torch.save({k: v[best].clone() for k, v in genes.items()}, "controller.pt")
