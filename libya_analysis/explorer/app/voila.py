"""How Voila serves the explorer: for this machine only, with kernels started ahead and plotly.js in the page."""

from plotly.offline import get_plotlyjs

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.Voila.ip = "127.0.0.1"
c.VoilaConfiguration.template = "libya"
c.VoilaConfiguration.preheat_kernel = True
#: Taken from the kernel, it would come when all else is there.
c.VoilaConfiguration.resources = {"plotlyjs": get_plotlyjs().replace("</script", "<\\/script")}
c.VoilaConfiguration.default_pool_size = 2  # who opens a page twice need not wait
c.VoilaKernelManager.fill_delay = 8.0
c.MappingKernelManager.cull_idle_timeout = 600
c.MappingKernelManager.cull_interval = 60
