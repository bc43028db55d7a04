import lightning as L
import torch
from torch import nn
from torch.distributions import Categorical


class AdAuction:
    """n parallel campaigns; a day has 24 * 12 auctions; competitors' mood is hidden."""

    DAY = 288

    def __init__(self, n, seed=0):
        self.n = n
        self.g = torch.Generator().manual_seed(seed)
        self.start()

    def start(self):
        self.k = 0
        self.budget = torch.ones(self.n)
        self.mood = torch.rand(self.n, generator=self.g)
        self.price = torch.zeros(self.n)
        return self.obs()

    def obs(self):
        tod = torch.full((self.n,), self.k / self.DAY)
        return torch.stack([self.budget, self.price, tod], -1)

    def step(self, a):
        bid = a.float() / 4
        self.mood = (self.mood + 0.02 * torch.randn(self.n, generator=self.g)).clamp(0, 1)
        rival = self.mood * torch.rand(self.n, generator=self.g)
        win = (bid > rival) & (self.budget > 0)
        value = torch.rand(self.n, generator=self.g)
        r = torch.where(win, value - rival, torch.zeros(self.n))
        self.budget = self.budget - win * rival / 60
        self.price = rival
        self.k += 1
        return self.obs(), r, self.k >= self.DAY


class RecurrentBidder(L.LightningModule):
    def __init__(self, n: int = 32, hid: int = 64, unroll: int = 24, lr: float = 7e-4, gamma: float = 0.99):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.cell = nn.GRUCell(3, hid)
        self.pi = nn.Linear(hid, 5)
        self.v = nn.Linear(hid, 1)
        self.register_buffer("mem", torch.zeros(n, hid))
        self.auction = AdAuction(n)
        self._obs = self.auction.start()

    def forward(self, obs, h):
        h = self.cell(obs, h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h

    @torch.no_grad()
    def bid(self, obs):
        dist, _, self.mem = self(obs, self.mem)
        return dist.probs.argmax(-1)

    def training_step(self, _batch, _idx):
        hp = self.hparams
        h, lps, vs, rs, ents = self.mem, [], [], [], []
        over = False
        for _ in range(hp.unroll):
            dist, v, h = self(self._obs.to(self.device), h)
            a = dist.sample()
            self._obs, r, over = self.auction.step(a.cpu())
            lps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            vs.append(v)
            rs.append(r.to(self.device))
            if over:
                break
        with torch.no_grad():
            R = torch.zeros_like(vs[-1]) if over else self(self._obs.to(self.device), h)[1]
        loss = 0.0
        for lp, v, r, e in zip(reversed(lps), reversed(vs), reversed(rs), reversed(ents)):
            R = r + hp.gamma * R
            adv = R - v
            loss = loss + (-lp * adv.detach() + 0.5 * adv.pow(2) - 0.01 * e).mean()
        opt = self.optimizers()
        opt.zero_grad()
        self.manual_backward(loss / len(rs))
        self.clip_gradients(opt, gradient_clip_val=1.0, gradient_clip_algorithm="norm")
        opt.step()
        self.mem = h.detach()
        if over:
            self._obs = self.auction.start()
            self.mem = torch.zeros_like(self.mem)
        self.log("reward", torch.stack(rs).mean(), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)

    def train_dataloader(self):
        return torch.utils.data.DataLoader(range(1000), batch_size=1)
