
"use strict";
// Unpacks plotly.js, adds it as a script (whose hash the policy names as well), and draws every figure.
(async () => {
  // The legend is the filter: let it be reached and used by keyboard, and say what is shown.
  function dressLegend(plot) {
    plot.querySelectorAll("g.traces").forEach((entry, index) => {
      const toggle = entry.querySelector("rect[class$=toggle]");
      const trace = entry.__data__?.[0]?.trace;
      const legend = plot._fullLayout[trace?.legend || "legend"];
      if (!toggle || !trace || !legend || legend.itemclick === false) return;
      toggle.setAttribute("tabindex", "0");
      toggle.setAttribute("role", "switch");
      toggle.setAttribute("aria-checked", String(trace.visible === true));
      toggle.setAttribute("aria-label", entry.textContent);
      toggle.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        plot.once("plotly_restyle", () => plot.querySelectorAll("g.traces")[index]?.querySelector("[role=switch]")?.focus());
        for (const kind of ["mousedown", "mouseup"]) toggle.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
      };
    });
  }

  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  // Of a figure that was drawn for several widths the widest that has room, or the next wider one, made smaller, where
  // that loses little or the other would leave half of the room empty.
  function choose(figures, room) {
    const fits = figures.findIndex(({ layout }) => layout.width <= room);
    const wider = fits < 0 ? figures.length - 1 : fits - 1;
    if (wider < 0) return [figures[fits], 1];
    const scale = room / figures[wider].layout.width;
    const empty = fits < 0 || figures[fits].layout.width < 0.58 * room;
    return scale > 0.9 || (empty && scale > 0.58) || fits < 0 ? [figures[wider], Math.min(scale, 1)] : [figures[fits], 1];
  }

  async function draw(box) {
    const figure = JSON.parse(document.getElementById(box.id + "-spec").textContent);
    const narrower = document.getElementById(box.id + "-narrower");
    const figures = [figure, ...(narrower ? JSON.parse(await unpack(narrower.textContent)) : [])];
    let shown = null;
    const show = async (room) => {
      if (!room) return;
      const [next, scale] = choose(figures, room);
      const { width, height } = next.layout;
      Object.assign(box.style, {
        width: `${width}px`, height: `${height}px`, transform: scale < 1 ? `scale(${scale})` : "", transformOrigin: "0 0",
        marginRight: `${(scale - 1) * width}px`, marginBottom: `${(scale - 1) * height}px`,
      });
      box.style.setProperty("--wide", width);
      box.style.setProperty("--high", height);
      if (next === shown) return;
      shown = next;
      await Plotly.react(box, next.data, next.layout, figure.config);
    };
    const resized = () => show(box.parentElement.clientWidth);
    await resized();
    new ResizeObserver(resized).observe(box.parentElement);
    addEventListener("beforeprint", () => show(760));
    addEventListener("afterprint", resized);
    // What was one picture is now a group: the drawing, and the switches in it.
    box.setAttribute("role", "group");
    const drawing = box.querySelector("svg.main-svg");
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", box.getAttribute("aria-label"));
    dressLegend(box);
    box.on("plotly_afterplot", () => dressLegend(box));
  }

  // The packed plotly.js is in the page or, for pages that share one, in a property of a style sheet beside it.
  const holder = document.getElementById("plotly-packed");
  const shared = () => getComputedStyle(holder).getPropertyValue("--packed").trim().slice(1, -1);
  const packed = holder.textContent || shared();
  if (!packed) {
    const file = document.querySelector("link[rel=stylesheet]").getAttribute("href");
    for (const box of document.querySelectorAll("div.figure")) {
      box.style.height = box.style.width = "auto";
      box.textContent = `This chart needs the file ${file}, which belongs in the same folder as this page. ${box.getAttribute("aria-label")}`;
    }
    return;
  }
  const script = document.createElement("script");
  script.textContent = await unpack(packed);
  document.head.append(script);
  for (const box of document.querySelectorAll("div.figure")) await draw(box);
  document.documentElement.dataset.drawn = "yes";
})();
