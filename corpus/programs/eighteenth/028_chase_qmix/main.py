import copy
import random
from collections import deque

import torch as th

from grid import ChaseGrid
from networks import QMixer, RNNAgent

WOLVES, OBS, STATE, ACT = 3, 11, 8, 5


class Evaders:
    """Sheep policies: the current one and old copies."""

    def __init__(self, hidden=32):
        self.current = RNNAgent(OBS, hidden, ACT)
        self.opt = th.optim.Adam(self.current.parameters(), 1e-3)
        self.old = deque(maxlen=15)
        self.player = copy.deepcopy(self.current)

    def draw(self):
        w = self.current.state_dict() if not self.old or random.random() < 0.6 else random.choice(self.old)
        self.player.load_state_dict(w)

    def learn(self, ep):
        h, loss = self.current.init_hidden(1), 0.0
        for t, (o, a) in enumerate(zip(ep["sheep_obs"], ep["sheep_act"])):
            logits, h = self.current(th.tensor([o]), h)
            ret = len(ep["sheep_obs"]) - t
            loss = loss - th.log_softmax(logits, 1)[0, a] * (ret / 30 - 1)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()


def play(env, agent, evaders, eps):
    evaders.draw()
    obs, sheep, state = env.reset()
    h = agent.init_hidden(WOLVES)
    hs = evaders.player.init_hidden(1)
    ep = {k: [] for k in ("obs", "state", "act", "rew", "sheep_obs", "sheep_act")}
    done = False
    while not done:
        with th.no_grad():
            q, h = agent(th.tensor(obs), h)
            logits, hs = evaders.player(th.tensor([sheep]), hs)
        acts = [random.randrange(ACT) if random.random() < eps else int(i) for i in q.argmax(1)]
        s_act = int(th.distributions.Categorical(logits=logits[0]).sample())
        for k, v in zip(ep, (obs, state, acts, None, sheep, s_act)):
            if k != "rew":
                ep[k].append(v)
        (obs, sheep, state), r, done = env.step(acts + [s_act])
        ep["rew"].append(r)
    return ep


def unroll(agent, obs):
    h, out = agent.init_hidden(WOLVES), []
    for o in obs:
        q, h = agent(o, h)
        out.append(q)
    return th.stack(out)


def learn(batch, agent, mixer, t_agent, t_mixer, opt, gamma=0.98):
    loss = 0.0
    for ep in batch:
        obs, state = th.tensor(ep["obs"]), th.tensor(ep["state"])
        act, rew = th.tensor(ep["act"]), th.tensor(ep["rew"])
        q = unroll(agent, obs)
        chosen = mixer(q.gather(2, act[..., None]).squeeze(2), state)
        with th.no_grad():
            best = q.argmax(2, keepdim=True)
            tq = t_mixer(unroll(t_agent, obs).gather(2, best).squeeze(2), state)
            y = rew + gamma * th.cat([tq[1:], th.zeros(1)])
        loss = loss + (chosen - y).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    th.nn.utils.clip_grad_norm_(agent.parameters(), 10)
    opt.step()


def main():
    env, evaders, memory = ChaseGrid(WOLVES), Evaders(), deque(maxlen=3000)
    agent, mixer = RNNAgent(OBS, 64, ACT), QMixer(WOLVES, STATE)
    t_agent, t_mixer = copy.deepcopy(agent), copy.deepcopy(mixer)
    opt = th.optim.RMSprop([*agent.parameters(), *mixer.parameters()], 5e-4)
    for e in range(50_000):
        ep = play(env, agent, evaders, max(0.05, 1 - e / 10_000))
        memory.append(ep)
        evaders.learn(ep)
        if len(memory) >= 64:
            learn(random.sample(memory, 16), agent, mixer, t_agent, t_mixer, opt)
        if e % 200 == 0:
            t_agent.load_state_dict(agent.state_dict())
            t_mixer.load_state_dict(mixer.state_dict())
        if e % 500 == 0:
            evaders.old.append(copy.deepcopy(evaders.current.state_dict()))
            print(e, sum(len(m["rew"]) for m in list(memory)[-100:]) / 100)


if __name__ == "__main__":
    main()
