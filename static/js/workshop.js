// A workshop: send a vote until it is stored and say so, count the server's clock down, let a presenter go on.
(function () {
  "use strict";
  let waiting = null; // the one vote that is not confirmed; a later choice takes its place
  let last = null; // what was said of the latest vote
  // A poll may put another form in the place of the one that was used, drawn before the vote was stored: whatever is
  // said goes to the form that is there now, with the choice.
  const say = (vote, kind, text) => {
    last = { vote, kind, text };
    const form = [...document.querySelectorAll("[data-vote]")].find((one) =>
      ["item", "round"].every((name) => new FormData(one).get(name) === vote.body.get(name)));
    if (!form) return;
    for (const one of form.querySelectorAll("[name=level]")) one.checked = vote.body.getAll("level").includes(one.value);
    Object.assign(form.querySelector(".vote-state"), { textContent: text }).dataset.kind = kind;
  };
  const send = async (vote, failures) => {
    if (waiting !== vote) return;
    const again = () => setTimeout(() => send(vote, failures + 1), Math.min(2 ** failures, 8) * (500 + 1000 * Math.random()));
    try {
      const headers = { "HX-Request": "true" };
      const response = await fetch(vote.url, { method: "POST", headers, body: vote.body, signal: AbortSignal.timeout(10000) });
      if (response.status >= 500) throw new Error(response.status);
      const isStored = response.headers.has("X-Stored"), refused = isStored ? "" : await response.text();
      if (waiting !== vote) return;
      waiting = null;
      say(vote, isStored ? "good" : "bad", isStored ? vote.words.stored : refused);
    } catch {
      if (waiting === vote) say(vote, "bad", vote.words.retry);
      again();
    }
  };
  document.addEventListener("change", ({ target }) => {
    const form = target.closest("[data-vote]");
    if (!form) return;
    waiting = { words: form.dataset, url: form.action, body: new URLSearchParams(new FormData(form)) };
    say(waiting, "busy", form.dataset.sending);
    send(waiting, 0);
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (last && (waiting === last.vote || !document.querySelector("[data-vote] :checked"))) say(last.vote, last.kind, last.text);
  });
  document.addEventListener("submit", (event) => event.target.matches("[data-vote]") && event.preventDefault());
  window.addEventListener("beforeunload", (event) => waiting && event.preventDefault());
  const started = new WeakMap(); // seconds come from the server; from there the device only measures what passes
  setInterval(() => {
    for (const clock of document.querySelectorAll("[data-seconds]")) {
      if (!started.has(clock)) started.set(clock, performance.now());
      const left = Math.max(0, Math.round(clock.dataset.seconds - (performance.now() - started.get(clock)) / 1000));
      clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
      clock.classList.toggle("over", left === 0);
    }
  }, 500);
  document.addEventListener("keydown", (event) => {
    const next = document.querySelector("[data-next]");
    if (event.key !== "PageDown" || !next || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    next.click();
  });
  document.documentElement.classList.add("scripted");
})();
