import argparse

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from corridor import KeyCorridor
from net import NotebookNet


def explorer(rank, args, shared, opt, lock, score):
    torch.manual_seed(args.seed + rank)
    torch.set_num_threads(1)
    env = KeyCorridor(args.length)
    local = NotebookNet(env.n_obs, env.n_act)
    for episode in range(args.episodes):
        with lock:
            local.load_state_dict(shared.state_dict())
        notebook = local.empty_notebook()
        obs, done = env.reset(), False
        rewards, values, logps, entropies = [], [], [], []
        while not done:
            logits, value, notebook = local(obs, notebook)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            obs, reward, done = env.step(action.item())
            rewards.append(reward)
            values.append(value)
            logps.append(dist.log_prob(action))
            entropies.append(dist.entropy())

        ret, loss = 0.0, 0.0
        for k in reversed(range(len(rewards))):
            ret = rewards[k] + args.gamma * ret
            adv = ret - values[k]
            loss = loss - logps[k] * adv.detach() - args.beta * entropies[k]
            loss = loss + 0.5 * F.mse_loss(values[k], torch.tensor([ret]))

        local.zero_grad()
        (loss / len(rewards)).sum().backward()
        torch.nn.utils.clip_grad_norm_(local.parameters(), 1.0)
        with lock:
            opt.zero_grad()
            for p, q in zip(shared.parameters(), local.parameters()):
                p.grad = q.grad.clone()
            opt.step()
            score.value = 0.99 * score.value + 0.01 * sum(rewards)
        if rank == 0 and episode % 200 == 0:
            print(f"episode {episode}: running score {score.value:.3f}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--procs", type=int, default=8)
    ap.add_argument("--episodes", type=int, default=20000)
    ap.add_argument("--length", type=int, default=10)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--beta", type=float, default=0.01)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    shared = NotebookNet(KeyCorridor.n_obs, KeyCorridor.n_act)
    shared.share_memory()
    opt = torch.optim.SGD(shared.parameters(), lr=0.01)
    lock, score = mp.Lock(), mp.Value("d", 0.0)
    procs = [mp.Process(target=explorer, args=(i, args, shared, opt, lock, score)) for i in range(args.procs)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "corridor.pt")


if __name__ == "__main__":
    main()
