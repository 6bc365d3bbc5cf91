// The page of the explorer: it draws what Python says and tells Python what is done. All text of tables is set as text;
// markup comes from Python alone, which has escaped it.
const WIDE = 1100, NARROW = 640, LEAST_HEIGHT = 560, ABOVE = 4, KEPT = 16, SILENCE = 10000, BEAT = 900, REST = 600; // pixels, milliseconds

let plotly = window.Plotly && Promise.resolve(window.Plotly); // one for all charts of a page

function make(tag, about = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...inside);
  return node;
}

function svg(tag, about = {}) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(about)) node.setAttribute(name, value);
  return node;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { value: text }); // where the page may not use the clipboard
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function save(name, mime, bytes) {
  const link = make("a", { href: URL.createObjectURL(new Blob([bytes], { type: mime })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export default {
  render({ model, el }) {
    const fixed = model.get("fixed");
    const shown = () => model.get("shown");
    const alone = "voila" in document.body.dataset; // a page of its own
    const asked = alone ? decodeURI(location.hash.slice(1)) : ""; // a view that was sent
    const charts = {}; // by tab: the chart as Python has described it, and where it is drawn
    const off = new AbortController();

    // ------------------------------------------------------------ telling Python, one thing after the other
    let number = 0, sent = 0, before = 0, resting;
    const waiting = [];
    const kind = ({ do: what, to }) => `${what} ${Object.keys(to ?? {})}`;
    const send = (message) => {
      try { model.send(message); } catch { /* the kernel has ended: what is asked for is not answered, and that is said */ }
    };
    const tell = (message) => { // while Python is busy messages wait; of several of one kind, the last counts
      if (model.get("answered") < number && Date.now() - sent < SILENCE) {
        if (waiting.length && kind(waiting.at(-1)) === kind(message)) waiting.pop();
        waiting.push(message);
        return;
      }
      clearTimeout(resting);
      sent = Date.now();
      number = Math.max(number, model.get("answered")) + 1;
      send({ ...message, n: number });
      setTimeout(() => {
        if (model.get("answered") < number && Date.now() - sent >= SILENCE) {
          status.textContent = "Python does not answer: its kernel is busy, or it has ended. "
            + (alone ? "Load the page again to start a new one; the address keeps the view."
              : "Run the cell again to start a new one.");
          status.classList.add("libya-problem");
        }
      }, SILENCE + 100);
    };
    const answered = () => {
      number = Math.max(number, model.get("answered"));
      if (waiting.length) return tell(waiting.shift());
      see();
      ahead(at() < before ? [-1, 1] : [1, -1]);
      before = at();
    };
    // While nobody does anything the days beside are drawn, out of sight: to go to one of them is then to show it.
    const ahead = ([step, ...more]) => {
      clearTimeout(resting);
      resting = setTimeout(() => {
        const chart = charts[shown().tab];
        if (chart && !chart.plot) return ahead([step, ...more]); // the one on view is still being drawn
        const value = shown().moments[at() + step];
        if (value) send({ do: "ahead", value, more });
        else if (more.length) ahead(more);
      }, REST);
    };
    // What was chosen since then is not undone by an answer to what was chosen before.
    const settled = () => !waiting.length && model.get("answered") >= number;

    // ------------------------------------------------------------ the top: the day
    const slider = make("input", { type: "range", min: 0, step: 1, "aria-label": "As of: from change to change",
      oninput: () => tell({ do: "go", value: shown().moments[slider.value] }) });
    const says = make("output", { className: "libya-says" });
    const day = make("input", { type: "date", min: fixed.first, max: fixed.last, "aria-label": "Day",
      onchange: () => day.value && tell({ do: "go", value: day.value }) });
    let beat;
    const stop = () => { clearInterval(beat); beat = undefined; play.textContent = "▶"; play.ariaLabel = play.title = "Play: one change after the other"; };
    const play = make("button", { textContent: "▶", className: "libya-play", onclick: () => {
      if (beat) return stop();
      play.textContent = "❚❚";
      play.ariaLabel = play.title = "Stop playing";
      const last = shown().moments.length - 1;
      if (at() >= last) tell({ do: "go", value: shown().moments[0] });
      beat = setInterval(() => {
        if (model.get("answered") < number) return; // Python is still at the last one
        const { moments } = shown(), next = at() + 1;
        if (next < moments.length) tell({ do: "go", value: moments[next] });
        if (next >= moments.length - 1) stop();
      }, BEAT);
    } });
    stop();
    const at = () => Math.max(0, shown().moments.findLastIndex((moment) => moment <= shown().day));
    const opener = make("button", { "aria-expanded": "false", "aria-controls": "libya-filters", onclick: () => {
      filters.hidden = !filters.hidden;
      opener.setAttribute("aria-expanded", String(!filters.hidden));
      tell({ do: "filters", value: !filters.hidden });
      fit();
    } });
    const clear = make("button", { textContent: "Clear", ariaLabel: "Clear all filters", onclick: () => {
      tell({ do: "clear" });
      opener.focus(); // this button goes away
    } });
    const top = make("div", { className: "libya-top", role: "group", ariaLabel: "The day asked about" },
      play, make("label", {}, "As of ", says), slider, day, make("span", {}, opener, " ", clear));

    // ------------------------------------------------------------ filters: boxes with counts
    const filters = make("div", { className: "libya-filters", id: "libya-filters", hidden: true, role: "group", ariaLabel: "Filters" });
    const boxes = {};
    const fieldset = (name, caption, values) => {
      boxes[name] = values.map(([value, words]) => {
        const box = make("input", { type: "checkbox", value, onchange: () => tell({ do: "ask",
          to: { [name]: boxes[name].filter((one) => one.box.checked).map((one) => one.box.value) } }) });
        const count = make("small");
        return { box, count, row: make("label", {}, box, make("span", {}, words), count) };
      });
      return make("fieldset", { className: `libya-${name}` }, make("legend", { textContent: caption }), make("div", {},
        ...boxes[name].map((one) => one.row)));
    };
    const known = make("input", { type: "date", onchange: () => tell({ do: "ask", to: { known_on: known.value } }) });
    const names = make("datalist", { id: `libya-names-${model.model_id ?? ""}` });
    names.append(...fixed.actors.map(([, words]) => make("option", { value: words })));
    const actor = make("input", { type: "text", list: names.id, placeholder: "Latin or Arabic letters", onchange: () => {
      if (actor.value.trim()) tell({ do: "actor", value: actor.value.trim() });
      actor.value = "";
    } });
    const tags = make("div", { className: "libya-tags" });
    const claims = {}, facets = [];
    for (const [name, caption, values] of fixed.filters) {
      const box = fieldset(name, caption, values);
      if (name === "told" || name === "speakers") facets.push(box);
      else filters.append(box);
    }
    filters.append(make("fieldset", {}, make("legend", { textContent: "Actors and time" }), names,
      make("label", {}, "Actors ", actor), tags, make("label", {}, "Known on ", known),
      make("small", { textContent: "Nothing ticked: all. Numbers: claims." })));

    // ------------------------------------------------------------ tabs
    const status = make("div", { className: "libya-status", role: "status" });
    const panels = {}, tabs = {};
    const bar = make("div", { className: "libya-tabs", role: "tablist", ariaLabel: "Views" });
    const views = make("div", { className: "libya-views" });
    for (const name of fixed.tabs) {
      const id = `libya-${name.replace(/ /g, "-")}`;
      panels[name] = make("div", { role: "tabpanel", id, tabIndex: 0, ariaLabel: name, hidden: true });
      tabs[name] = make("button", { role: "tab", textContent: name, "aria-controls": id,
        onclick: () => tell({ do: "tab", value: name }) });
      bar.append(tabs[name]);
      views.append(panels[name]);
    }
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const order = fixed.tabs, next = order[(order.indexOf(shown().tab) + step + order.length) % order.length];
      tell({ do: "tab", value: next });
      tabs[next].focus();
    });
    // the heads of the two tabs with tables: what is looked for, and what is compared
    const text = make("input", { type: "search", placeholder: "such as: italy berlin",
      oninput: () => tell({ do: "ask", to: { text: text.value } }) });
    const table = {};
    const head = {
      Claims: make("div", { className: "libya-head", role: "search" },
        make("label", {}, "Search all claims ", text), ...facets),
    };
    const since = make("input", { type: "date", min: fixed.first, max: fixed.last,
      onchange: () => tell({ do: "ask", to: { since: since.value } }) });
    const by = make("select", { ariaLabel: "Compared by", onchange: () => tell({ do: "ask", to: { by: by.value } }) },
      ...fixed.by.map(([value, words]) => make("option", { value, textContent: words })));
    head.Changes = make("div", { className: "libya-head" }, make("label", {}, "Compare ", by), since,
      make("span", { textContent: "with the day above" }));
    since.ariaLabel = "Day to compare with";
    for (const name of Object.keys(head)) {
      table[name] = make("div", { className: "libya-sheet" });
      panels[name].append(head[name], table[name]);
    }

    // ------------------------------------------------------------ beside: the list, the tray, the evidence
    const list = make("select", { ariaLabel: "Show", onchange: () => list.value && tell({ do: "pick", value: list.value }) });
    const listing = make("label", { className: "libya-list" }, "Show ", list);
    const evidence = make("div", { className: "libya-evidence", tabIndex: 0, role: "region", ariaLabel: "Evidence" });
    const pick = (event) => {
      const picked = event.target.closest?.("[data-pick]")?.dataset.pick;
      if (picked) tell({ do: "pick", value: picked });
    };
    evidence.addEventListener("click", pick);
    const said = make("span", { role: "status" });
    const code = make("pre", { tabIndex: 0, hidden: true, ariaLabel: "Parameters of this view", role: "region" });
    const button = (words, onclick, label) => make("button", { textContent: words, onclick, ...(label ? { ariaLabel: label } : {}) });
    const picture = (format) => {
      const { spec } = charts[shown().tab], { data, layout } = spec;
      const keys = Object.values(spec.keys ?? {}).flat().map(({ legend, legendgroup, ...entry }) => entry);
      const high = layout.height + (keys.length ? 110 : 0), margin = { ...layout.margin, b: layout.margin.b + high - layout.height };
      plotly.then((Plotly) => Plotly.downloadImage(
        { data: [...data, ...keys], layout: titled(spec, { ...layout, margin, height: high,
          ...(keys.length ? { legend: { orientation: "h", y: 0, yanchor: "top" } } : {}) }) },
        { format, filename: "libya", width: layout.width, height: high, scale: 1 }));
      said.textContent = "Picture saved.";
    };
    const pictures = ["SVG", "PNG"].map((name) => button(name, () => picture(name.toLowerCase()), `Export ${name}`));
    const tray = make("div", { className: "libya-tray", role: "group", ariaLabel: "Copy and save" },
      button("Copy as citation", async () => {
        const words = model.get("evidence").citation;
        said.textContent = !words ? "Choose a tie, event or claim first."
          : (await copy(words)) ? "Citation copied." : "The browser does not let the page copy.";
      }),
      button("Parameters", async () => {
        code.textContent = shown().parameters;
        code.hidden = !code.hidden;
        if (!code.hidden) said.textContent = (await copy(code.textContent)) ? "Copied, and shown below." : "";
      }),
      button("Codebook", () => tell({ do: "codebook" })),
      make("span", {}, "Export", button("CSV", () => tell({ do: "export", value: "csv" }), "Export CSV"),
        button("Excel", () => tell({ do: "export", value: "xlsx" }), "Export Excel"),
        ...pictures),
      said, code);
    const key = make("details", { className: "libya-key" });
    const aside = make("div", { className: "libya-aside", ariaHidden: "true" });
    const below = make("div", { className: "libya-below" }, listing, tray, key, evidence);

    el.classList.add("libya-explorer");
    el.dataset.lmSuppressShortcuts = "true"; // JupyterLab has uses of its own for arrows and letters
    el.addEventListener("keydown", (event) => event.stopPropagation(), { signal: off.signal });
    el.replaceChildren(top, filters, bar, status, views, below, aside);

    // ------------------------------------------------------------ showing what Python says
    const titled = (spec, layout) => ({ ...layout, title: { ...layout.title, text: `<b>${spec.head[0]}</b>`,
      subtitle: { ...layout.title?.subtitle, text: spec.head[1] } } });
    const bare = (spec) => { // the title stands above the chart
      if (!spec.room) return spec.layout;
      const { title, ...layout } = spec.layout;
      return { ...layout, height: layout.height - spec.room, margin: { ...layout.margin, t: layout.margin.t - spec.room } };
    };
    const plotted = async ({ kept, frame }, what, Plotly) => { // drawn out of sight, unless it was of late
      const plot = kept.get(what) ?? make("div", { className: "libya-plot", role: "img" });
      if (!kept.delete(what)) {
        const spec = JSON.parse(what);
        aside.append(plot);
        await Plotly.newPlot(plot, spec.data, bare(spec), spec.config);
        plot.on("plotly_click", ({ points }) => tell({ do: "click", trace: points[0].curveNumber, point: points[0].pointNumber }));
        plot.classList.add("libya-kept");
        frame.append(plot);
      }
      kept.set(what, plot);
      if (kept.size > KEPT) {
        const [[first, gone]] = kept;
        kept.delete(first);
        Plotly.purge(gone);
        gone.remove();
      }
      return plot;
    };
    const drawn = async (tab) => {
      const chart = charts[tab], Plotly = await plotly;
      if (chart !== charts[tab] || !panels[tab].isConnected) return;
      if (!chart.frame) {
        chart.title = make("h2", { className: "libya-finding" });
        chart.scope = make("p", { className: "libya-scope" });
        chart.frame = make("div", { className: "libya-frame" });
        chart.heads = make("div", { className: "libya-heads", hidden: true, ariaHidden: "true" }, svg("svg"));
        chart.kept = new Map(); // what was drawn of late, to be shown again at once
        panels[tab].replaceChildren(chart.title, chart.scope, chart.heads, chart.frame);
      }
      const { frame, spec } = chart, what = JSON.stringify(spec), plot = await plotted(chart, what, Plotly);
      if (chart !== charts[tab]) return;
      for (const one of frame.children) one.classList.toggle("libya-kept", one !== plot);
      Object.assign(chart, { plot, what });
      heading(chart);
      keepHeads(chart);
      explain();
      scale();
    };
    // What stands above the columns stays in view while the rows pass below it: the same, drawn once more.
    const keepHeads = ({ plot, spec, heads }) => {
      const { width, margin, meta } = bare(spec), high = (meta?.heads ?? 0) + ABOVE;
      heads.firstChild.setAttribute("viewBox", `0 ${margin.t - high} ${width} ${high + 2}`);
      heads.firstChild.replaceChildren(...(meta?.heads ? ["xaxislayer-above", "infolayer"] : []).map((layer) => {
        const drawn = plot.querySelector(`.${layer}`);
        drawn.id = `${layer}-${plot._fullLayout._uid}`;
        return svg("use", { href: `#${drawn.id}` });
      }));
    };
    const pin = () => {
      const { heads, frame, spec } = charts[shown().tab] ?? {};
      if (!heads) return;
      const { width, margin, meta } = bare(spec), by = frame.clientWidth / width;
      const away = !meta?.heads || views.scrollTop <= frame.offsetTop + (margin.t - meta.heads) * by;
      if (heads.hidden !== away) heads.hidden = away; // what is set anew is looked at anew
      Object.assign(heads.firstChild.style, { width: `${frame.clientWidth}px`, left: `${frame.offsetLeft}px` });
    };
    views.addEventListener("scroll", pin, { passive: true });
    const put = (node, path, value) => { path.slice(0, -1).reduce((inner, part) => inner[part], node)[path.at(-1)] = value; };
    // Looks are set in what plotly has made of the traces: to make that anew, it would go through all of them.
    const paint = (plot, set) => {
      const changed = new Set();
      for (const [trace, path, value] of set) {
        const full = plot._fullData[trace], points = plot.calcdata[trace];
        put(plot.data[trace], path, value);
        put(full, path, value);
        if (Array.isArray(value)) full._module.arraysToCalcdata(points, full);
        if (!path[0].startsWith("hover")) changed.add(trace);
      }
      const lines = set.find(([, path]) => path[0] === "line");
      if (lines) plot._fullData[lines[0]]._module.style(plot); // of all: there is none for the lines of a trace
      else for (const trace of changed) {
        const full = plot._fullData[trace], points = plot.calcdata[trace], node = points[0].node3;
        node.style("opacity", full.opacity);
        full._module.styleOnSelect(plot, points, node);
      }
    };
    const SIGNS = { circle: "M0-5A5 5 0 1 1 0 5 5 5 0 1 1 0-5Z", diamond: "M0-6 6 0 0 6-6 0Z", square: "M-5-5H5V5H-5Z",
      hexagon: "M0-6 5-3V3L0 6-5 3V-3Z", "triangle-right": "M-5-5 6 0-5 5Z", "line-ns": "M0-6V6",
      "x-thin": "M-5-5 5 5M-5 5 5-5", "circle-x": "M0-5A5 5 0 1 1 0 5 5 5 0 1 1 0-5ZM-4-4 4 4M-4 4 4-4" };
    const swatch = ({ mode, line, marker, opacity }) => { // a line, a sign, or both
      const sign = svg("svg", { viewBox: "0 -8 34 16", "aria-hidden": "true" });
      const add = (about) => sign.append(svg("path", about));
      if (mode.includes("lines")) {
        add({ d: "M1 0H33", fill: "none", stroke: line.color, "stroke-width": line.width, opacity: opacity ?? 1,
          "stroke-dasharray": { dash: "7 4", dot: "2 3", dashdot: "7 3 2 3" }[line.dash] ?? "none" });
      }
      if (mode.includes("markers")) {
        const open = marker.symbol.endsWith("-open"), d = SIGNS[marker.symbol.replace("-open", "")] ?? "";
        add({ d, fill: open ? "#fff" : marker.color, stroke: marker.line.color, "stroke-width": marker.line.width,
          transform: `translate(17 0) scale(${Math.max(0.45, (marker.size ?? 10) / 12)})` });
      }
      return sign;
    };
    const explain = () => { // the key of the chart on view
      const { keys } = charts[shown().tab]?.spec ?? {};
      key.hidden = !keys;
      if (!keys || key.of === keys) return;
      key.of = keys;
      key.replaceChildren(make("summary", { textContent: "Key" }), ...Object.entries(keys).map(([caption, entries]) =>
        make("p", {}, make("b", { textContent: `${caption}: ` }), ...entries.map((entry) =>
          make("span", {}, swatch(entry), entry.name)))));
    };
    const heading = (chart) => {
      const [title, scope] = chart.spec.head.map((words) =>
        new DOMParser().parseFromString(words.replace(/<br>/g, " "), "text/html").body.textContent); // runs nothing
      chart.title.textContent = title;
      chart.scope.textContent = scope;
      chart.title.hidden = !title;
      chart.scope.hidden = !scope || "fits" in chart.spec; // the status says the same
      chart.plot.setAttribute("aria-label", `${title || "A chart"}. The list names all that is drawn.`);
    };
    let scaling;
    const scale = () => { // once before the next frame, however much has changed: to measure is to lay all out
      cancelAnimationFrame(scaling);
      scaling = requestAnimationFrame(scaled);
    };
    const scaled = () => { // as large as the window allows, if it was drawn for any screen
      const { tab } = shown(), chart = charts[tab];
      if (!chart?.plot) return;
      const { width, height } = bare(chart.spec), room = panels[tab].clientWidth;
      const free = views.clientHeight - chart.frame.offsetTop - 2;
      const tall = chart.spec.fits ? Math.max(free, 320) / height : 9;
      const by = Math.min(room / width, tall, 1.4);
      chart.plot.style.transform = `scale(${by})`;
      Object.assign(chart.frame.style, { width: `${width * by}px`, height: `${height * by}px` });
      pin();
    };
    const SHARES = { "what is said": "3fr", what: "6fr", status: "0.85fr", modality: "0.85fr", source: "1.4fr", where: "1.4fr", "faint because": "1.4fr" };
    const order = {}; // by tab: the column by which its rows are sorted, and which way
    const sheet = () => {
      const { columns, keys, tab, ...listing } = model.get("listed");
      if (!columns) return;
      const rows = JSON.parse(listing.rows);
      const [by, down] = order[tab] ?? [];
      let listed = rows.map((row, k) => [row, k]);
      if (by !== undefined) {
        const key = ([row, k]) => (keys[by] ? keys[by][k] : row[by + 2]);
        listed.sort((a, b) => (down ? -1 : 1) * key(a).localeCompare(key(b), undefined, { numeric: true }));
      }
      const titles = columns.map((name, k) => make("th", { role: "columnheader", ariaSort: by === k ? (down ? "descending" : "ascending") : "none" },
        make("button", { textContent: name + (by === k ? (down ? " ↓" : " ↑") : ""), title: "Sort", onclick: () => {
          order[tab] = by === k ? [k, !down] : [k, false];
          sheet();
          table[tab].querySelectorAll("thead button")[k].focus();
        } })));
      // rows are grids, which a browser lays out when they come into view; a table's own would all be laid out each time
      const grid = table[tab].firstChild ?? make("table", { role: "table", ariaLabel: tab },
        make("thead", { role: "rowgroup" }), make("tbody", { role: "rowgroup" }));
      grid.style.setProperty("--columns", columns.map((name) => SHARES[name] ?? "1fr").join(" "));
      grid.tHead.replaceChildren(make("tr", { role: "row" }, ...titles));
      const { of } = model.get("evidence"), linked = columns.indexOf(columns.includes("what") ? "what" : columns[0]);
      const before = grid.rowsBy, body = grid.tBodies[0];
      grid.rowsBy = new Map(); // by what they pick: rows that stay are changed in place, since laying out all takes long
      for (const [[picked, faint, ...cells], k] of listed) {
        const id = picked && !grid.rowsBy.has(picked) ? picked : `${picked} ${k}`;
        const row = before?.get(id) ?? make("tr", { role: "row" }, ...columns.map((name, i) => {
          const cell = make("td", { role: "cell", dir: "auto" }, i === linked && picked ? make("button") : "");
          cell.dataset.name = name;
          return cell;
        }));
        if (picked) row.dataset.pick = picked;
        row.className = `${faint ? "faint" : ""}${picked && picked === of ? " chosen" : ""}`;
        cells.forEach((words, i) => {
          if (row.words?.[i] !== words) (row.cells[i].firstElementChild ?? row.cells[i]).textContent = words;
        });
        row.words = cells;
        grid.rowsBy.set(id, row);
      }
      let next = body.firstChild;
      for (const row of grid.rowsBy.values()) {
        if (row === next) next = next.nextSibling;
        else body.insertBefore(row, next);
      }
      while (next) [next] = [next.nextSibling, next.remove()];
      if (!rows.length) table[tab].replaceChildren();
      else if (!grid.parentNode) table[tab].append(grid);
    };
    for (const one of Object.values(table)) one.addEventListener("click", pick);

    let addressed;
    const see = () => {
      const now = shown();
      due.splice(0).forEach(show);
      slider.max = now.moments.length - 1;
      if (settled()) slider.value = at();
      slider.setAttribute("aria-valuetext", now.says);
      says.textContent = now.says;
      if (document.activeElement !== day) day.value = now.day;
      clear.hidden = !now.active;
      opener.textContent = now.active ? `Filters (${now.active})` : "Filters";
      status.textContent = now.problem || now.status;
      status.classList.toggle("libya-problem", Boolean(now.problem));
      for (const [name, of] of Object.entries(boxes)) {
        for (const { box, count } of of) {
          if (settled()) box.checked = now.chosen[name].includes(box.value);
          if (now.counts[name]) count.textContent = ` ${now.counts[name][box.value] ?? 0}`;
        }
      }
      tags.replaceChildren(...now.chosen.actors.map((id) => button(`${fixed.actors.find(([one]) => one === id)?.[1] ?? id} ×`,
        () => tell({ do: "ask", to: { actors: now.chosen.actors.filter((one) => one !== id) } }), `Take away ${id}`)));
      known.value = now.known_on;
      since.value = now.since;
      by.value = now.by;
      if (document.activeElement !== text) text.value = now.text;
      code.textContent = now.parameters;
      for (const one of pictures) one.hidden = now.tab in table; // there is no chart
      for (const name of fixed.tabs) {
        const on = name === now.tab;
        tabs[name].setAttribute("aria-selected", String(on));
        tabs[name].tabIndex = on ? 0 : -1;
        if (on && panels[name].hidden) views.scrollTop = 0;
        panels[name].hidden = !on;
      }
      explain();
      scale();
      if (alone) { // when the slider rests: it takes some time
        clearTimeout(addressed);
        addressed = setTimeout(() => history.replaceState(null, "", `#${shown().address}`), 250);
      }
    };
    const lines = () => {
      const { groups } = model.get("listed");
      listing.hidden = !groups.length;
      const of = model.get("evidence").of ?? "";
      list.replaceChildren(make("option", { value: "", textContent: "choose from the list …" }),
        ...groups.map(([label, options]) => make("optgroup", { label: `${label} (${options.length})` },
          ...options.map(([value, textContent]) => make("option", { value, textContent })))));
      list.value = of;
      if (list.selectedIndex < 0) list.selectedIndex = 0;
      sheet();
    };
    const proof = () => {
      const { markup, of } = model.get("evidence");
      evidence.innerHTML = markup;
      evidence.scrollTop = 0;
      if (document.activeElement !== list) list.value = of ?? "";
      if (list.selectedIndex < 0) list.selectedIndex = 0;
      for (const row of views.querySelectorAll("tr[data-pick]")) row.classList.toggle("chosen", row.dataset.pick === of);
    };
    const due = []; // charts wait for the words that follow at once, so that one frame shows both
    const show = ({ chart: tab, draw, set, head }) => {
      if (draw) {
        charts[tab] = { ...charts[tab], spec: draw };
        return drawn(tab);
      }
      const chart = charts[tab], plot = chart?.plot;
      if (!chart) return;
      chart.spec.head = head;
      const changes = Object.entries(set).flatMap(([name, values]) =>
        Object.entries(values).map(([trace, value]) => [trace, name.split("."), value]));
      for (const [trace, path, value] of changes) put(chart.spec.data[trace], path, value);
      if (!plot?._fullLayout) return;
      heading(chart);
      paint(plot, changes);
      if (changes.length) chart.kept.delete(chart.what); // it is another one now
    };
    const heard = (message, buffers) => {
      if (message.plotly && window.__libyaPlotly) window.__libyaPlotly.give(buffers[0]);
      if ("ahead" in message) {
        if (!settled() || message.chart !== shown().tab) return;
        const { chart: tab, ahead: spec, more } = message;
        if (spec && charts[tab]?.kept) plotly.then((Plotly) => plotted(charts[tab], JSON.stringify(spec), Plotly));
        if (more.length) ahead(more);
      } else if (message.chart) due.push(message);
      if (message.file) save(message.file, message.mime, buffers[0]);
      if (message.say) said.textContent = message.say;
    };
    const on = { "change:answered": answered, "change:shown": see, "change:listed": lines, "change:evidence": proof, "msg:custom": heard };
    for (const [name, act] of Object.entries(on)) model.on(name, act);

    // ------------------------------------------------------------ room: fill the window, the panel beside the views
    let told = 0, timer;
    const fit = () => {
      const room = el.closest(".jp-WindowedPanel-outer, .jp-NotebookPanel-notebook, .lm-BoxPanel-child");
      if (!el.clientWidth) return;
      const above = room ? el.getBoundingClientRect().top - room.getBoundingClientRect().top + room.scrollTop
        : el.getBoundingClientRect().top + window.scrollY;
      const height = room?.clientHeight ?? window.innerHeight;
      const narrow = el.clientWidth < NARROW; // a phone scrolls the whole page
      el.style.height = narrow ? "auto" : `${(height - above >= LEAST_HEIGHT ? height - above : height) - 8}px`;
      el.classList.toggle("libya-wide", el.clientWidth >= WIDE);
      if (!told) key.open = el.clientWidth >= WIDE; // elsewhere it would take the room of the chart
      scale();
      const width = Math.floor(views.clientWidth) - 12;
      if (width < 100 || width === told) return;
      const first = !told;
      told = width;
      tell({ do: "ready", width, view: first ? asked : "", anew: first, plotly: first && !plotly });
      if (first && !plotly) {
        let give;
        plotly = new Promise((resolve) => { give = resolve; }).then((bytes) => {
          const module = { exports: {} };
          new Function("module", "exports", "define", new TextDecoder().decode(bytes))(module, module.exports, undefined);
          return module.exports;
        });
        window.__libyaPlotly = { give };
      }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(fit, told ? 150 : 0); };
    const measured = new ResizeObserver(later);
    window.addEventListener("resize", later, { signal: off.signal });
    if (alone) window.addEventListener("hashchange", () => tell({ do: "ready", width: told, view: decodeURI(location.hash.slice(1)) }), { signal: off.signal });
    see();
    lines();
    proof();
    measured.observe(el);
    return () => {
      off.abort();
      measured.disconnect();
      stop();
      for (const [name, act] of Object.entries(on)) model.off(name, act);
    };
  },
};
