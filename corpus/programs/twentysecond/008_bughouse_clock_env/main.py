import torch

from env_with_rival import PartnerBoards, Rival, RivalWrapper


def play_game(env, net):
    obs, _ = env.reset()
    state = net.zero_state()
    logps, values, over, result = [], [], False, 0.0
    while not over:
        logits, v, state = net(torch.as_tensor(obs).view(1, 1, -1), state)
        d = torch.distributions.Categorical(logits=logits[0, 0])
        a = d.sample()
        logps.append(d.log_prob(a))
        values.append(v[0, 0])
        obs, result, term, trunc, _ = env.step(a)
        over = term or trunc
    return torch.stack(logps), torch.stack(values), result


def main(games: int = 20000):
    env = RivalWrapper(PartnerBoards())
    net = Rival()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    running = 0.0
    for g in range(games):
        logps, values, result = play_game(env, net)
        adv = result - values
        loss = (0.5 * adv.pow(2) - logps * adv.detach()).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        running += 0.02 * (result - running)
        if g % 200 == 199:
            env.add_snapshot(net)
        if g % 50 == 49:
            env.refresh()
            print(g, round(running, 3))


if __name__ == "__main__":
    main()
