import argparse
import csv

import sumo_rl
import torch

from junction import JunctionAgent, copy_params

parser = argparse.ArgumentParser()
parser.add_argument("--net", default="nets/4x4.net.xml")
parser.add_argument("--route", default="nets/4x4.rou.xml")
parser.add_argument("--episodes", type=int, default=400)
parser.add_argument("--seconds", type=int, default=5000)
parser.add_argument("--learn-every", type=int, default=10)
parser.add_argument("--share-every", type=int, default=120)
parser.add_argument("--csv", default="waiting.csv")
args = parser.parse_args()

env = sumo_rl.parallel_env(
    net_file=args.net, route_file=args.route, use_gui=False, num_seconds=args.seconds,
    delta_time=5, reward_fn="diff-waiting-time",
)
env.reset()
agents = {
    ts: JunctionAgent(ts, env.observation_space(ts).shape[0], env.action_space(ts).n)
    for ts in env.possible_agents
}


def run_episode(ep):
    obs, _ = env.reset(seed=ep)
    hidden = {ts: torch.zeros(1, agents[ts].net.n_hidden) for ts in agents}
    total, t = 0.0, 0
    while env.agents:
        actions = {}
        for ts in env.agents:
            actions[ts], hidden[ts] = agents[ts].act(obs[ts], hidden[ts])
        obs, rewards, terms, truncs, _ = env.step(actions)
        for ts, r in rewards.items():
            agents[ts].reward(r)
            total += r
        t += 1
        if t % args.learn_every == 0 or not env.agents:
            for ag in agents.values():
                ag.learn()
            hidden = {ts: h.detach() for ts, h in hidden.items()}
        if t % args.share_every == 0:
            ranking = sorted(agents.values(), key=lambda a: a.score())
            worst, best = ranking[0], ranking[-1]
            copy_params(best, worst)
            print("ep %d t %d: %s takes over from %s" % (ep, t, worst.name, best.name))
    return total


with open(args.csv, "w", newline="") as f:
    writer = csv.writer(f)
    for ep in range(args.episodes):
        total = run_episode(ep)
        writer.writerow([ep, total])
        f.flush()
        if ep % 20 == 0:
            torch.save({ts: a.net.state_dict() for ts, a in agents.items()}, "junctions.pt")
env.close()
