import queue
from concurrent import futures

import grpc
import torch

from common import ADDRESS, SERVICE, FurnaceNet, dumps, loads


class Learner:
    def __init__(self):
        self.net = FurnaceNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=3e-4)
        self.fragments = queue.Queue(64)
        self.blob = dumps({k: v.numpy() for k, v in self.net.state_dict().items()})

    def pull(self, request, context):
        return self.blob

    def push(self, request, context):
        self.fragments.put(loads(request))
        return b""

    def update(self):
        f = self.fragments.get()
        m = torch.from_numpy(f["m0"])
        loss, g = 0.0, 0.0
        rets = []
        for r, d in zip(reversed(f["rew"]), reversed(f["done"])):
            g = r + 0.98 * g * (1.0 - d)
            rets.insert(0, g)
        for obs, a, d, ret in zip(f["obs"], f["act"], f["done"], rets):
            logits, v, m = self.net(torch.from_numpy(obs), m)
            logp = logits.log_softmax(-1)[0, a]
            adv = ret - v[0]
            loss = loss - logp * adv.detach() + 0.5 * adv.pow(2)
            m = m * (1.0 - d)
        self.opt.zero_grad()
        (loss / len(rets)).backward()
        self.opt.step()
        self.blob = dumps({k: v.numpy() for k, v in self.net.state_dict().items()})


def serve():
    learner = Learner()
    handlers = {
        "Pull": grpc.unary_unary_rpc_method_handler(learner.pull),
        "Push": grpc.unary_unary_rpc_method_handler(learner.push),
    }
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(ADDRESS)
    server.start()
    while True:
        learner.update()


if __name__ == "__main__":
    serve()
