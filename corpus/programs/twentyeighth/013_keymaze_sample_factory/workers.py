import torch
import torch.multiprocessing as mp
from sample_factory.algo.utils.make_env import make_env_func_batched
from sample_factory.algo.utils.rl_utils import make_dones, prepare_and_normalize_obs
from sample_factory.model.actor_critic import create_actor_critic
from sample_factory.model.model_utils import get_rnn_size
from sample_factory.utils.attr_dict import AttrDict


class ExplorerWorker(mp.Process):
    def __init__(self, index, cfg, board, version, out_queue):
        super().__init__(daemon=True, name=f"explorer-{index}")
        self.index, self.cfg = index, cfg
        self.board, self.version = board, version
        self.out_queue = out_queue
        self.have = -1

    def refresh(self):
        latest = self.version.value
        if latest != self.have:
            self.model.load_state_dict(self.board.state_dict())
            self.have = latest

    @torch.no_grad()
    def run(self):
        cfg = self.cfg
        torch.set_num_threads(1)
        from train import register
        register()
        env = make_env_func_batched(cfg, env_config=AttrDict(worker_index=self.index, vector_index=0, env_id=self.index))
        self.model = create_actor_critic(cfg, env.observation_space, env.action_space)
        self.model.eval()
        obs, _ = env.reset()
        breadcrumbs = torch.zeros([env.num_agents, get_rnn_size(cfg)])
        while True:
            self.refresh()
            first = breadcrumbs.clone()
            steps = []
            for _ in range(cfg.rollout):
                norm_obs = prepare_and_normalize_obs(self.model, obs)
                result = self.model(norm_obs, breadcrumbs)
                actions, breadcrumbs = result["actions"], result["new_rnn_states"]
                new_obs, rew, terminated, truncated, _ = env.step(actions)
                dones = make_dones(terminated, truncated).bool()
                breadcrumbs[dones] = 0.0
                steps.append((obs["obs"].clone(), actions.clone(), rew.clone(), dones.clone()))
                obs = new_obs
            o, a, r, d = (torch.stack(x) for x in zip(*steps))
            self.out_queue.put({"obs": o, "act": a, "rew": r, "done": d, "first": first, "last": obs["obs"].clone()})
