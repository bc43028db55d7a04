import threading

import torch

from seedlike.agent import Agent
from seedlike.config import get_flags
from seedlike.inference import InferenceServer
from transport import ActorHub  # grpc glue


def learner_loop(agent, hub, flags):
    opt = torch.optim.Adam(agent.parameters(), lr=flags.lr)
    while True:
        b = hub.next_unroll()
        hx, cx = b["hx0"], b["cx0"]
        loss, R = 0.0, 0.0
        outs = []
        for t in range(flags.unroll):
            o, hx, cx = agent(b["obs"][t], b["done"][t], hx, cx)
            outs.append(o)
        for t in reversed(range(flags.unroll)):
            R = b["rew"][t] + 0.99 * R
            lp = torch.log_softmax(outs[t].logits, -1).gather(1, b["act"][t][:, None])[:, 0]
            loss = loss + ((R - outs[t].value) ** 2 - lp * (R - outs[t].value).detach()).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()


if __name__ == "__main__":
    flags = get_flags()
    hub = ActorHub(flags.num_actors, flags.inference_batch)
    learner = Agent(hub.num_actions)
    server = InferenceServer(flags, hub.num_actions, learner)
    threading.Thread(target=learner_loop, args=(learner, hub, flags), daemon=True).start()
    for ids, obs, done in hub.requests():
        hub.reply(ids, server.infer(ids, obs, done).action)
