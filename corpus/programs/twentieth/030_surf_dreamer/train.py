import copy
import random

import torch
from torch.distributions import kl_divergence

from models import Agent
from surf import SurfSim

agent = Agent(SurfSim.obs_size, SurfSim.act_size)
model_params = [p for n, p in agent.named_parameters() if not n.startswith("actor")]
model_opt = torch.optim.Adam(model_params, 6e-4)
actor_opt = torch.optim.Adam(agent.actor.parameters(), 8e-5)


@torch.no_grad()
def ride(env, net, noise=0.3):
    obs, done, total = env.reset(), False, 0.0
    state, action = net.rssm.initial(1), torch.zeros(1, SurfSim.act_size)
    data = []
    while not done:
        state, _, _ = net.rssm.obs_step(state, action, torch.from_numpy(obs)[None])
        action = (net.act(state) + noise * torch.randn(1, SurfSim.act_size)).clamp(-1, 1)
        nxt, r, done = env.step(action[0].numpy())
        data.append((torch.from_numpy(obs), action[0], torch.tensor(r)))
        obs, total = nxt, total + r
    return data, total


def update(rides):
    ep = random.choice(rides)
    obs, acts, rews = (torch.stack(x) for x in zip(*ep))
    state, prev = agent.rssm.initial(1), torch.zeros(1, acts.shape[1])
    loss, starts = 0.0, []
    for t in range(len(ep)):
        state, post, prior = agent.rssm.obs_step(state, prev, obs[t:t + 1])
        feat = torch.cat(state, -1)
        loss = loss + (agent.decoder(feat) - obs[t]).pow(2).mean() + kl_divergence(post, prior).clamp(min=1.0).mean()
        prev = acts[t:t + 1]
        loss = loss + (agent.reward(torch.cat(agent.rssm.img_step(state, prev)[0], -1)) - rews[t]).pow(2).mean()
        starts.append(tuple(s.detach() for s in state))
    model_opt.zero_grad()
    (loss / len(ep)).backward()
    torch.nn.utils.clip_grad_norm_(model_params, 100.0)
    model_opt.step()

    img = tuple(torch.cat(s) for s in zip(*starts))
    gain = 0.0
    for k in range(12):
        img, _ = agent.rssm.img_step(img, agent.act(img))
        gain = gain + 0.97 ** k * agent.reward(torch.cat(img, -1)).mean()
    actor_opt.zero_grad()
    (-gain).backward()
    actor_opt.step()


def main(rides_total=2000, test_every=25):
    env, test_env = SurfSim(0), SurfSim(1)
    rides, best, best_score, bad = [], None, -1.0, 0
    for n in range(rides_total):
        data, score = ride(env, agent)
        rides = (rides + [data])[-300:]
        for _ in range(20):
            update(rides)
        if n % test_every:
            continue
        test = sum(ride(test_env, agent, noise=0.0)[1] for _ in range(5)) / 5
        print(f"ride {n}: train {score:.1f} test {test:.1f} best {best_score:.1f}")
        if test > best_score:
            best, best_score, bad = copy.deepcopy(agent.state_dict()), test, 0
            torch.save(best, "surf_best.pt")
        else:
            bad += 1
        if bad >= 8:
            agent.load_state_dict(best)
            bad = 0


if __name__ == "__main__":
    main()
