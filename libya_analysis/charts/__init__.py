"""Charts in plotly: the proxy-war network and the timeline; nothing below this package knows plotly."""
