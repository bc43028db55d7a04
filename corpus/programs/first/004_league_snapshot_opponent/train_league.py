import torch

from league import Opponent, SnapshotPool
from league.nets import GRUActorCritic
from tables import TableVec  # local env package

N_TABLES = 16
SWAP_EVERY = 5


def collect(envs, net, opp, hx, horizon):
    batch = []
    for _ in range(horizon):
        for t in envs.tables_to_move(opponent=True):
            envs.play(t, opp.move(t, *envs.view(t)))
        obs = envs.observe()
        with torch.no_grad():
            logits, v, hx = net(obs, hx)
        a = torch.distributions.Categorical(logits=logits).sample()
        rew, done = envs.play_all(a)
        batch.append((obs, a, rew, done, v))
        for t in done.nonzero().flatten().tolist():
            opp.new_game(t)
        hx = hx * (~done).float().unsqueeze(-1)
    return batch, hx


def main(iters=10_000):
    envs = TableVec(N_TABLES)
    net = GRUActorCritic(envs.obs_dim, envs.n_act)
    opt = torch.optim.Adam(net.parameters(), 3e-4)
    opp = Opponent(envs.obs_dim, envs.n_act, N_TABLES)
    pool = SnapshotPool()
    pool.push(0, net.state_dict())
    opp.swap(pool.sample())
    hx = net.initial_state(N_TABLES)
    for it in range(1, iters):
        batch, hx = collect(envs, net, opp, hx, 32)
        loss = envs.a2c_loss(net, batch)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if it % SWAP_EVERY == 0:
            pool.push(it, net.state_dict())
            opp.swap(pool.sample())


if __name__ == "__main__":
    main()
