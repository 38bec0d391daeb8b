// A truthful status line for answers that are saved as they are chosen. A choice that has not reached the server stays
// on the page and is sent again until it has; leaving the page meanwhile asks first.
(function () {
  "use strict";
  const RETRY_MS = 5000;
  const status = document.getElementById("save-status");
  if (!status) return;
  const waiting = new Set(); // parts of the form whose latest choice has not reached the server
  const refused = new Set(); // parts the server has refused, for example for want of a reason
  let timer = null;

  const part = (event) => (event.target instanceof Element && event.target.matches("[data-autosave]") ? event.target : null);
  const say = (text, kind) => {
    status.dataset.kind = kind;
    if (status.textContent !== text) status.textContent = text;
  };
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const problem = (element, text) => {
    const line = element.querySelector(".problem");
    if (line) line.textContent = text;
  };
  const sendAgain = () => {
    clearTimeout(timer);
    timer = null;
    for (const element of waiting) window.htmx.trigger(element, "retry");
  };
  const later = () => {
    if (timer === null) timer = setTimeout(sendAgain, RETRY_MS);
  };
  const notSaved = (xhr) => {
    if (xhr.status === 403 || xhr.getResponseHeader("HX-Redirect")) return "you are signed out. Sign in again in another tab";
    if (xhr.status === 0) return "no connection";
    return "the server could not store it";
  };

  document.addEventListener("htmx:configRequest", (event) => {
    if (!part(event)) return;
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/); // a new sign-in changes it
    if (token) event.detail.parameters.csrfmiddlewaretoken = token[1];
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = part(event);
    if (!element) return;
    waiting.add(element);
    if (timer === null) say("Saving…", "busy");
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
      refused.add(element);
      problem(element, xhr.responseText);
      return say(xhr.responseText, "bad");
    } else {
      later();
      return say("Not saved: " + notSaved(xhr) + ". Your choice stays here; we try again in 5 s.", "bad");
    }
    if (waiting.size) return later();
    if (refused.size) return say("Saved " + clock() + ". Another answer on this page is not saved yet.", "bad");
    return say("Saved " + clock(), "good");
  });
  window.addEventListener("online", sendAgain);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
  document.querySelector("form.answers").addEventListener("submit", () => waiting.clear()); // the whole page is sent
})();
