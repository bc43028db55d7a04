import torch


class EpisodeRunner:
    def __init__(self, args, env, mac):
        self.args, self.env, self.mac = args, env, mac
        self.t_env = 0

    def epsilon(self):
        return max(0.05, 1.0 - self.t_env / self.args.eps_anneal)

    def run(self, test_mode=False):
        obs, state = self.env.reset()
        self.mac.init_hidden(batch_size=1)
        ep = {"obs": [obs], "state": [state], "actions": [], "reward": []}
        over, ret = False, 0.0
        while not over:
            a = self.mac.select_actions(obs.unsqueeze(0), 0.0 if test_mode else self.epsilon())[0]
            obs, state, r, over = self.env.step(a)
            ep["obs"].append(obs)
            ep["state"].append(state)
            ep["actions"].append(a)
            ep["reward"].append(r)
            ret += r
            self.t_env += 0 if test_mode else 1
        return {k: torch.stack([torch.as_tensor(x) for x in v]) for k, v in ep.items()}, ret
