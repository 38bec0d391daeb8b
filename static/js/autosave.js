// A truthful status line for answers that are saved as they are chosen. A choice that has not reached the server stays
// on the page and is sent again until it has; leaving the page meanwhile asks first.
(function () {
  "use strict";
  const RETRY_MS = 5000;
  const status = document.getElementById("save-status");
  if (!status) return;
  const waiting = new Map(); // parts whose latest choice has not reached the server, with what went wrong, if anything
  const refused = new Map(); // parts that cannot be stored as they are, with the server's sentence; "" wants a reason
  const WANTS_REASON = "Not saved yet: say in one line why it does not apply here.";
  let timer = null;

  const part = (event) => (event.target instanceof Element && event.target.matches("[data-autosave]") ? event.target : null);
  const say = (text, kind) => {
    status.dataset.kind = kind;
    if (status.textContent !== text) status.textContent = text;
  };
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const wantsReason = (element) =>
    element.querySelector("[value=na]:checked") && !element.querySelector(".why input").value.trim();
  const problem = (element, text) => {
    const line = element.querySelector(".problem");
    if (line) line.textContent = text;
    const reason = element.querySelector(".why input");
    if (reason) reason.setAttribute("aria-invalid", Boolean(wantsReason(element)));
  };
  const sendAgain = () => {
    clearTimeout(timer);
    timer = null;
    for (const element of [...waiting.keys()]) window.htmx.trigger(element, "retry");
  };
  const later = () => {
    if (timer === null) timer = setTimeout(sendAgain, RETRY_MS);
  };
  const notSaved = (xhr) => {
    if (xhr.status === 403 || xhr.getResponseHeader("HX-Redirect")) return "you are signed out. Sign in again in another tab";
    if (xhr.status === 0) return "no connection";
    return "the server could not store it";
  };

  const tell = () => {
    // The worst news first: one unsaved choice outweighs any number of saved ones.
    const wrong = [...waiting.values()].find((text) => text);
    if (wrong) return say("Not saved: " + wrong + ". Your choice stays here; we try again in 5 s.", "bad");
    if (waiting.size) return say("Saving…", "busy");
    const sentence = [...refused.values()].filter(Boolean).pop();
    if (sentence) return say(sentence, "bad");
    if (refused.size) return say(refused.size + (refused.size === 1 ? " choice" : " choices") + " not saved yet.", "bad");
    return say("Saved " + clock(), "good");
  };

  for (const line of document.querySelectorAll(".question .problem:not(:empty)")) refused.set(line.closest("[data-autosave]"), "");

  document.addEventListener("change", (event) => {
    // Whoever ticks with a pointer writes next; a keyboard on its way through the choices stays among them.
    const choice = event.target.closest(".question [value=na]:checked");
    if (choice && !choice.matches(":focus-visible")) choice.closest(".question").querySelector(".why input").focus();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const element = part(event);
    if (!element) return;
    if (wantsReason(element)) {
      event.preventDefault(); // there is nothing to store before the reason is typed
      waiting.delete(element);
      refused.set(element, "");
      problem(element, WANTS_REASON);
      return tell();
    }
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/); // a new sign-in changes it
    if (token) event.detail.parameters.csrfmiddlewaretoken = token[1];
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = part(event);
    if (!element) return;
    if (!waiting.get(element)) waiting.set(element, ""); // a retry keeps its bad news until it has worked
    tell();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    // A login page must not replace the questions while a choice is unsaved.
    if (part(event) && event.detail.xhr.getResponseHeader("HX-Redirect")) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const element = part(event);
    if (!element) return;
    const xhr = event.detail.xhr;
    if (event.detail.successful === true) {
      waiting.delete(element);
      refused.delete(element);
      problem(element, "");
    } else if (xhr.status === 409 || xhr.status === 422) {
      waiting.delete(element);
      refused.set(element, xhr.responseText);
      problem(element, xhr.responseText);
    } else {
      waiting.set(element, notSaved(xhr));
      later();
    }
    tell();
  });
  window.addEventListener("online", sendAgain);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
  document.querySelector("form.answers").addEventListener("submit", (event) => {
    if (![...waiting.values()].some((text) => text)) return waiting.clear(); // the whole page is sent
    event.preventDefault(); // the next page would not come either, and the choices on this one would be gone
    sendAgain();
  });
})();
