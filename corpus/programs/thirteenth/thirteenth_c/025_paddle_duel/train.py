import torch
import torch.nn.functional as F

from duel import DuelEnv, Table
from net import PaddleNet

STEPS = 64
UPDATES = 40_000
REFRESH_EVERY = 250
GAMMA = 0.99

net = PaddleNet()
rival = PaddleNet()
rival.load_state_dict(net.state_dict())
opt = torch.optim.Adam(net.parameters(), lr=3e-4)
env = DuelEnv(Table(), rival)

obs, h = env.reset(), net.blank()
wins = 0
for update in range(1, UPDATES + 1):
    h = h.detach()
    logps, vals, ents, rews, masks = [], [], [], [], []
    for _ in range(STEPS):
        logits, v, h = net(obs, h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        obs, r, over = env.step(a.item())
        logps.append(dist.log_prob(a))
        ents.append(dist.entropy())
        vals.append(v)
        rews.append(r)
        masks.append(0.0 if over else 1.0)
        if over:
            wins += env.table.score[0] > env.table.score[1]
            obs, h = env.reset(), net.blank()

    with torch.no_grad():
        ret = net(obs, h)[1]
    rets = []
    for r, m in zip(reversed(rews), reversed(masks)):
        ret = r + GAMMA * m * ret
        rets.insert(0, ret)
    rets, vals = torch.cat(rets), torch.cat(vals)
    adv = (rets - vals).detach()
    loss = -(torch.cat(logps) * adv).mean() + 0.5 * F.mse_loss(vals, rets) - 0.01 * torch.cat(ents).mean()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()

    if update % REFRESH_EVERY == 0:
        env.refresh(net.state_dict())
        print(update, "wins so far", wins, "loss", round(loss.item(), 4))

torch.save(net.state_dict(), "paddle.pt")
