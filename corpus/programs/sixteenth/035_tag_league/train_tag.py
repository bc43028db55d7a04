import torch

from league import League, TagNet
from tagworld import VecTag

GAMES = 32
ROLL = 32


def collect(net, league, env, obs, h):
    data = []
    for _ in range(ROLL):
        pi, v, h = net(obs[0], h)
        a = pi.sample()
        b = league.rival_act(obs[1])
        obs, rew, done = env.step(a, b)
        data.append((pi.log_prob(a), v, pi.entropy(), rew, done))
        h = h * (1.0 - done).unsqueeze(-1)
        league.game_over(done)
    return obs, h, [torch.stack(c) for c in zip(*data)]


def main():
    env = VecTag(GAMES, max_steps=400)
    net = TagNet()
    league = League(net, GAMES)
    opt = torch.optim.Adam(net.parameters(), 7e-4)
    obs, h = env.reset(), net.initial(GAMES)
    for it in range(1, 30001):
        obs, h, (logp, v, ent, rew, done) = collect(net, league, env, obs, h.detach())
        with torch.no_grad():
            g = net(obs[0], h)[1]
        rets = torch.empty_like(rew)
        for t in reversed(range(ROLL)):
            g = rew[t] + 0.99 * (1.0 - done[t]) * g
            rets[t] = g
        adv = rets - v
        loss = -(logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        if it % 500 == 0:
            league.add()
        if it % 50 == 0:
            who = league.draw()
            print(it, "rival", who, "reward %.3f" % rew.mean())


if __name__ == "__main__":
    main()
