import torch
import torch.nn.functional as F

from agent import RecurrentActorCritic
from building import VecBuilding
from config import HVACConfig


@torch.no_grad()
def evaluate(model, cfg):
    env = VecBuilding(1, cfg, seed=777)
    scores = []
    for _ in range(cfg.eval_episodes):
        obs, done, score = env.reset(), False, 0.0
        hidden = model.init_hidden(1)
        while not done:
            dist, _, _ = model(torch.from_numpy(obs), hidden)
            action = dist.probs.argmax(-1)
            obs, reward, dones = env.step(action.numpy())
            score += float(reward[0])
            done = bool(dones[0])
        scores.append(score)
    return sum(scores) / len(scores)


def train(cfg):
    env = VecBuilding(cfg.num_envs, cfg)
    model = RecurrentActorCritic(env.obs_dim, env.n_actions, cfg.hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)
    obs = torch.from_numpy(env.reset())
    hidden = model.init_hidden(cfg.num_envs)
    best = -float("inf")

    for update in range(1, cfg.updates + 1):
        hidden = hidden.detach()
        logps, values, rewards, masks, entropies = [], [], [], [], []
        for _ in range(cfg.rollout):
            dist, value, hidden = model(obs, hidden)
            action = dist.sample()
            next_obs, reward, done = env.step(action.numpy())
            mask = 1.0 - torch.from_numpy(done).float()
            hidden = hidden * mask.unsqueeze(-1)
            obs = torch.from_numpy(next_obs)
            logps.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            values.append(value)
            rewards.append(torch.from_numpy(reward))
            masks.append(mask)
        with torch.no_grad():
            _, ret, _ = model(obs, hidden)
        returns = []
        for reward, mask in zip(reversed(rewards), reversed(masks)):
            ret = reward + cfg.gamma * mask * ret
            returns.append(ret)
        returns = torch.stack(returns[::-1])
        values = torch.stack(values)
        advantage = (returns - values).detach()
        loss = -(torch.stack(logps) * advantage).mean()
        loss = loss + 0.5 * F.mse_loss(values, returns) - cfg.entropy * torch.stack(entropies).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()

        if update % cfg.eval_interval == 0:
            score = evaluate(model, cfg)
            print(f"update {update} loss {loss.item():.3f} eval {score:.2f}")
            if score > best:
                best = score
                torch.save(model.state_dict(), "hvac_best.pt")


if __name__ == "__main__":
    train(HVACConfig())
