
"use strict";
// All that a page does: unpacks plotly.js, adds it as a script (whose hash the policy names as well), draws every figure
// and saves it, opens citations beside their sentence, and searches tables.
(async () => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  function save(name, content) {
    const link = make("a", { href: URL.createObjectURL(content), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  // A cell that a spreadsheet would take for a formula is text in it.
  const cell = (value) => {
    const text = String(value ?? "").replace(/<br>/g, "; ").replace(/<[^>]*>/g, "").trim();
    return `"${(/^[=+@\t\r-]/.test(text) && isNaN(text) ? "'" + text : text).replace(/"/g, '""')}"`;
  };
  const csv = (rows) => new Blob(["\ufeff" + rows.map((row) => row.map(cell).join(",") + "\r\n").join("")], { type: "text/csv" });
  const button = (text, onclick) => make("button", { type: "button", textContent: text, onclick });

  // -- tables: search, and all rows as a file; what scrolls can be reached by keyboard, and is cards on a phone

  all("div.table").forEach((box, number) => {
    const rows = all("tbody tr", box);
    if (!box.querySelector(".fold")) return;
    const search = make("input", { type: "search", placeholder: `Search ${rows.length} rows` });
    const found = make("output", {});
    search.setAttribute("aria-label", `Search table ${number + 1}`);
    search.oninput = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const text = (row) => (row.textContent + " " + all("[title]", row).map((part) => part.title).join(" ")).toLowerCase();
      box.classList.toggle("searched", words.length > 0);
      for (const row of rows) row.hidden = !words.every((word) => text(row).includes(word));
      found.value = words.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length}` : "";
    };
    const lines = () => all("tr", box).map((row) => all("th, td", row).map((part) => part.title || part.textContent));
    const tools = make("div", { className: "tools" });
    tools.append(search, found, button("CSV", () => save(`table-${number + 1}.csv`, csv(lines()))));
    box.prepend(tools);
  });

  // A row in one paragraph: who does what to whom is a sentence, all else says which column it is of.
  function fold(table) {
    const names = all("thead > tr > *", table).map((head) => head.textContent);
    const said = names.indexOf("to") + 1 || 1;
    for (const row of all("tbody tr", table)) {
      [...row.cells].slice(said).forEach((part, k) => (part.dataset.label = names[said + k] + " "));
    }
    table.classList.add("cards");
  }
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const table = target.querySelector("table:not(.cards)");
      if (table && innerWidth <= 600 && table.rows[0].cells.length > 3) fold(table);
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
      target.parentElement.classList.toggle("scrolls", target.tabIndex === 0);
    }
  });
  all(".scroll").forEach((box) => reach.observe(box));

  // Before the text there is room for the contents only beside it.
  const contents = document.querySelector(".contents");
  if (contents && innerWidth < 1000) contents.open = false;

  // -- citations: what a source says opens beside the sentence

  const note = make("div", { className: "note", id: "note", hidden: true });
  note.setAttribute("role", "tooltip");
  document.body.append(note);
  let cited = null;
  let closing = 0;
  function close() {
    cited?.removeAttribute("aria-describedby");
    cited = null;
    note.hidden = true;
  }
  const paragraphsOf = (cited) => {
    const [, sign, numbers] = cited.match(/, (¶|row )(.*)/) || [];
    return (numbers?.match(/\d+/g) || []).map((number) => [sign === "¶" ? "P" : "R", number]);
  };
  function open(link) {
    clearTimeout(closing);
    if (cited === link) return;
    close();
    cited = link;
    const source = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    note.replaceChildren(make("b", { textContent: source?.textContent.split(". ")[0] }));
    for (const line of link.dataset.note.split("\n")) note.append(make("p", { textContent: line }));
    // The paragraphs themselves, in a page that was made with the texts at hand.
    for (const [letter, number] of paragraphsOf(link.textContent)) {
      const text = document.getElementById(`${source?.id}-${letter}${number}`);
      if (text) note.append(make("blockquote", { textContent: `${letter === "P" ? "¶" : "row "}${number} ${text.textContent}` }));
    }
    note.hidden = false;
    link.setAttribute("aria-describedby", "note");
    // In the margin where there is one, else below the line.
    const place = link.getBoundingClientRect();
    const text = link.closest("p, li, td").getBoundingClientRect();
    const beside = innerWidth - text.right > 300;
    note.style.left = `${scrollX + (beside ? text.right + 24 : Math.max(8, Math.min(place.left, innerWidth - note.offsetWidth - 8)))}px`;
    note.style.top = `${scrollY + (beside ? place.top : place.bottom + 4)}px`;
  }
  const later = () => (closing = setTimeout(close, 300));
  for (const link of all("small a[title]")) {
    link.dataset.note = link.title;
    link.removeAttribute("title");
    link.onmouseenter = link.onfocus = () => open(link);
    link.onmouseleave = link.onblur = later;
    link.onpointerdown = (event) => {
      // The first touch opens the note, the next one follows the link.
      const first = event.pointerType === "touch" && cited !== link;
      link.onclick = (click) => void (first && click.preventDefault());
    };
  }
  note.onmouseenter = () => clearTimeout(closing);
  note.onmouseleave = later;
  addEventListener("keydown", (event) => event.key === "Escape" && close());

  // -- figures

  // The legend is the filter: let it be reached and used by keyboard, and say what is shown.
  function dressLegend(plot) {
    plot.querySelectorAll("g.updatemenu-button").forEach((button, index) => {
      button.setAttribute("tabindex", "0");
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", button.textContent);
      button.onkeydown = (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        plot.once("plotly_afterplot", () => plot.querySelectorAll("g.updatemenu-button")[index]?.focus());
        button.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      };
    });
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
    // What a pointer does is of no use on paper.
    for (const part of all(".legendtitletext", plot).flatMap((title) => [...title.childNodes])) {
      if (part.nodeType !== Node.TEXT_NODE || !/click|tap/.test(part.data)) continue;
      const hint = document.createElementNS("http://www.w3.org/2000/svg", "tspan");
      hint.setAttribute("class", "screen");
      part.replaceWith(hint);
      hint.append(part);
    }
  }

  function offer(box, figure, name) {
    const points = [["series", "x", "y", "text"]];
    for (const trace of figure.data) {
      const words = [trace.hovertext || trace.text || []].flat();
      // A line repeats its words at each of its points.
      (trace.x || []).forEach((x, k) => x !== null && words[k] && words[k] !== words[k - 1] && points.push([trace.name, x, trace.y[k], words[k]]));
    }
    const tools = box.closest("figure").querySelector(".tools");
    const picture = async () => {
      const url = await Plotly.toImage(box, { format: "svg", width: figure.layout.width, height: figure.layout.height });
      save(`${name}.svg`, new Blob([decodeURIComponent(url.slice(url.indexOf(",") + 1))], { type: "image/svg+xml" }));
    };
    tools.prepend(button("SVG", picture), button("CSV", () => save(`${name}.csv`, csv(points))));
  }

  // Under the pointer, or once clicked or tapped, ties and actors stand out from the rest, and what is said of them stays.
  function follow(plot) {
    const svg = (name, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const card = document.createElement("div");
    card.className = "pinned";
    card.hidden = true;
    card.setAttribute("role", "status");
    plot.parentElement.append(card);
    let pinned = "";

    function clear() {
      plot.querySelector("g.lit")?.remove();
      plot.querySelectorAll(".scatterlayer [data-dim]").forEach((node) => {
        node.style.opacity = node.dataset.dim;
        delete node.dataset.dim;
      });
    }
    const dim = (node) => {
      node.dataset.dim = node.style.opacity;
      node.style.opacity = 0.14;
    };
    function light(ids) {
      clear();
      const { xaxis, yaxis } = plot._fullLayout;
      const ties = plot._fullData.filter(({ meta, visible }) => Array.isArray(meta) && visible === true && ids.every((id) => meta.includes(id)));
      if (!ties.length) return;
      const near = new Set([...ids, ...ties.flatMap(({ meta }) => meta)]);
      const layer = svg("g", { class: "lit", "pointer-events": "none", fill: "none", "stroke-linejoin": "round" });
      for (const { x, y, legendgroup } of ties) {
        const key = plot._fullData.find((trace) => trace.legendgroup === legendgroup && trace.line?.color);
        const points = x.map((value, k) => `${xaxis._offset + xaxis.c2p(value)},${yaxis._offset + yaxis.c2p(y[k])}`).join(" ");
        layer.append(svg("polyline", { points, stroke: key.line.color, "stroke-width": 7, "stroke-opacity": 0.3 }));
        layer.append(svg("polyline", { points, stroke: key.line.color, "stroke-width": 2 }));
      }
      const drawn = plot.querySelectorAll(".scatterlayer g.trace");
      drawn.forEach((node) => {
        const { legendgroup, customdata } = node.__data__[0].trace;
        if (legendgroup) return dim(node);
        if (!Array.isArray(customdata)) return;
        all("path.point, g.textpoint", node).forEach((mark, k) => near.has(customdata[k]) || dim(mark));
      });
      plot.querySelector(".cartesianlayer").append(layer);
    }
    const ids = ({ data, pointNumber }) => (Array.isArray(data.meta) ? data.meta : typeof data.customdata?.[pointNumber] === "string" && data.mode === "markers" ? [data.customdata[pointNumber]] : []);
    const says = (point) => [point.hovertext ?? point.data.hovertext ?? point.customdata].flat().join("");
    function unpin() {
      pinned = "";
      card.hidden = true;
      clear();
    }

    plot.on("plotly_hover", ({ points }) => pinned || light(ids(points[0])));
    plot.on("plotly_unhover", () => pinned || clear());
    plot.on("plotly_afterplot", () => pinned || clear());
    plot.on("plotly_click", ({ points, event }) => {
      const words = says(points[0]);
      if (!words || words === pinned) return unpin();
      light(ids(points[0]));
      pinned = words;
      const close = document.createElement("button");
      Object.assign(close, { type: "button", textContent: "×", onclick: unpin });
      close.setAttribute("aria-label", "Close");
      // What is said has no markup but line breaks and emphasis, which are taken off; signs are written as in a page.
      const lines = words.split("<br>").map((line) => new DOMParser().parseFromString(line, "text/html").body.textContent);
      card.replaceChildren(close, ...lines.map((line, k) => Object.assign(document.createElement(k ? "div" : "b"), { textContent: line })));
      card.hidden = false;
      const room = card.parentElement.getBoundingClientRect();
      const at = event.clientX - room.left;
      const left = at + 14 + card.offsetWidth < room.width ? at + 14 : at - 14 - card.offsetWidth;
      card.style.left = `${card.parentElement.scrollLeft + Math.max(4, left)}px`;
      card.style.top = `${event.clientY - room.top + 14}px`;
    });
    addEventListener("keydown", ({ key }) => key === "Escape" && unpin());
  }

  // On paper the figure of which the letters are largest, where it has to fit the width of the sheet and part of its height.
  function forPaper(figures, sheet) {
    const size = ({ layout: { width, height } }) => Math.min(0.8, 700 / width, sheet / height);
    return figures.filter(({ layout }) => layout.width >= 600).sort((a, b) => size(b) - size(a) || b.layout.width - a.layout.width)[0] || figures[0];
  }

  // The heads of a table of marks stay in view while its rows pass below them.
  function keepHeads(plot) {
    const strip = make("div", { className: "heads", hidden: true });
    strip.setAttribute("aria-hidden", "true");
    plot.closest("figure").prepend(strip);
    let drawn = null;
    const place = () => {
      const { meta, margin, width } = plot._fullLayout;
      const [box, head] = [plot.getBoundingClientRect(), meta?.heads];
      const scale = box.width / width;
      const tall = (head + 8) * scale;
      strip.hidden = !head || box.top + (margin.t - head) * scale > 0 || box.bottom < tall + 120;
      if (strip.hidden) return;
      if (drawn !== plot.layout) {
        drawn = plot.layout;
        const copy = plot.querySelector(".infolayer").ownerSVGElement.cloneNode(true);
        copy.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
        copy.setAttribute("viewBox", `0 ${margin.t - head - 4} ${width} ${head + 8}`);
        strip.replaceChildren(copy);
      }
      const copy = strip.firstChild;
      copy.setAttribute("width", box.width);
      copy.setAttribute("height", tall);
      copy.style.marginLeft = `${box.left - strip.getBoundingClientRect().left}px`;
    };
    addEventListener("scroll", place, { passive: true });
    addEventListener("resize", place);
    plot.parentElement.addEventListener("scroll", place, { passive: true });
  }

  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  // Of a figure that was drawn for several widths the widest that has room, made larger to fill it, or the next wider
  // one, made smaller, where that loses little or the other would leave half of the room empty.
  const LARGEST = 1.25;
  function choose(figures, room) {
    const fits = figures.findIndex(({ layout }) => layout.width <= room);
    const wider = fits < 0 ? figures.length - 1 : fits - 1;
    const enlarged = () => [figures[fits], Math.min(room / figures[fits].layout.width, LARGEST)];
    if (wider < 0) return enlarged();
    const scale = room / figures[wider].layout.width;
    const empty = fits < 0 || figures[fits].layout.width < 0.58 * room;
    return scale > 0.9 || (empty && scale > 0.58) || fits < 0 ? [figures[wider], Math.min(scale, 1)] : enlarged();
  }

  async function draw(box) {
    const figure = JSON.parse(document.getElementById(box.id + "-spec").textContent);
    const screens = document.getElementById(box.id + "-screens");
    const figures = [figure, ...(screens ? JSON.parse(await unpack(screens.textContent)) : [])];
    figures.sort((one, other) => other.layout.width - one.layout.width);
    let shown = null;
    const show = async (room, printed) => {
      if (!room && !printed) return;
      const [next, scale] = printed ? [forPaper(figures, getComputedStyle(box).getPropertyValue("--sheet")), 1] : choose(figures, room);
      const { width, height } = next.layout;
      Object.assign(box.style, {
        width: `${width}px`, height: `${height}px`, transform: scale === 1 ? "" : `scale(${scale})`, transformOrigin: "0 0",
        marginRight: `${(scale - 1) * width}px`, marginBottom: `${(scale - 1) * height}px`,
      });
      box.style.setProperty("--wide", width);
      box.style.setProperty("--high", height);
      if (next === shown) return;
      shown = next;
      await Plotly.react(box, next.data, next.layout, figure.config);
    };
    let printing = false;
    const resized = () => show(box.parentElement.clientWidth, printing);
    await resized();
    new ResizeObserver(resized).observe(box.parentElement);
    // On paper what is told below a figure fills the sheet that has no room for it; the first has its place there.
    const block = box.closest(".figure-block");
    let told = block?.nextElementSibling;
    while (told?.matches("script")) told = told.nextElementSibling;
    const moves = told?.matches(".prose-block") && box.id !== "figure-1-chart";
    for (const event of ["beforeprint", "afterprint"]) {
      addEventListener(event, () => {
        printing = event === "beforeprint";
        if (moves) printing ? block.before(told) : block.after(told);
        resized();
      });
    }
    // What was one picture is now a group: the drawing, and the switches in it.
    box.setAttribute("role", "group");
    const drawing = box.querySelector("svg.main-svg");
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", box.getAttribute("aria-label"));
    dressLegend(box);
    box.on("plotly_afterplot", () => dressLegend(box));
    offer(box, figures[0], box.closest("figure").id);
    follow(box);
    if (figure.layout.meta?.heads) keepHeads(box);
  }

  // The packed plotly.js is in the page or, for pages that share one, in a property of a style sheet beside it.
  async function drawAll(holder) {
    const shared = () => getComputedStyle(holder).getPropertyValue("--packed").trim().slice(1, -1);
    const packed = holder.textContent || shared();
    if (!packed) {
      const file = document.querySelector("link[rel=stylesheet]").getAttribute("href");
      for (const box of all("div.figure")) {
        box.style.height = box.style.width = "auto";
        box.textContent = `This chart needs the file ${file}, which belongs in the same folder as this page. ${box.getAttribute("aria-label")}`;
      }
      return;
    }
    const script = document.createElement("script");
    script.textContent = await unpack(packed);
    document.head.append(script);
    for (const box of all("div.figure")) await draw(box);
    document.documentElement.dataset.drawn = "yes";
  }

  const holder = document.getElementById("plotly-packed");
  if (!holder) return;
  // Who prints a page at once waits for its load event, which an open document in a frame holds back.
  const wait = make("iframe", { hidden: true });
  document.body.append(wait);
  wait.contentDocument?.open();
  try {
    await drawAll(holder);
  } finally {
    wait.contentDocument?.close();
    wait.remove();
  }
})();
