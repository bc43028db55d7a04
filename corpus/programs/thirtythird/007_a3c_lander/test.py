import time

import gymnasium as gym
import torch

from model import ActorCritic


def test(rank, args, shared_model, counter):
    torch.manual_seed(args.seed + rank)
    env = gym.make(args.env_name)
    model = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    model.eval()
    start = time.time()
    while True:
        model.load_state_dict(shared_model.state_dict())
        hx, cx = torch.zeros(1, 128), torch.zeros(1, 128)
        state, _ = env.reset()
        total, length, done = 0.0, 0, False
        while not done:
            with torch.no_grad():
                x = torch.from_numpy(state).float().unsqueeze(0)
                _, logit, (hx, cx) = model((x, (hx, cx)))
            state, reward, terminated, truncated, _ = env.step(logit.argmax(1).item())
            length += 1
            done = terminated or truncated or length >= args.max_episode_length
            total += reward
        print("Time {:.0f}s, num steps {}, reward {:.1f}, length {}".format(
            time.time() - start, counter.value, total, length))
        torch.save(shared_model.state_dict(), args.save_path)
        time.sleep(60)
