import logging
import queue
import threading

import gymnasium as gym
import torch
from torch.nn.utils.rnn import pad_sequence

from net import AgentNet, vtrace

logging.basicConfig(level=logging.INFO, format="[%(threadName)s] %(message)s")

NUM_ACTORS = 12
BATCH = 8
GAMMA = 0.99
ENTROPY = 0.005
TOTAL_BATCHES = 50_000
MASK = torch.tensor([1.0, 0.0, 1.0, 0.0])

lock = threading.Lock()
stop = threading.Event()


class Actor(threading.Thread):
    def __init__(self, index, learner_net, out):
        super().__init__(name=f"actor-{index}", daemon=True)
        self.env = gym.make("CartPole-v1")
        self.net = AgentNet(4, 2)
        self.learner_net = learner_net
        self.out = out

    def pull(self):
        with lock:
            self.net.load_state_dict(self.learner_net.state_dict())

    @torch.no_grad()
    def episode(self):
        obs, _ = self.env.reset()
        state = self.net.initial_state()
        action, reward = torch.zeros(1, 1, dtype=torch.long), torch.zeros(1, 1)
        traj, done = {k: [] for k in ("obs", "last_action", "last_reward", "action", "reward", "logits")}, False
        while not done:
            x = (torch.from_numpy(obs).float() * MASK).view(1, 1, -1)
            logits, _, state = self.net(x, action, reward, state)
            traj["obs"].append(x[0, 0])
            traj["last_action"].append(action[0, 0])
            traj["last_reward"].append(reward[0, 0])
            traj["logits"].append(logits[0, 0])
            action = torch.distributions.Categorical(logits=logits).sample()
            obs, r, term, trunc, _ = self.env.step(action.item())
            reward = torch.full((1, 1), float(r))
            done = term or trunc
            traj["action"].append(action[0, 0])
            traj["reward"].append(reward[0, 0])
        return {k: torch.stack(v) for k, v in traj.items()}

    def run(self):
        while not stop.is_set():
            self.pull()
            self.out.put(self.episode())


def learn(net, optimizer, episodes):
    lengths = torch.tensor([len(e["reward"]) for e in episodes])
    b = {k: pad_sequence([e[k] for e in episodes]) for k in episodes[0]}
    mask = (torch.arange(lengths.max()).unsqueeze(1) < lengths.unsqueeze(0)).float()
    logits, values, _ = net(b["obs"], b["last_action"], b["last_reward"], net.initial_state(len(episodes)))
    dist = torch.distributions.Categorical(logits=logits)
    behaviour = torch.distributions.Categorical(logits=b["logits"])
    logp = dist.log_prob(b["action"])
    with torch.no_grad():
        vs, pg_adv = vtrace(logp - behaviour.log_prob(b["action"]), GAMMA * mask, b["reward"] * mask, values * mask)
    n = mask.sum()
    pg = -(logp * pg_adv * mask).sum() / n
    baseline = 0.5 * ((vs - values).pow(2) * mask).sum() / n
    entropy = (dist.entropy() * mask).sum() / n
    loss = pg + baseline - ENTROPY * entropy
    with lock:
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        optimizer.step()
    return loss.item(), lengths.float().mean().item()


def main():
    net = AgentNet(4, 2)
    optimizer = torch.optim.RMSprop(net.parameters(), lr=5e-4, eps=0.01)
    out = queue.Queue(maxsize=2 * NUM_ACTORS)
    actors = [Actor(i, net, out) for i in range(NUM_ACTORS)]
    for a in actors:
        a.start()
    try:
        for i in range(TOTAL_BATCHES):
            loss, length = learn(net, optimizer, [out.get() for _ in range(BATCH)])
            if i % 100 == 0:
                logging.info("batch %d loss %.4f length %.1f", i, loss, length)
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
    torch.save(net.state_dict(), "impala.pt")


if __name__ == "__main__":
    main()
