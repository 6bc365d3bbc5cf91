// The coding desk. All text is set as text, never as markup. Keys work wherever no field is being typed into.
const HELP = "J K next and previous draft · A accept, R reject, and on to the next · E edit (Esc leaves) · G go to a cell · S the same as · C another like it · I insert a row (with the words that are selected) · M these words mean · N P next and previous paragraph · D diff · W write";
const PAUSE = 700; // ms in which more letters of a known value may follow

function make(tag, text, name) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (name) node.className = name;
  return node;
}

function whole(word, ids, kept = []) { // an id by its beginning, if no other begins so; what stood there stays
  const near = ids.filter((one) => one.startsWith(word));
  return word && near.length === 1 && !kept.includes(word) ? near[0] : word;
}

function button(text, act) {
  const node = make("button", text);
  node.addEventListener("click", act);
  return node;
}

export default {
  render({ model, el }) {
    el.classList.add("libya-desk");
    el.tabIndex = 0;
    let chosen = 0, done = false; // done: the chosen draft was decided by a key, and the next is to be shown
    let decided = null; // the draft that the last key decided, of which C makes another
    let deaf = false; // a cell was to be typed into that cannot be: no letter is a key until Esc
    let begun = 0, shown = ""; // how many drafts were begun, of which the last is chosen; and the paragraph on view
    let menu = null; // what the next key picks from
    const ask = (message) => model.send(message);
    const view = () => model.get("view");
    const entries = () => view().entries ?? [];
    const cards = () => [...el.querySelectorAll("article")];
    const go = (step) => {
      const numbers = model.get("view").paragraphs.map(([number]) => number);
      const next = numbers[numbers.indexOf(model.get("paragraph")) + step];
      if (next) { chosen = 0; ask({ do: "go", value: next }); }
    };
    const choose = (place) => {
      chosen = Math.max(0, Math.min(entries().length - 1, place));
      cards().forEach((card, k) => card.setAttribute("aria-current", k === chosen));
      cards()[chosen]?.scrollIntoView({ block: "nearest" });
    };

    const say = (text) => { el.querySelector(".asked").textContent = text; };
    const offer = (title, words, pick) => {
      const line = `${title}: ${words.map((word, k) => `${k + 1} ${word}`).join(" · ")} · Esc none`;
      menu = (key) => (words[key - 1] ? pick(words[key - 1]) : offer(title, words, pick));
      say(line);
    };
    const edit = (input) => {
      input?.focus();
      input?.select?.();
      deaf = !input || document.activeElement !== input;
      if (deaf) say("no such cell here, or the draft is rejected (A takes it up again) · Esc goes on");
    };
    const first = (card) => edit(card?.querySelector(".needed input, .needed select") ?? card?.querySelector("label:not(.key) input, label:not(.key) select"));
    const same = (entry, known) => ask({ do: "same", place: entry.place, value: known });
    const decide = (what, entry) => { done = true; decided = entry; ask({ do: what, place: entry.place }); };
    const insert = (table) => ask({ do: "add", value: table, words: el.querySelector("[name=words]").value });

    function ask_same(entry) { // the likest of known ones, or another by its id
      const input = make("input"), list = make("datalist");
      list.id = "libya-desk-known";
      for (const name of new Set([...entry.alike, ...view().known[entry.table]])) list.append(new Option(name));
      input.setAttribute("list", list.id);
      input.setAttribute("aria-label", "The same as");
      input.value = entry.alike[0] ?? "";
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        const known = whole(input.value, view().known[entry.table]);
        if (view().known[entry.table].includes(known)) same(entry, known);
        else el.querySelector(".asked").append(` ${input.value} is not known`);
      });
      el.querySelector(".asked").replaceChildren("the same as ", input, list, ` ${entry.alike.join(" · ")} · Enter, or Esc`);
      edit(input);
    }

    function field(entry, cell) {
      const label = make("label", undefined, cell.column === entry.key ? "key" : cell.needed && !cell.value ? "needed" : "");
      label.title = cell.means;
      label.append(make("kbd", cell.letter.toUpperCase()), make("span", cell.column));
      let input;
      if (cell.closed) {
        input = make("select");
        for (const value of ["", ...cell.choices]) input.append(new Option(value, value));
      } else {
        input = make("input");
        input.dir = "auto";
        if (cell.choices.length) {
          const list = make("datalist");
          list.id = `libya-desk-${entry.place}-${cell.column}`;
          cell.choices.forEach((value) => list.append(new Option(value)));
          label.append(list);
          input.setAttribute("list", list.id);
        }
        input.addEventListener("input", () => ask({ do: "type", place: entry.place, column: cell.column, value: input.value }));
      }
      input.value = cell.value;
      input.name = cell.column;
      input.disabled = entry.stands && cell.column === entry.key;
      let waits;
      const change = () => {
        clearTimeout(waits);
        waits = 0;
        if (cell.choices.length && !cell.closed) input.value = input.value.split(";").map((word) => whole(word.trim(), cell.choices, [...cell.value.split(";"), ...view().drafted])).join(";");
        ask({ do: "change", place: entry.place, column: cell.column, value: input.value });
      };
      input.addEventListener("change", cell.closed ? () => {
        clearTimeout(waits); // a value is chosen by its letters, of which the first alone is a change
        waits = setTimeout(change, PAUSE);
        ask({ do: "type", place: entry.place, column: cell.column, value: input.value });
      } : change);
      if (cell.closed) {
        input.addEventListener("blur", () => { if (waits && input.isConnected) change(); });
        input.addEventListener("keydown", (event) => {
          if (event.key === "Delete" || event.key === "Backspace") { input.value = ""; change(); }
        });
      }
      label.append(input);
      return label;
    }

    function card(entry, k) {
      const node = make("article", undefined, entry.state);
      node.dataset.place = entry.place;
      node.append(make("h4", `${entry.table} · ${entry.state}`));
      const cells = make("div", undefined, "cells");
      for (const cell of entry.cells) cells.append(field(entry, cell));
      node.append(cells);
      if (entry.table === "actors") node.append(make("p", entry.why, "doubt"));
      for (const text of entry.problems) node.append(make("p", text, "problem"));
      for (const text of entry.doubts) node.append(make("p", `is it a slip? ${text}`, "doubt"));
      for (const actor of entry.state === "proposed" ? entry.alike : []) {
        node.append(button(`the same as ${actor}`, () => same(entry, actor)));
      }
      node.append(button("Accept", () => ask({ do: "accept", place: entry.place })));
      node.append(button("Reject", () => ask({ do: "reject", place: entry.place })));
      node.addEventListener("focusin", () => { if (chosen !== k) choose(k); });
      return node;
    }

    function draw() {
      const view = model.get("view");
      const open = document.activeElement?.closest?.("article");
      const field = document.activeElement;
      const held = open && el.contains(open) ? { place: open.dataset.place, name: field.name, value: field.value } : null;
      if (held?.name && field.tagName === "INPUT") held.range = [field.selectionStart, field.selectionEnd];
      const within = el.contains(document.activeElement) || document.activeElement === el;
      const nav = make("nav");
      for (const [number, left] of view.paragraphs) {
        const node = button(left ? `${number} ${left}` : number, () => { chosen = 0; ask({ do: "go", value: number }); });
        node.setAttribute("aria-current", number === model.get("paragraph"));
        nav.append(node);
      }
      const text = make("blockquote");
      text.dir = "auto";
      for (const [words, kind, says] of view.segments) {
        const node = make(kind ? "mark" : "span", words, kind);
        if (says) node.title = `${kind}: ${says}`;
        text.append(node);
      }
      const before = make("p", view.before, "before");
      before.dir = "auto";
      const drafts = make("section");
      view.entries.forEach((entry, k) => drafts.append(card(entry, k)));
      const add = make("select");
      add.setAttribute("aria-label", "Add a row");
      add.append(new Option("Add a row …", ""));
      view.tables.forEach((name) => add.append(new Option(name)));
      add.addEventListener("change", () => insert(add.value));
      const word = make("input"), means = make("input"), known = make("datalist");
      word.placeholder = word.ariaLabel = "words of the text …";
      text.addEventListener("mouseup", () => { word.value = getSelection().toString().trim(); });
      means.setAttribute("aria-label", "What these words mean");
      means.placeholder = "… mean";
      known.id = "libya-desk-actors";
      view.known.actors.forEach((name) => known.append(new Option(name)));
      means.setAttribute("list", known.id);
      word.name = "words";
      word.dir = "auto";
      means.addEventListener("change", () => { if (word.value) ask({ do: "spell", word: word.value, value: whole(means.value, view.known.actors) }); });
      const foot = make("footer");
      foot.append(add, word, known, means, button("Diff", () => ask({ do: "diff" })), button("Write", () => ask({ do: "write" })), make("small", HELP));
      const said = make("pre", model.get("said"));
      said.setAttribute("role", "status");
      const asked = make("p", undefined, "asked");
      asked.setAttribute("role", "alert");
      el.replaceChildren(nav, before, text, drafts, asked, foot, said);
      const undecided = (from) => view.entries.findIndex((entry, k) => k >= from && entry.state === "proposed");
      const next = (from) => (undecided(from) < 0 ? from : undecided(from));
      if (done && view.entries[chosen]?.state !== "proposed") { chosen = next(chosen); done = false; }
      if (shown !== model.get("paragraph")) { shown = model.get("paragraph"); chosen = next(0); }
      if (view.begun[0] !== begun) {
        begun = view.begun[0];
        const place = view.entries.findIndex((entry) => entry.place === view.begun[1]);
        if (place >= 0) chosen = place;
      }
      choose(chosen);
      const again = held?.name && el.querySelector(`article[data-place="${held.place}"] [name="${held.name}"]`);
      if (again && !again.disabled) { // what is being typed goes on, and stays selected if it was
        again.focus();
        again.value = held.value;
        if (held.range) again.setSelectionRange(...held.range);
      }
      else if (within) el.focus();
    }

    el.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      event.stopPropagation(); // a notebook has keys of its own
      if (event.key === "Shift") return;
      if (deaf && event.key !== "Escape") { event.preventDefault(); return; }
      const picks = menu, before = decided;
      deaf = false;
      decided = null;
      menu = null;
      done = false;
      el.classList.remove("lettered");
      if (!event.target.closest?.(".asked") || event.key === "Escape") say("");
      if (event.key === "Escape") { el.focus(); return; }
      if (picks && !typing) { event.preventDefault(); picks(event.key); return; }
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const entry = entries()[chosen];
      const keys = {
        j: () => choose(chosen + 1), k: () => choose(chosen - 1), n: () => go(1), p: () => go(-1),
        a: () => entry && decide("accept", entry), r: () => entry && decide("reject", entry),
        e: () => first(cards()[chosen]),
        g: () => {
          if (!entry) return;
          el.classList.add("lettered");
          menu = (key) => {
            const cell = entry.cells.find(({ letter }) => letter === key.toLowerCase());
            edit(cell && cards()[chosen].querySelector(`[name="${cell.column}"]`));
          };
          say("to which cell? its letter, or Esc");
        },
        s: () => {
          if (entry?.state !== "proposed" || !view().known[entry.table]) return say("a new actor or event may be the same as a known one");
          ask_same(entry);
        },
        i: () => offer("a row of", view().tables, insert),
        m: () => edit(el.querySelector("[name=words]")),
        c: () => entry && ask({ do: "again", place: (before ?? entry).place }),
        d: () => ask({ do: "diff" }), w: () => ask({ do: "write" }),
      };
      const act = keys[event.key.toLowerCase()];
      if (act) { event.preventDefault(); act(); }
    });
    el.addEventListener("click", () => { decided = null; deaf = false; });
    model.on("change:view", draw);
    model.on("change:said", draw);
    draw();
    return () => { model.off("change:view", draw); model.off("change:said", draw); };
  },
};
