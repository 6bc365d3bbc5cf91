"""The network as nodes and lines: what is drawn, where, along which ways, under which marks."""
