import time

import torch

from .envs import PoleEnv
from .model import ActorCritic


def test(rank, args, shared_model, counter):
    torch.manual_seed(args.seed + rank)
    env = PoleEnv(seed=args.seed + rank)
    model = ActorCritic(env.obs_dim, env.n_actions)
    model.eval()
    state = torch.from_numpy(env.reset())
    reward_sum = 0
    done = True
    start_time = time.time()
    while True:
        if done:
            model.load_state_dict(shared_model.state_dict())
            cx = torch.zeros(1, 128)
            hx = torch.zeros(1, 128)
        with torch.no_grad():
            value, logit, (hx, cx) = model((state.unsqueeze(0), (hx, cx)))
        action = logit.argmax(-1)
        state, reward, done, _ = env.step(int(action))
        reward_sum += reward
        if done:
            print(f"{time.time() - start_time:.0f}s steps {counter.value} reward {reward_sum}")
            reward_sum = 0
            state = env.reset()
            time.sleep(30)
        state = torch.from_numpy(state)
