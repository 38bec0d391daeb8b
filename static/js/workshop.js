// A workshop: send a vote until it is stored and say so, count the server's clock down, let a presenter go on.
(function () {
  "use strict";
  const say = (form, kind, text) => {
    const line = form.querySelector(".vote-state");
    line.dataset.kind = kind;
    line.textContent = text;
  };
  let waiting = null; // the one vote that is not confirmed; a later choice takes its place
  const send = async (vote, failures) => {
    if (waiting !== vote) return;
    const again = () => setTimeout(() => send(vote, failures + 1), Math.min(2 ** failures, 8) * (500 + 1000 * Math.random()));
    try {
      const headers = { "HX-Request": "true" };
      const response = await fetch(vote.url, { method: "POST", headers, body: vote.body, signal: AbortSignal.timeout(10000) });
      if (response.headers.has("X-Stored")) say(vote.form, "good", vote.form.dataset.stored);
      else if (response.status < 500) say(vote.form, "bad", await response.text());
      else throw new Error(response.status);
      if (waiting === vote) waiting = null;
    } catch {
      if (waiting === vote) say(vote.form, "bad", vote.form.dataset.retry);
      again();
    }
  };
  document.addEventListener("change", ({ target }) => {
    const form = target.closest("[data-vote]");
    if (!form) return;
    waiting = { form, url: form.action, body: new URLSearchParams(new FormData(form)) };
    say(form, "busy", form.dataset.sending);
    send(waiting, 0);
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
