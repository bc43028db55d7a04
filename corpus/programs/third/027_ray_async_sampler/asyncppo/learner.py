import torch
from torch.distributions import Categorical


class Learner:
    def __init__(self, net, cfg):
        self.net, self.cfg = net, cfg
        self.opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
        self.version = 0

    def weights(self):
        return {k: v.clone() for k, v in self.net.state_dict().items()}

    def step(self, b):
        cfg = self.cfg
        adv, acc, nxt = torch.zeros_like(b["rew"]), 0.0, b["last"]
        for t in reversed(range(len(adv))):
            nd = 1 - b["done"][t]
            acc = b["rew"][t] + cfg.gamma * nxt * nd - b["val"][t] + cfg.gamma * cfg.lam * nd * acc
            adv[t], nxt = acc, b["val"][t]
        ret = adv + b["val"]
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        for _ in range(cfg.epochs):
            h, logits, vals = b["h0"], [], []
            for t in range(len(adv)):
                lo, v, h = self.net(b["obs"][t], h)
                h = h * (1 - b["done"][t]).unsqueeze(-1)
                logits.append(lo)
                vals.append(v)
            d = Categorical(logits=torch.stack(logits))
            ratio = (d.log_prob(b["act"]) - b["logp"]).exp()
            loss = -torch.min(ratio * adv, ratio.clamp(1 - cfg.clip, 1 + cfg.clip) * adv).mean()
            loss = loss + 0.5 * (torch.stack(vals) - ret).pow(2).mean() - 0.01 * d.entropy().mean()
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()
        self.version += 1
