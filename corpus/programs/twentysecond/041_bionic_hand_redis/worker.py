import argparse
import io

import redis
import torch
import torch.nn.functional as F

from hand import GraspTask, HandNet


def pull(r, net):
    net.load_state_dict(torch.load(io.BytesIO(r.get("hand:params"))))
    return int(r.get("hand:version"))


def push(r, net):
    buf = io.BytesIO()
    torch.save([p.grad for p in net.parameters()], buf)
    r.rpush("hand:grads", buf.getvalue())


def work(args):
    torch.manual_seed(args.rank)
    r = redis.Redis(host=args.host)
    env = GraspTask(args.rank)
    net = HandNet()
    obs = torch.from_numpy(env.reset()).unsqueeze(0)
    done, ep_reward = True, 0.0

    while True:
        version = pull(r, net)
        if done:
            hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
        else:
            hx, cx = hx.detach(), cx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for _ in range(args.num_steps):
            logit, value, (hx, cx) = net(obs, (hx, cx))
            logp = F.log_softmax(logit, dim=-1)
            prob = logp.exp()
            action = prob.multinomial(1).detach()
            entropies.append(-(logp * prob).sum(1))
            log_probs.append(logp.gather(1, action))
            values.append(value)
            nxt, reward, done = env.step(action.item())
            rewards.append(reward)
            ep_reward += reward
            obs = torch.from_numpy(nxt).unsqueeze(0)
            if done:
                obs = torch.from_numpy(env.reset()).unsqueeze(0)
                print(f"[{args.rank}] v{version} episode {ep_reward:.2f}")
                ep_reward = 0.0
                break

        R = torch.zeros(1, 1)
        if not done:
            with torch.no_grad():
                R = net(obs, (hx, cx))[1]
        gae, policy_loss, value_loss = torch.zeros(1, 1), 0.0, 0.0
        values.append(R)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1].detach() - values[i].detach()
            gae = gae * args.gamma * 0.95 + delta
            policy_loss = policy_loss - log_probs[i] * gae - 0.01 * entropies[i]
        net.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40)
        push(r, net)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--rank", type=int, required=True)
    ap.add_argument("--host", default="localhost")
    ap.add_argument("--num-steps", type=int, default=20)
    ap.add_argument("--gamma", type=float, default=0.99)
    work(ap.parse_args())
