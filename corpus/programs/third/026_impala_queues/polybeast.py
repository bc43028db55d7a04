# A small IMPALA: actors in processes, the learner in the main process, V-trace.
import argparse
import logging
import os
import time

import gymnasium as gym
import torch
import torch.multiprocessing as mp
from torch import nn
from torch.nn import functional as F

os.environ["OMP_NUM_THREADS"] = "1"
logging.basicConfig(format="[%(levelname)s:%(process)d %(asctime)s] %(message)s", level=logging.INFO)

parser = argparse.ArgumentParser(description="IMPALA")
parser.add_argument("--env", default="CartPole-v1")
parser.add_argument("--num_actors", default=4, type=int)
parser.add_argument("--total_steps", default=2_000_000, type=int)
parser.add_argument("--batch_size", default=8, type=int)
parser.add_argument("--unroll_length", default=40, type=int)
parser.add_argument("--entropy_cost", default=0.01, type=float)
parser.add_argument("--baseline_cost", default=0.5, type=float)
parser.add_argument("--discounting", default=0.99, type=float)
parser.add_argument("--learning_rate", default=5e-4, type=float)
parser.add_argument("--checkpoint", default="model.tar")


class Net(nn.Module):
    def __init__(self, obs_size, num_actions, core=128):
        super().__init__()
        self.num_actions = num_actions
        self.fc = nn.Linear(obs_size, core)
        self.core = nn.LSTM(core + num_actions + 1, core)
        self.policy = nn.Linear(core, num_actions)
        self.baseline = nn.Linear(core, 1)

    def initial_state(self, batch_size):
        return tuple(torch.zeros(1, batch_size, self.core.hidden_size) for _ in range(2))

    def forward(self, inputs, core_state):
        x = F.relu(self.fc(inputs["obs"]))
        a = F.one_hot(inputs["last_action"], self.num_actions).float()
        r = inputs["reward"].clamp(-1, 1).unsqueeze(-1)
        core_input = torch.cat([x, r, a], dim=-1)
        notdone = (~inputs["done"]).float()
        out = []
        for inp, nd in zip(core_input.unbind(), notdone.unbind()):
            nd = nd.view(1, -1, 1)
            core_state = tuple(nd * s for s in core_state)
            y, core_state = self.core(inp.unsqueeze(0), core_state)
            out.append(y)
        y = torch.cat(out)
        return self.policy(y), self.baseline(y).squeeze(-1), core_state


class Env:
    def __init__(self, name, seed):
        self.env = gym.make(name)
        self.seed = seed

    def _out(self, obs, reward, done, action):
        return {
            "obs": torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1),
            "reward": torch.tensor(float(reward)).view(1, 1),
            "done": torch.tensor(bool(done)).view(1, 1),
            "last_action": torch.tensor(int(action)).view(1, 1),
            "episode_return": torch.tensor(self.ret).view(1, 1),
        }

    def initial(self):
        self.ret = 0.0
        obs, _ = self.env.reset(seed=self.seed)
        return self._out(obs, 0.0, True, 0)

    def step(self, action):
        obs, reward, term, trunc, _ = self.env.step(action)
        self.ret += reward
        done = term or trunc
        if done:
            obs, _ = self.env.reset()
        out = self._out(obs, reward, done, action)
        if done:
            self.ret = 0.0
        return out


def act(rank, flags, shared, queue):
    torch.manual_seed(rank)
    env = Env(flags.env, rank)
    env_output = env.initial()
    local = Net(env_output["obs"].shape[-1], env.env.action_space.n)
    core_state = local.initial_state(1)
    while True:
        local.load_state_dict(shared.state_dict())
        first_state = core_state
        frames, actions, logits = [env_output], [], []
        with torch.no_grad():
            for _ in range(flags.unroll_length):
                logit, _, core_state = local(env_output, core_state)
                action = torch.multinomial(F.softmax(logit[0], dim=-1), 1).item()
                env_output = env.step(action)
                frames.append(env_output)
                actions.append(action)
                logits.append(logit)
        rollout = {k: torch.cat([f[k] for f in frames]) for k in frames[0]}
        rollout["action"] = torch.tensor(actions).view(-1, 1)
        rollout["logits"] = torch.cat(logits)
        queue.put((rollout, first_state))


def vtrace(behaviour, target, actions, discounts, rewards, values, bootstrap):
    log_rhos = (target - behaviour).gather(-1, actions.unsqueeze(-1)).squeeze(-1)
    rhos = log_rhos.exp().clamp(max=1.0)
    nxt = torch.cat([values[1:], bootstrap.unsqueeze(0)])
    deltas = rhos * (rewards + discounts * nxt - values)
    acc, out = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(deltas))):
        acc = deltas[t] + discounts[t] * rhos[t] * acc
        out.append(acc)
    vs = torch.stack(out[::-1]) + values
    vs_next = torch.cat([vs[1:], bootstrap.unsqueeze(0)])
    return vs, rhos * (rewards + discounts * vs_next - values)


def learn(flags, net, opt, batch, state):
    logits, values, _ = net(batch, state)
    bootstrap = values[-1].detach()
    logits, values = logits[:-1], values[:-1]
    rewards = batch["reward"][1:].clamp(-1, 1)
    discounts = (~batch["done"][1:]).float() * flags.discounting
    target = F.log_softmax(logits, -1)
    with torch.no_grad():
        vs, adv = vtrace(F.log_softmax(batch["logits"], -1), target, batch["action"], discounts, rewards, values, bootstrap)
    logp = target.gather(-1, batch["action"].unsqueeze(-1)).squeeze(-1)
    entropy = -(target.exp() * target).sum(-1).mean()
    loss = -(logp * adv).mean() + flags.baseline_cost * (vs - values).pow(2).mean() - flags.entropy_cost * entropy
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return loss.item()


def main(flags):
    env = gym.make(flags.env)
    net = Net(env.observation_space.shape[0], env.action_space.n)
    shared = Net(env.observation_space.shape[0], env.action_space.n)
    shared.load_state_dict(net.state_dict())
    shared.share_memory()
    opt = torch.optim.Adam(net.parameters(), lr=flags.learning_rate)
    ctx = mp.get_context("fork")
    queue = ctx.Queue(maxsize=4 * flags.batch_size)
    actors = [ctx.Process(target=act, args=(i, flags, shared, queue), daemon=True) for i in range(flags.num_actors)]
    for a in actors:
        a.start()
    step, start = 0, time.time()
    while step < flags.total_steps:
        items = [queue.get() for _ in range(flags.batch_size)]
        batch = {k: torch.cat([r[k] for r, _ in items], dim=1) for k in items[0][0]}
        state = tuple(torch.cat([s[i] for _, s in items], dim=1) for i in range(2))
        loss = learn(flags, net, opt, batch, state)
        shared.load_state_dict(net.state_dict())
        step += flags.batch_size * flags.unroll_length
        ends = batch["episode_return"][batch["done"]]
        logging.info("step %d loss %.3f return %.1f fps %.0f", step, loss, ends.mean().item(), step / (time.time() - start))
    torch.save({"model": net.state_dict(), "flags": vars(flags)}, flags.checkpoint)
    for a in actors:
        a.terminate()


if __name__ == "__main__":
    main(parser.parse_args())
