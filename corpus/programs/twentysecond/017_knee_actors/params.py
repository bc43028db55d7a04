import queue


class ParamServer:
    """Learner side: one small queue for each actor."""

    def __init__(self, ctx, n):
        self.queues = [ctx.Queue(maxsize=1) for _ in range(n)]

    def publish(self, net, version):
        sd = {k: v.detach().cpu().numpy().copy() for k, v in net.state_dict().items()}
        for q in self.queues:
            try:
                q.put_nowait((version, sd))
            except queue.Full:
                pass


class ParamClient:
    def __init__(self, q, net):
        self.q, self.net, self.version = q, net, -1

    def sync(self):
        import torch
        try:
            self.version, sd = self.q.get_nowait()
        except queue.Empty:
            return self.version
        self.net.load_state_dict({k: torch.from_numpy(v) for k, v in sd.items()})
        return self.version
