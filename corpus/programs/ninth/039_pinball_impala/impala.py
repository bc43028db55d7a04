"""Small IMPALA for a pinball-like toy: actors in processes, shared-memory model, V-trace learner."""
import argparse
import random
import time

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from pinball import Pinball


class AgentNet(nn.Module):
    def __init__(self, core=64):
        super().__init__()
        self.fc = nn.Linear(Pinball.OBS + Pinball.ACT + 1, core)
        self.core = nn.LSTM(core, core)
        self.policy = nn.Linear(core, Pinball.ACT)
        self.baseline = nn.Linear(core, 1)

    def initial_state(self, batch_size=1):
        return tuple(torch.zeros(1, batch_size, self.core.hidden_size) for _ in range(2))

    def forward(self, inputs, core_state):
        T, B = inputs["frame"].shape[:2]
        last = F.one_hot(inputs["last_action"], Pinball.ACT).float()
        x = torch.cat([inputs["frame"], last, inputs["reward"].unsqueeze(-1)], -1)
        x = F.relu(self.fc(x))
        outs = []
        notdone = (~inputs["done"]).float()
        for xt, nd in zip(x.unbind(), notdone.unbind()):
            core_state = tuple(nd.view(1, -1, 1) * s for s in core_state)
            o, core_state = self.core(xt.unsqueeze(0), core_state)
            outs.append(o)
        y = torch.cat(outs)
        logits = self.policy(y)
        action = torch.multinomial(F.softmax(logits.view(T * B, -1), -1), 1).view(T, B)
        return {"logits": logits, "baseline": self.baseline(y).squeeze(-1), "action": action}, core_state


def pack(obs, reward, done, action):
    return {
        "frame": obs.view(1, 1, -1),
        "reward": torch.tensor([[reward]], dtype=torch.float32),
        "done": torch.tensor([[done]]),
        "last_action": torch.tensor([[action]]),
    }


def act(index, shared_model, out_queue, flags):
    torch.set_num_threads(1)
    torch.manual_seed(index)
    random.seed(index)
    env = Pinball()
    model = AgentNet()
    env_out = pack(env.reset(), 0.0, True, 0)
    core_state = model.initial_state()
    score = 0.0
    while True:
        model.load_state_dict(shared_model.state_dict())
        unroll = {"start": core_state, "steps": [], "scores": []}
        for t in range(flags.unroll_length + 1):
            with torch.no_grad():
                out, new_state = model(env_out, core_state)
            unroll["steps"].append({**env_out, **out})
            if t == flags.unroll_length:
                break  # the last step opens the next unroll again
            core_state = new_state
            a = out["action"].item()
            obs, r, done = env.step(a)
            score += r
            if done:
                unroll["scores"].append(score)
                score = 0.0
                obs = env.reset()
            env_out = pack(obs, r, done, a)
        unroll["steps"] = {k: torch.cat([s[k] for s in unroll["steps"]]) for k in unroll["steps"][0]}
        out_queue.put(unroll)


def vtrace(blogits, tlogits, actions, discounts, rewards, values, bootstrap):
    take = lambda lg: -F.cross_entropy(lg.flatten(0, 1), actions.flatten(), reduction="none").view_as(actions)
    rho = (take(tlogits) - take(blogits)).exp()
    crho = rho.clamp(max=1.0)
    nxt = torch.cat([values[1:], bootstrap.unsqueeze(0)])
    delta = crho * (rewards + discounts * nxt - values)
    acc, vs = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(delta))):
        acc = delta[t] + discounts[t] * crho[t] * acc
        vs.insert(0, acc)
    vs = torch.stack(vs) + values
    vnext = torch.cat([vs[1:], bootstrap.unsqueeze(0)])
    return vs, crho * (rewards + discounts * vnext - values)


def learn(model, optimizer, batch, state, flags):
    out, _ = model(batch, state)
    values, bootstrap = out["baseline"][:-1], out["baseline"][-1].detach()
    rewards, dones = batch["reward"][1:], batch["done"][1:]
    actions = batch["action"][:-1]
    logits = out["logits"][:-1]
    with torch.no_grad():
        vs, adv = vtrace(batch["logits"][:-1], logits, actions, (~dones).float() * flags.discount, rewards, values, bootstrap)
    ce = F.cross_entropy(logits.flatten(0, 1), actions.flatten(), reduction="none").view_as(actions)
    entropy = -(F.softmax(logits, -1) * F.log_softmax(logits, -1)).sum(-1)
    loss = (ce * adv).mean() + 0.5 * (vs - values).pow(2).mean() - 0.01 * entropy.mean()
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 40.0)
    optimizer.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_actors", type=int, default=4)
    parser.add_argument("--unroll_length", type=int, default=40)
    parser.add_argument("--batch_size", type=int, default=8)
    parser.add_argument("--total_steps", type=int, default=2_000_000)
    parser.add_argument("--discount", type=float, default=0.99)
    flags = parser.parse_args()
    model = AgentNet()
    model.share_memory()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=6e-4, eps=0.01)
    ctx = mp.get_context("spawn")
    queue = ctx.Queue(maxsize=32)
    actors = [ctx.Process(target=act, args=(i, model, queue, flags), daemon=True) for i in range(flags.num_actors)]
    for a in actors:
        a.start()
    steps, scores, t0 = 0, [], time.time()
    while steps < flags.total_steps:
        unrolls = [queue.get() for _ in range(flags.batch_size)]
        batch = {k: torch.cat([u["steps"][k] for u in unrolls], 1) for k in unrolls[0]["steps"]}
        state = tuple(torch.cat(s, 1) for s in zip(*[u["start"] for u in unrolls]))
        loss = learn(model, optimizer, batch, state, flags)
        steps += flags.unroll_length * flags.batch_size
        scores = (scores + [s for u in unrolls for s in u["scores"]])[-100:]
        if scores and steps % 32000 == 0:
            print(f"{steps} steps {steps / (time.time() - t0):.0f}/s loss {loss:.3f} score {sum(scores) / len(scores):.2f}")


if __name__ == "__main__":
    main()
