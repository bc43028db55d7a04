import argparse
import time

import ale_py
import cv2
import gymnasium as gym
import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

gym.register_envs(ale_py)


class ActorCriticLSTM(nn.Module):
    def __init__(self, n_actions):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.conv3 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.conv4 = nn.Conv2d(32, 32, 3, stride=2, padding=1)
        self.lstm = nn.LSTMCell(32 * 3 * 3, 256)
        self.fc_v = nn.Linear(256, 1)
        self.fc_pi = nn.Linear(256, n_actions)

    def forward(self, x, lstm_state):
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            x = F.elu(conv(x))
        hx, cx = self.lstm(x.flatten(1), lstm_state)
        return self.fc_v(hx), self.fc_pi(hx), (hx, cx)


class SharedRMSprop(torch.optim.RMSprop):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr, alpha=0.99, eps=0.1)
        for group in self.param_groups:
            for p in group["params"]:
                st = self.state[p]
                st["step"] = torch.zeros(1)
                st["square_avg"] = torch.zeros_like(p.data).share_memory_()


class Worker(mp.Process):
    def __init__(self, wid, args, shared, optimizer, counter):
        super().__init__(daemon=True)
        self.wid, self.args = wid, args
        self.shared, self.optimizer, self.counter = shared, optimizer, counter

    def preprocess(self, frame):
        small = cv2.resize(frame[34:194], (42, 42), interpolation=cv2.INTER_AREA)
        return torch.from_numpy(small.astype(np.float32) / 255.0).view(1, 1, 42, 42)

    def run(self):
        args = self.args
        torch.set_num_threads(1)
        torch.manual_seed(args.seed + self.wid)
        env = gym.make(args.env, obs_type="grayscale", frameskip=4)
        local = ActorCriticLSTM(env.action_space.n)
        frame, _ = env.reset(seed=args.seed + self.wid)
        state = self.preprocess(frame)
        lstm_state = (torch.zeros(1, 256), torch.zeros(1, 256))
        score = 0.0

        while self.counter.value < args.max_steps:
            local.load_state_dict(self.shared.state_dict())
            values, logps, ents, rewards = [], [], [], []
            done = False
            for _ in range(args.t_max):
                value, logit, lstm_state = local(state, lstm_state)
                prob, logp = F.softmax(logit, dim=1), F.log_softmax(logit, dim=1)
                action = prob.multinomial(1).detach()
                ents.append(-(prob * logp).sum(1))
                logps.append(logp.gather(1, action))
                values.append(value)
                frame, reward, term, trunc, _ = env.step(action.item())
                done = term or trunc
                score += reward
                rewards.append(float(np.clip(reward, -1, 1)))
                with self.counter.get_lock():
                    self.counter.value += 1
                state = self.preprocess(frame)
                if done:
                    break

            if done:
                ret = torch.zeros(1, 1)
            else:
                with torch.no_grad():
                    ret, _, _ = local(state, lstm_state)
            loss = 0.0
            for v, lp, e, r in zip(values[::-1], logps[::-1], ents[::-1], rewards[::-1]):
                ret = r + args.gamma * ret
                adv = ret - v
                loss = loss - lp * adv.detach() + 0.5 * adv.pow(2) - args.beta * e
            local.zero_grad()
            loss.sum().backward()
            nn.utils.clip_grad_norm_(local.parameters(), 40.0)
            for lp, sp in zip(local.parameters(), self.shared.parameters()):
                sp._grad = lp.grad
            self.optimizer.step()

            if done:
                print(f"[{self.wid}] {self.counter.value:>9d} steps  score {score:.0f}", flush=True)
                score = 0.0
                frame, _ = env.reset()
                state = self.preprocess(frame)
                lstm_state = (torch.zeros(1, 256), torch.zeros(1, 256))
            else:
                lstm_state = tuple(s.detach() for s in lstm_state)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="ALE/Breakout-v5")
    ap.add_argument("--workers", type=int, default=16)
    ap.add_argument("--t-max", type=int, default=20)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--beta", type=float, default=0.01)
    ap.add_argument("--max-steps", type=int, default=80_000_000)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    mp.set_start_method("spawn")
    shared = ActorCriticLSTM(4).share_memory()
    optimizer = SharedRMSprop(shared.parameters(), args.lr)
    counter = mp.Value("q", 0)
    workers = [Worker(i, args, shared, optimizer, counter) for i in range(args.workers)]
    for w in workers:
        w.start()
    while any(w.is_alive() for w in workers):
        time.sleep(600)
        torch.save(shared.state_dict(), "a3c_breakout.pt")
