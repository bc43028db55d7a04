import numpy as np
import torch as th


class EpisodeRunner:
    def __init__(self, env, mac, args):
        self.env = env
        self.mac = mac
        self.args = args
        self.t_env = 0

    def epsilon(self):
        frac = min(1.0, self.t_env / self.args.eps_anneal)
        return 1.0 - frac * (1.0 - self.args.eps_end)

    @th.no_grad()
    def run(self, test_mode=False):
        episode = {"obs": [], "avail": [], "actions": [], "reward": [], "terminated": []}
        obs, avail = self.env.reset()
        self.mac.init_hidden(batch_size=1)
        total, done = 0.0, False
        while not done:
            o = th.as_tensor(obs, dtype=th.float32).unsqueeze(0)
            av = th.as_tensor(avail).unsqueeze(0)
            actions = self.mac.select_actions(o, av, 0.0 if test_mode else self.epsilon())
            episode["obs"].append(np.copy(obs))
            episode["avail"].append(np.copy(avail))
            (obs, avail), reward, done = self.env.step(actions[0].tolist())
            episode["actions"].append(actions[0].numpy())
            episode["reward"].append(reward)
            episode["terminated"].append(done)
            total += reward
            if not test_mode:
                self.t_env += 1
        episode["obs"].append(np.copy(obs))
        episode["avail"].append(np.copy(avail))
        return {k: th.as_tensor(np.asarray(v)) for k, v in episode.items()}, total
