import gymnasium as gym
import minigrid  # noqa: F401
import torch
import torch.nn.functional as F
from minigrid.wrappers import FlatObsWrapper

from model import ActorCritic


def create_env(name, seed):
    env = FlatObsWrapper(gym.make(name))
    env.reset(seed=seed)
    return env


def ensure_shared_grads(model, shared_model):
    for param, shared_param in zip(model.parameters(), shared_model.parameters()):
        if shared_param.grad is not None:
            return
        shared_param._grad = param.grad


def to_tensor(obs):
    return torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0) / 255.0


def train(rank, args, shared_model, counter, lock, optimizer):
    torch.manual_seed(args.seed + rank)
    env = create_env(args.env_name, args.seed + rank)
    model = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    model.train()

    obs, _ = env.reset()
    state = to_tensor(obs)
    done = True
    episode_reward = 0.0
    while counter.value < args.max_steps:
        model.load_state_dict(shared_model.state_dict())
        if done:
            cx = torch.zeros(1, 128)
            hx = torch.zeros(1, 128)
        else:
            cx = cx.detach()
            hx = hx.detach()

        values, log_probs, rewards, entropies = [], [], [], []
        for step in range(args.num_steps):
            value, logit, (hx, cx) = model((state, (hx, cx)))
            prob = F.softmax(logit, dim=-1)
            log_prob = F.log_softmax(logit, dim=-1)
            entropies.append(-(log_prob * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            log_probs.append(log_prob.gather(1, action))

            obs, reward, terminated, truncated, _ = env.step(action.item())
            done = terminated or truncated
            episode_reward += float(reward)
            with lock:
                counter.value += 1
            values.append(value)
            rewards.append(float(reward))
            if done:
                if rank == 0:
                    print(f"{counter.value:9d} steps, reward {episode_reward:.3f}")
                episode_reward = 0.0
                obs, _ = env.reset()
            state = to_tensor(obs)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            value, _, _ = model((state, (hx, cx)))
            R = value.detach()
        values.append(R)

        policy_loss, value_loss = 0, 0
        gae = torch.zeros(1, 1)
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1] - values[i]
            gae = gae * args.gamma * args.gae_lambda + delta.detach()
            policy_loss = policy_loss - log_probs[i] * gae - args.entropy_coef * entropies[i]

        model.zero_grad()
        (policy_loss + args.value_loss_coef * value_loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), args.max_grad_norm)
        ensure_shared_grads(model, shared_model)
        optimizer.step()
