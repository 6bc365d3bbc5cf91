// What only the front end can do: copy, save files, tell how much room there is, and speak of the slider's day.
const BUTTONS = [
  ["copy", "Copy as citation"], ["parameters", "Open as parameters"],
  ["csv", "CSV"], ["xlsx", "Excel"], ["svg", "SVG"], ["png", "PNG"],
];

const WIDE = 1100, LEAST_HEIGHT = 600; // pixels

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea"); // where the page may not use the clipboard
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function save(name, mime, bytes) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: mime }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function savePicture(root, format) {
  const plot = [...root.querySelectorAll(".js-plotly-plot")].find((node) => node.offsetParent !== null);
  const button = plot?.querySelector('.modebar-btn[data-title^="Download"]');
  if (!button) return false;
  plot._context.toImageButtonOptions = { ...plot._context.toImageButtonOptions, format, filename: "libya" };
  button.click();
  return true;
}

// A FigureWidget marks each update with an attribute that plotly.js does not know, and what it does not know makes it
// draw the whole chart anew. Known as one that changes nothing, it leaves plotly.js to set the few styles that differ.
function quicken(plot) {
  for (const attributes of new Set(plot._fullData?.map((trace) => trace._module?.attributes))) {
    if (attributes) attributes._doNotReportToPy ??= { valType: "any", editType: "none" };
  }
}

export default {
  render({ model, el }) {
    const root = () => el.closest(".libya-explorer");
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const shown = document.createElement("pre");
    shown.tabIndex = 0;
    shown.hidden = true;
    shown.setAttribute("aria-label", "Parameters of this view");
    const say = (text) => { said.textContent = text; };
    const act = {
      copy: async () => {
        const text = model.get("citation");
        if (!text) return say("Choose a tie, event or quotation first.");
        say((await copy(text)) ? "Citation copied." : "The browser does not let the page copy.");
      },
      parameters: async () => {
        shown.textContent = model.get("parameters");
        shown.hidden = !shown.hidden;
        if (!shown.hidden) say((await copy(shown.textContent)) ? "Parameters copied, and shown below." : "");
      },
      csv: () => model.send({ export: "csv" }),
      xlsx: () => model.send({ export: "xlsx" }),
      svg: () => say(savePicture(root(), "svg") ? "Picture saved." : "There is no chart on this tab."),
      png: () => say(savePicture(root(), "png") ? "Picture saved." : "There is no chart on this tab."),
    };
    el.classList.add("libya-tray");
    const files = document.createElement("span");
    files.textContent = "Export";
    for (const [name, label] of BUTTONS) {
      const button = document.createElement("button");
      button.textContent = label;
      button.addEventListener("click", act[name]);
      if (!label.includes(" ")) button.setAttribute("aria-label", `Export ${label}`);
      (label.includes(" ") ? el : files).append(button);
    }
    el.append(files, said, shown);
    model.on("msg:custom", (message, buffers) => {
      if (message.file) save(message.file, message.mime, buffers[0]);
      say(message.say);
    });
    model.on("change:parameters", () => { shown.textContent = model.get("parameters"); });

    const name = (where, words) => { // where ipywidgets gives no name
      for (const node of root()?.querySelectorAll(where) ?? []) {
        node.setAttribute("aria-label", words);
        node.title = words;
      }
    };
    const tell = () => { // the slider counts days; a screen reader is to hear the date
      const handle = root()?.querySelector(".libya-day .noUi-handle");
      handle?.setAttribute("aria-valuetext", model.get("day"));
      handle?.setAttribute("aria-label", "As of");
      name(".widget-play button:nth-of-type(1)", "Play: one change after the other");
      name(".widget-play button:nth-of-type(2)", "Stop, and back to the first day");
      name(".jupyter-widget-tagsinput input", "Chosen actors");
      for (const plot of root()?.querySelectorAll(".js-plotly-plot") ?? []) {
        const title = (plot.layout?.title?.text ?? "").replace(/<br>/g, " ").replace(/<[^>]*>/g, "");
        quicken(plot);
        plot.setAttribute("role", "img");
        plot.setAttribute("aria-label", `${title}. The list below the chart names all that is drawn.`);
      }
    };
    model.on("change:day", () => setTimeout(tell, 50));
    let bare = false; // a change that comes while a chart is being drawn may leave it without anything
    const often = setInterval(() => { // charts come with their tabs
      tell();
      const plots = [...root()?.querySelectorAll(".js-plotly-plot") ?? []].filter((plot) => plot.offsetParent);
      const still = plots.some((plot) => plot._fullLayout && !plot.layout?.width);
      if (bare && still) model.send({ bare: true });
      bare = still && !bare;
    }, 1000);

    let last = 0, timer;
    const fit = () => { // fill the window below what stands above, or all of it; the panel beside the views if it can be
      const whole = root();
      const room = whole?.closest(".jp-WindowedPanel-outer, .jp-NotebookPanel-notebook, .lm-BoxPanel-child");
      if (!whole?.clientWidth) return;
      const above = room ? whole.getBoundingClientRect().top - room.getBoundingClientRect().top + room.scrollTop : 0;
      const height = room?.clientHeight ?? window.innerHeight;
      whole.style.height = `${(height - above >= LEAST_HEIGHT ? height - above : height) - 8}px`;
      whole.classList.toggle("libya-wide", whole.clientWidth >= WIDE);
      const width = Math.floor(whole.querySelector(".libya-views").clientWidth);
      if (width < 100 || width === last) return;
      last = width;
      model.set("width", width);
      model.save_changes();
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(fit, 150); };
    const measured = new ResizeObserver(later);
    window.addEventListener("resize", later);
    const watch = () => (root() ? measured.observe(root()) : setTimeout(watch, 100));
    watch();
    return () => { measured.disconnect(); window.removeEventListener("resize", later); clearInterval(often); };
  },
};
