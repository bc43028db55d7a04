import argparse

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

import builtin  # noqa: F401
from registry import MODELS, TASKS


class Worker:
    def __init__(self, rank, shared, opt, args):
        torch.manual_seed(args.seed + rank)
        self.rank, self.shared, self.opt, self.args = rank, shared, opt, args
        self.task = TASKS.make(args.task)
        self.local = MODELS.make(args.model, n_obs=self.task.n_obs, n_act=self.task.n_act)
        self.obs = self.task.reset()
        self.core = self.local.initial()
        self.score, self.done_scores = 0.0, []

    def rollout(self):
        self.local.load_state_dict(self.shared.state_dict())
        self.core = tuple(s.detach() for s in self.core)
        terms = []
        done = False
        for _ in range(self.args.unroll):
            logits, value, self.core = self.local(self.obs, self.core)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            self.obs, rew, done = self.task.step(act.item())
            self.score += rew
            terms.append((dist.log_prob(act), dist.entropy(), value.view(()), rew))
            if done:
                self.obs = self.task.reset()
                self.core = self.local.initial()
                self.done_scores.append(self.score)
                self.score = 0.0
                break
        with torch.no_grad():
            ret = 0.0 if done else self.local(self.obs, self.core)[1].item()
        loss = 0.0
        for logp, ent, value, rew in reversed(terms):
            ret = rew + self.args.gamma * ret
            adv = ret - value
            loss = loss - logp * adv.detach() - 0.01 * ent + 0.5 * F.mse_loss(value, torch.tensor(ret))
        return loss.sum()

    def run(self):
        for k in range(self.args.updates):
            loss = self.rollout()
            self.local.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.local.parameters(), 40.0)
            for lp, sp in zip(self.local.parameters(), self.shared.parameters()):
                sp.grad = lp.grad.clone()
            self.opt.step()
            if self.rank == 0 and k % 200 == 199 and self.done_scores:
                last = self.done_scores[-20:]
                print(f"update {k + 1} score {sum(last) / len(last):.2f}", flush=True)


def work(rank, shared, args):
    opt = torch.optim.RMSprop(shared.parameters(), lr=args.lr)
    Worker(rank, shared, opt, args).run()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--task", default="recall")
    ap.add_argument("--model", default="lstm")
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--unroll", type=int, default=20)
    ap.add_argument("--gamma", type=float, default=0.9)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    task = TASKS.make(args.task)
    shared = MODELS.make(args.model, n_obs=task.n_obs, n_act=task.n_act)
    shared.share_memory()
    procs = [mp.Process(target=work, args=(r, shared, args)) for r in range(args.workers)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), f"{args.task}_{args.model}.pt")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
