import torch


@torch.no_grad()
def overwrite(dst, src):
    for pd, ps in zip(dst.parameters(), src.parameters()):
        pd.data.copy_(ps.data)


@torch.no_grad()
def jitter(net, sigma):
    for p in net.parameters():
        p.add_(torch.randn_like(p) * sigma)
