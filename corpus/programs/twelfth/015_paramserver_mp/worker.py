import gymnasium as gym
import torch
import torch.nn.functional as F

from net import ActorCritic, set_weights


def loss_of(batch, bootstrap, gamma, beta):
    R, loss = bootstrap, torch.zeros(1, 1)
    for log_prob, entropy, value, reward, mask in reversed(batch):
        R = reward + gamma * mask * R
        advantage = R - value
        loss = loss - log_prob * advantage.detach() + 0.5 * advantage.pow(2) - beta * entropy
    return loss.sum() / len(batch)


def work(rank, conn, cfg):
    torch.manual_seed(cfg["seed"] + rank)
    torch.set_num_threads(1)
    env = gym.make(cfg["env"])
    net = ActorCritic(env.observation_space.shape[0], env.action_space.n)

    conn.send(("pull", None))
    set_weights(net, conn.recv())

    obs, _ = env.reset(seed=cfg["seed"] + rank)
    hx, cx = net.zeros()
    ep_reward = 0.0

    for update in range(1, cfg["updates"] + 1):
        batch = []
        for _ in range(cfg["t_max"]):
            logits, value, hx, cx = net(torch.from_numpy(obs).float().unsqueeze(0), hx, cx)
            logp = F.log_softmax(logits, dim=-1)
            p = logp.exp()
            action = p.multinomial(1)
            obs, reward, term, trunc, _ = env.step(action.item())
            done = term or trunc
            ep_reward += reward
            batch.append((logp.gather(1, action), -(p * logp).sum(1, keepdim=True), value,
                          reward, 0.0 if done else 1.0))
            if done:
                conn.send(("episode", ep_reward))
                ep_reward = 0.0
                obs, _ = env.reset()
                hx, cx = net.zeros()

        with torch.no_grad():
            bootstrap = net(torch.from_numpy(obs).float().unsqueeze(0), hx, cx)[1]
        net.zero_grad()
        loss_of(batch, bootstrap, cfg["gamma"], cfg["beta"]).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        conn.send(("push", [p.grad.numpy() for p in net.parameters()]))
        hx, cx = hx.detach(), cx.detach()

        if update % cfg["pull_every"] == 0:
            conn.send(("pull", None))
            set_weights(net, conn.recv())

    conn.send(("bye", None))
    conn.close()
