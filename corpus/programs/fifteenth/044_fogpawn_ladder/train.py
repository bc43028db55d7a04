import torch

from fog_env import FogPawnEnv, Ladder
from net import PawnNet

net = PawnNet()
opt = torch.optim.Adam(net.parameters(), 3e-4)
ladder = Ladder()
ladder.add(net)
env = FogPawnEnv(ladder)

for game in range(1, 100_001):
    (obs, ok), hc, over = env.reset(), net.zero(), False
    traj = []
    while not over:
        pi, v, hc = net(obs, ok, hc)
        a = pi.sample()
        nxt, r, over = env.step(a)
        traj.append((pi.log_prob(a), v, pi.entropy()))
        if not over:
            obs, ok = nxt
    loss = 0
    for k, (lp, v, ent) in enumerate(reversed(traj)):
        g = r * 0.98 ** k
        loss = loss - lp * (g - v.item()) + 0.5 * (g - v) ** 2 - 0.01 * ent
    opt.zero_grad()
    (loss / len(traj)).backward()
    opt.step()
    if game % 1000 == 0:
        ladder.add(net)
        print(game, "elo", round(ladder.elo), "players", len(ladder.players))
        torch.save(net.state_dict(), "fogpawn.pt")
