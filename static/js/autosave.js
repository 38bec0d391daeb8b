// Saves what is said as it is said, and tells the truth about it. Each change goes into the queue of this device first
// (queue.js) and leaves it when the server confirms that it is stored; until then it is sent again and again.
(function () {
  "use strict";
  const status = document.getElementById("save-status");
  if (!status) return;
  const words = status.dataset; // every sentence comes with the page, in its language
  const waiting = new Map(); // by part: the change that is not confirmed
  const held = new Set(); // parts that wait for the person
  const known = new Map(); // by part: what was last queued, or shown when the page came
  const parts = new Map([...document.querySelectorAll("[data-save]")].map((element) => [element.dataset.part, element]));
  let trouble = "", failures = 0, timer = null, running = null, typing = null, fragile = false, savedAt = "";

  const ticks = (one) => /radio|checkbox/.test(one.type), inputs = (element) => [...element.querySelectorAll("input:not([type=hidden]), textarea")];
  const version = (element) => element.querySelector("[name^=version-]");
  const read = (element) =>
    Object.fromEntries(inputs(element).filter((one) => !ticks(one) || one.checked).map((one) => [one.name, one.value]));
  // dir=auto takes Chromium quadratic time: minutes for ten megabytes. Nor may it put such a text back on a reload.
  const settle = (one, text) => text.length > 1e5 && Object.assign(one, { dir: "ltr", autocomplete: "off" });
  const write = (element, fields) => {
    for (const one of inputs(element)) {
      if (ticks(one)) one.checked = fields[one.name] === one.value;
      else settle(one, (one.value = fields[one.name] || ""));
    }
    known.set(element.dataset.part, JSON.stringify(read(element)));
  };
  for (const element of parts.values()) known.set(element.dataset.part, JSON.stringify(read(element)));
  const say = (text, kind) => {
    status.dataset.kind = kind;
    status.closest(".savebar").hidden = !text;
    if (status.textContent !== text) status.textContent = text;
  };
  const tell = () => {
    const sending = [...waiting.keys()].some((part) => !held.has(part));
    if (sending) return trouble ? say(trouble, "bad") : say(words.saving, "busy");
    if (held.size) return say(words.held.replace("{n}", held.size), "bad");
    if (savedAt) say(words.saved.replace("{time}", savedAt), "good");
  };
  const place = (part) => {
    if (parts.has(part)) return parts.get(part).querySelector(".problem");
    const id = "elsewhere-" + part;
    const found = document.getElementById(id) || Object.assign(document.createElement("div"), { id, className: "problem" });
    document.getElementById("save-elsewhere").append(found);
    return found;
  };
  const hold = (part, html) => {
    held.add(part);
    place(part).innerHTML = html;
  };
  const release = (part) => held.delete(part) && (place(part).textContent = "");
  const lacks = (element) => {
    const long = inputs(element).find((one) => one.value.length > Number(one.dataset.limit || Infinity));
    if (long) return words.long.replace("{limit}", long.dataset.limit).replace("{n}", long.value.length);
    const why = element.querySelector(".why input");
    const missing = why && element.querySelector("[value=na]:checked") && !why.value.trim();
    if (why) why.setAttribute("aria-invalid", Boolean(missing));
    return missing ? words.reason : "";
  };
  const queue = (element) => {
    const part = element.dataset.part, before = waiting.get(part), fields = read(element);
    if (known.get(part) === JSON.stringify(fields)) return;
    known.set(part, JSON.stringify(fields));
    const replaces = before ? before.replaces.concat(before.tried ? before.key : []) : [version(element).value];
    const key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16).padStart(8, "0")).join("-");
    const entry = { seat: words.seat, part, url: element.dataset.save, fields, key, replaces };
    waiting.set(part, entry);
    release(part);
    if (lacks(element)) hold(part, lacks(element));
    tell();
    window.unsent.put(entry).then((kept) => (fragile = !kept));
    send();
  };
  const forget = (entry, stored) => {
    if (parts.has(entry.part)) version(parts.get(entry.part)).value = stored;
    if (waiting.get(entry.part) === entry) waiting.delete(entry.part);
    window.unsent.drop(entry);
  };
  const post = (entry, keepalive) => {
    const token = (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || ""; // a new sign-in changes it
    const body = { ...entry.fields, seat: entry.seat, change: entry.key, replaces: entry.replaces.join(" "), page: words.page };
    const headers = { "HX-Request": "true", "X-CSRFToken": token };
    entry.tried = true;
    return fetch(entry.url, { method: "POST", headers, body: new URLSearchParams(body), keepalive, signal: AbortSignal.timeout(15000) });
  };
  const deliver = async (entry) => {
    let response, text;
    try {
      response = await post(entry, false);
      text = await response.text();
    } catch {
      return words.offline;
    }
    if (response.ok && response.headers.has("X-Version")) {
      forget(entry, response.headers.get("X-Version"));
      document.getElementById("progress-line").innerHTML = text;
      savedAt = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    } else if ([409, 422].includes(response.status)) {
      if (waiting.get(entry.part) === entry) hold(entry.part, text);
    } else return response.status < 500 ? words.signedout : words.server;
    return "";
  };
  const work = async () => {
    clearTimeout(timer);
    let entry;
    while ((entry = [...waiting.values()].find((one) => !held.has(one.part)))) {
      trouble = await deliver(entry);
      tell();
      if (!trouble) continue;
      failures = Math.min(failures + 1, 5);
      timer = setTimeout(send, 2 ** failures * (500 + 1000 * Math.random()));
      return;
    }
    failures = 0;
  };
  const send = () => (running = running || work().finally(() => (running = null)));
  const typed = () => {
    const element = typing;
    clearTimeout(element && element.typing);
    typing = null;
    if (element) queue(element);
  };
  const leave = () => {
    typed();
    for (const entry of waiting.values()) if (!held.has(entry.part)) post(entry, true).catch(() => {});
  };
  const loaded = window.unsent.all(words.seat).then((entries) => {
    for (const entry of entries) {
      waiting.set(entry.part, { ...entry, tried: true });
      if (parts.has(entry.part)) write(parts.get(entry.part), entry.fields);
      if (parts.has(entry.part) && lacks(parts.get(entry.part))) hold(entry.part, lacks(parts.get(entry.part)));
    }
    tell();
    send();
  });
  document.addEventListener("input", (event) => {
    const element = event.target.closest("[data-save]");
    if (!element || ticks(event.target)) return;
    settle(event.target, event.target.value);
    if (typing !== element) typed();
    clearTimeout(element.typing);
    typing = element;
    element.typing = setTimeout(typed, 600);
  });
  document.addEventListener("change", (event) => {
    const element = event.target.closest("[data-save]");
    if (!element) return;
    typed();
    loaded.then(() => queue(element));
    // Whoever ticks with a pointer writes next; a keyboard on its way through the choices stays among them.
    if (event.target.matches("[value=na]:checked:not(:focus-visible)")) element.querySelector(".why input").focus();
  });
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-keep]");
    if (!choice) return;
    const { keep, part, stored, fields } = choice.dataset, entry = waiting.get(part);
    release(part);
    if (keep === "mine") window.unsent.put(Object.assign(entry, { replaces: [...entry.replaces, stored] }));
    else forget(entry, stored);
    if (keep !== "mine" && parts.has(part)) write(parts.get(part), JSON.parse(fields));
    tell();
    send();
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches(".answers") || form.dataset.sure) return;
    event.preventDefault();
    typed();
    await send();
    await new Promise((resolve) => setTimeout(resolve)); // a form cannot be sent while it tells that it is being sent
    const first = [...waiting.keys()].find((part) => parts.has(part));
    if (first) return parts.get(first).dispatchEvent(new CustomEvent("show", { bubbles: true }));
    if (waiting.size) return;
    form.dataset.sure = "yes";
    form.requestSubmit(event.submitter);
    delete form.dataset.sure;
  });
  window.addEventListener("online", send);
  window.addEventListener("pagehide", leave);
  window.addEventListener("beforeunload", (event) => fragile && waiting.size && event.preventDefault());
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : send()));
})();
