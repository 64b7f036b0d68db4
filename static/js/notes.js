/* Writing a sheet of notes: saves while one types, says honestly what is saved, keeps every word in the page until the server
   has it, and shows what others write. The form works without this; its fields stay as the server made them. */

const LISTEN_EVERY = 4000, SAVE_AFTER = 1200, RETRY_FIRST = 2000, RETRY_MOST = 30000;

const form = document.querySelector("form[data-notes]");
if (form) start(form);

function start(form) {
  const list = form.querySelector(".note-blocks"), mark = form.querySelector(".save-bar .saved");
  const words = JSON.parse(form.dataset.words);
  const state = { change: Number(form.dataset.change), batch: null, busy: false, retry: RETRY_FIRST, trouble: "", savedAt: "", timer: 0 };
  const server = new Map(); // what the server last told of each block
  const known = new Map(); // per block: {parts: {name: {words, base, upon}}, kind, audience} as both sides know them
  const leaving = new Set(); // blocks whose deletion was sent

  for (const item of list.children) watch(item);
  list.addEventListener("input", (event) => {
    const item = event.target.closest(".note-block");
    if (item && event.target.name) later(item);
  });
  list.addEventListener("change", choose);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  document.querySelector("[data-finish]")?.addEventListener("click", finish);
  addEventListener("online", () => save());
  addEventListener("beforeunload", (event) => {
    if (state.batch || operations().length) event.preventDefault();
  });
  setInterval(listen, LISTEN_EVERY);
  listen();
  show();

  /* What stands in the fields, and what of it the server does not have. */

  function idOf(item) { return item.id.slice("block-".length); }
  function field(item, part) { return form.elements[`${idOf(item)}-${part}`]; }
  function parts(item) {
    const prefix = `${idOf(item)}-`;
    return [...item.querySelectorAll("textarea")].map((area) => area.name.slice(prefix.length));
  }

  function watch(item) {
    const base = Number(field(item, "base")?.value ?? 0);
    const told = { kind: field(item, "kind").value, audience: field(item, "audience")?.value, parts: {} };
    for (const part of parts(item)) told.parts[part] = { words: base ? field(item, part).defaultValue : "", base, upon: null };
    known.set(idOf(item), told);
  }

  function operations() {
    const found = [];
    for (const item of list.children) {
      const id = idOf(item), told = known.get(id);
      if (!told || leaving.has(id)) continue;
      if (id === "new") {
        if (field(item, "text").value.trim()) found.push(addition(item));
        continue;
      }
      for (const part of parts(item)) {
        const text = field(item, part).value, seen = told.parts[part] ??= { words: "", base: 0, upon: null };
        if (text !== seen.words) found.push({ id: uuid(), what: "change", block: id, part, base: seen.base, upon: seen.upon, text });
      }
      const kind = field(item, "kind").value, audience = field(item, "audience")?.value;
      if (kind !== told.kind || audience !== told.audience) found.push({ id: uuid(), what: "set", block: id, kind, audience });
    }
    return found;
  }

  function addition(item) {
    const block = form.elements["new-id"].value;
    const before = item.previousElementSibling;
    return {
      id: uuid(), what: "add", block, after: before ? idOf(before) : "last", kind: field(item, "kind").value,
      audience: field(item, "audience").value, text: field(item, "text").value,
    };
  }

  /* Saving: one batch at a time; the same batch again until the server has answered. */

  function later(item) {
    tell(item, "");
    show();
    if (!state.batch) saveSoon(); // a batch that failed has its own time to be sent again
  }

  async function save(extra = []) {
    if (extra.length) (state.extra ??= []).push(...extra);
    if (state.busy) return;
    clearTimeout(state.timer);
    if (!state.batch) {
      const found = [...operations(), ...(state.extra ?? [])];
      state.extra = [];
      if (!found.length) return show();
      state.batch = { operations: found, since: state.change };
    }
    state.busy = true;
    show();
    const answer = await send(state.batch);
    state.busy = false;
    if (answer.told) saved(answer.told);
    else failed(answer);
    show();
    if (answer.told && (operations().length || state.extra?.length)) saveSoon();
  }

  function saveSoon() {
    clearTimeout(state.timer);
    state.timer = setTimeout(save, SAVE_AFTER);
  }

  async function send(batch) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    try {
      const answer = await fetch(form.dataset.notes, { method: "POST", headers, body: JSON.stringify(batch), redirect: "manual" });
      if (answer.ok) return { told: await answer.json() };
      if (answer.status === 401 || answer.type === "opaqueredirect") return { trouble: "out", again: true };
      if (answer.status >= 500 || answer.status === 429) return { trouble: "here", again: true };
      const refused = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
      return { trouble: "refused", message: refused.refused, block: refused.block, again: Boolean(refused.handed_in) };
    } catch {
      return { trouble: "here", again: true };
    }
  }

  function failed(answer) {
    state.trouble = answer.trouble;
    state.message = answer.message;
    if (answer.again) {
      clearTimeout(state.timer);
      state.timer = setTimeout(save, state.retry);
      state.retry = Math.min(state.retry * 2, RETRY_MOST);
    } else {
      state.batch = null;
      leaving.clear();
      for (const item of list.children) item.hidden = false;
    }
  }

  function saved(told) {
    const batch = state.batch;
    state.batch = null;
    state.trouble = "";
    state.retry = RETRY_FIRST;
    for (const block of told.blocks) server.set(block.id, block);
    const results = new Map(told.results.map((one) => [one.id, one]));
    for (const sent of batch.operations) settle(sent, results.get(sent.id));
    take(told);
  }

  function settle(sent, result) {
    if (sent.what === "add") return settleNew(sent, result);
    const item = document.getElementById(`block-${sent.block}`), told = known.get(sent.block);
    if (sent.what === "delete") {
      leaving.delete(sent.block);
      if (result.outcome === "kept" && item) {
        item.hidden = false;
        tell(item, words.kept);
      } else item?.remove();
    }
    if (!item || !told) return;
    if (sent.what === "set") Object.assign(told, { kind: sent.kind, audience: sent.audience });
    if (sent.what !== "change") return;
    if (result.outcome === "beside") return settleBeside(item, sent, result);
    const merged = result.outcome === "merged";
    told.parts[sent.part] = { words: sent.text, base: result.version, upon: merged ? sent.id : null };
    if (merged) tell(item, words.merged);
  }

  /* The new block got its own name; an empty one takes its place at the end. */
  function settleNew(sent, result) {
    const item = document.getElementById("block-new"), fresh = item.cloneNode(true);
    const focused = document.activeElement;
    rename(item, "new", sent.block);
    const rest = document.getElementById("note-more").content.cloneNode(true);
    rename(rest, "new", sent.block);
    for (const hint of item.querySelectorAll(".hint")) hint.remove();
    const audience = item.querySelector(".note-pick");
    rest.querySelector("select").value = audience.querySelector("select").value;
    audience.remove();
    const hidden = ["block", `${sent.block}-base`, `${sent.block}-was`].map((name, place) => input(name, [sent.block, result.version, `${sent.kind} ${sent.audience}`][place]));
    item.querySelector(".note-tools").append(...hidden, rest);
    known.set(sent.block, { kind: sent.kind, audience: sent.audience, parts: {} });
    for (const part of parts(item)) known.get(sent.block).parts[part] = { words: part === "text" ? sent.text : "", base: result.version, upon: null };
    form.elements["new-id"].value = uuid();
    fresh.querySelector("textarea").value = "";
    fresh.dataset.kind = fresh.querySelector("select").value = sent.kind;
    for (const old of fresh.querySelectorAll(".note-told")) old.remove();
    list.append(fresh);
    watch(fresh);
    if (item.contains(focused)) focused.focus();
  }

  /* Somebody wrote in the same place: what this writer wrote is a block of its own now, and the other's stands before it. */
  function settleBeside(item, sent, result) {
    const other = known.get(sent.block), kept = server.get(sent.block);
    rename(item, sent.block, result.beside);
    known.set(result.beside, { kind: other.kind, audience: other.audience, parts: { text: { words: sent.text, base: 1, upon: null } } });
    for (const part of parts(item)) {
      if (part === "text") continue;
      known.get(result.beside).parts[part] = { words: "", base: 1, upon: null };
      field(item, part).value = "";
    }
    known.delete(sent.block);
    if (kept) item.before(made(kept));
    tell(item, words.beside);
  }

  /* What others did. */

  async function listen() {
    if (state.busy || state.batch || document.hidden) return;
    try {
      const since = server.size ? state.change : ""; // at first everything: the order of all blocks
      const answer = await fetch(`${form.dataset.notes}?since=${since}`, { headers: { accept: "application/json" }, redirect: "manual" });
      if (!answer.ok || state.busy || state.batch) return;
      const told = await answer.json();
      for (const block of told.blocks) server.set(block.id, block);
      take(told);
      show();
    } catch { /* the next look may reach it */ }
  }

  function take(told) {
    state.change = told.change;
    state.savedAt = told.saved;
    for (const block of told.blocks) place(block);
    sort();
  }

  function place(block) {
    let item = document.getElementById(`block-${block.id}`);
    if (block.deleted) {
      if (item && !changed(item) && !item.contains(document.activeElement)) item.remove();
      else if (item) leave(item, block);
      return;
    }
    if (!item) {
      list.querySelector("#block-new").before(made(block));
      return;
    }
    const seen = known.get(block.id);
    for (const part of parts(item)) refresh(field(item, part), seen.parts[part] ??= { words: "", base: 0, upon: null }, block.parts[part] ?? "", block.version);
    for (const name of ["kind", "audience"]) {
      const pick = field(item, name);
      if (pick.value === seen[name]) pick.value = block[name];
      seen[name] = block[name];
    }
    item.dataset.kind = field(item, "kind").value;
    field(item, "base").value = block.version;
  }

  /* Somebody deleted the block this writer is in: it stays until they leave it, and comes back if they write. */
  function leave(item, block) {
    tell(item, words.gone);
    item.addEventListener("focusout", () => setTimeout(() => {
      if (server.get(block.id).deleted && !changed(item) && !item.contains(document.activeElement)) item.remove();
    }), { once: true });
  }

  /* A field nobody touched takes the server's words; one that was touched keeps its own until they are sent. */
  function refresh(area, seen, text, version) {
    if (area.value !== seen.words) return;
    if (text !== area.value) {
      const { selectionStart: from, selectionEnd: to, value: before } = area;
      area.value = text;
      if (document.activeElement === area) area.setSelectionRange(moved(from, before, text), moved(to, before, text));
    }
    Object.assign(seen, { words: text, base: version, upon: null });
  }

  function moved(at, before, after) {
    let same = 0;
    while (same < at && before[same] === after[same]) same++;
    return same === at ? at : Math.max(same, at + after.length - before.length);
  }

  function changed(item) {
    const told = known.get(idOf(item));
    return parts(item).some((part) => field(item, part).value !== (told.parts[part]?.words ?? ""));
  }

  function made(block) {
    const item = document.getElementById("block-new").cloneNode(true);
    rename(item, "new", block.id);
    for (const part of item.querySelectorAll(".hint, .note-pick, .note-told")) part.remove();
    const rest = document.getElementById("note-more").content.cloneNode(true);
    rename(rest, "new", block.id);
    const tools = item.querySelector(".note-tools");
    tools.replaceChildren(input("block", block.id), input(`${block.id}-base`, block.version), input(`${block.id}-was`, `${block.kind} ${block.audience}`), rest);
    const told = { kind: block.kind, audience: block.audience, parts: {} };
    for (const area of item.querySelectorAll("textarea")) {
      const part = area.name.slice(block.id.length + 1);
      area.value = block.parts[part] ?? "";
      told.parts[part] = { words: area.value, base: block.version, upon: null };
    }
    item.querySelector(`[name="${block.id}-kind"]`).value = item.dataset.kind = block.kind;
    item.querySelector(`[name="${block.id}-audience"]`).value = block.audience;
    known.set(block.id, told);
    return item;
  }

  /* In the server's order, without moving the block somebody is writing in: focus would be lost. */
  function sort() {
    const last = document.getElementById("block-new");
    const order = [...list.children].filter((item) => item !== last && server.has(idOf(item)));
    if (order.length + 1 < list.children.length) return; // blocks that did not change stand where they stood
    const wanted = [...order].sort((one, other) => Number(BigInt(server.get(idOf(one)).place) - BigInt(server.get(idOf(other)).place)));
    if (wanted.every((item, place) => item === order[place])) return;
    const here = wanted.findIndex((item) => item.contains(document.activeElement));
    wanted.forEach((item, place) => {
      if (here < 0 || place > here) last.before(item);
    });
    if (here >= 0) for (const item of wanted.slice(0, here)) wanted[here].before(item);
  }

  /* Small things. */

  function choose(event) {
    const item = event.target.closest(".note-block"), name = event.target.name ?? "";
    if (!item || item.id === "block-new") {
      if (item && name.endsWith("-kind")) item.dataset.kind = event.target.value;
      return;
    }
    const id = idOf(item), base = known.get(id).parts.text.base;
    if (name.endsWith("-kind")) item.dataset.kind = event.target.value;
    if (name.endsWith("-delete") && event.target.checked) {
      event.target.checked = false;
      leaving.add(id);
      item.hidden = true;
      save([{ id: uuid(), what: "delete", block: id, base }]);
    } else if (name.endsWith("-keep") && event.target.checked) {
      item.querySelector(".note-beside").remove();
      save([{ id: uuid(), what: "restore", block: id }]);
    } else if (name.endsWith("-move") && event.target.value) {
      const after = afterWhich(item, event.target.value);
      event.target.value = "";
      if (after) moveTo(item, id, after);
    } else save();
  }

  function afterWhich(item, where) {
    const before = item.previousElementSibling, behind = item.nextElementSibling;
    if (where === "top" || (where === "up" && !before?.previousElementSibling)) return "first";
    if (where === "up") return idOf(before.previousElementSibling);
    return behind && behind.id !== "block-new" ? idOf(behind) : "";
  }

  function moveTo(item, id, after) {
    if (after === "first") list.prepend(item);
    else document.getElementById(`block-${after}`).after(item);
    item.querySelector("textarea").focus();
    save([{ id: uuid(), what: "move", block: id, after }]);
  }

  async function finish(event) {
    if (!state.batch && !operations().length) return;
    event.preventDefault();
    await save();
    if (!state.batch && !operations().length) location.assign(event.target.href);
  }

  function rename(root, from, to) {
    for (const element of [root, ...root.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for"]) {
        const value = element.getAttribute?.(name);
        if (value?.startsWith(`${from}-`)) element.setAttribute(name, to + value.slice(from.length));
        else if (value === `block-${from}`) element.setAttribute(name, `block-${to}`);
      }
      if (element.name === "block" && element.value === from) element.value = to;
    }
  }

  function input(name, value) {
    return Object.assign(document.createElement("input"), { type: "hidden", name, value });
  }

  function tell(item, text) {
    let told = item.querySelector(".note-told");
    if (!text) return told?.remove();
    if (!told) {
      told = Object.assign(document.createElement("p"), { className: "note-told" });
      item.querySelector(".note-tools").before(told);
    }
    told.textContent = text;
  }

  function show() {
    const waiting = state.batch || operations().length || state.extra?.length;
    const [look, text] = state.trouble
      ? [state.trouble === "refused" ? "refused" : "here", state.trouble === "refused" ? `${words.refused} ${state.message ?? ""}` : words[state.trouble]]
      : state.busy ? ["saving", words.saving]
      : waiting ? ["saving", words.typing]
      : state.savedAt ? ["saved", words.saved.replace("%(time)s", state.savedAt)] : [];
    if (text && mark.textContent !== text) mark.textContent = text;
    if (look) mark.className = `saved ${look}`;
  }

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages without https have no randomUUID
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
}
