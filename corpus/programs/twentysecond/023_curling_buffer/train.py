import torch
from torch.distributions import Categorical

from ice import Sheet
from stone_net import StoneNet

net = StoneNet()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
sheet = Sheet()
avg = 0.0

for end in range(30000):
    obs = sheet.new_end()
    net.clear()
    logps, rewards = [], []
    over = False
    while not over:
        w_logits, c_logits = net(obs)
        dw, dc = Categorical(logits=w_logits), Categorical(logits=c_logits)
        w, c = dw.sample(), dc.sample()
        logps.append(dw.log_prob(w) + dc.log_prob(c))
        obs, r, over = sheet.throw(w.item(), c.item())
        rewards.append(r)
    togo, g = [], 0.0
    for r in reversed(rewards):
        g = r + 0.9 * g
        togo.insert(0, g)
    togo = torch.tensor(togo)
    avg += 0.01 * (sum(rewards) - avg)
    loss = -(torch.cat(logps) * (togo - togo.mean())).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    if end % 500 == 499:
        print(end + 1, round(avg, 3))
        torch.save(net.state_dict(), "stones.pt")
