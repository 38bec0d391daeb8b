// Polling: rest while the tab is hidden, say so when the connection is gone, ask less often until it is back.
(function () {
  "use strict";
  const misses = new WeakMap();
  const poller = (event) => (event.target instanceof Element && event.target.matches("[data-poll]") ? event.target : null);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const element = poller(event);
    if (!element) return;
    const missed = misses.get(element) || 0;
    const skip = missed > 0 && Math.random() > 1 / Math.min(missed + 1, 8);
    if (document.hidden || skip) event.preventDefault();
  });
  const missed = (event) => {
    const element = poller(event);
    if (!element) return;
    misses.set(element, (misses.get(element) || 0) + 1);
    element.classList.add("is-offline");
  };
  document.addEventListener("htmx:sendError", missed);
  document.addEventListener("htmx:timeout", missed);
  document.addEventListener("htmx:responseError", missed);
  document.addEventListener("htmx:afterOnLoad", (event) => {
    const element = poller(event);
    if (!element || event.detail.failed) return;
    misses.delete(element);
    element.classList.remove("is-offline");
  });
})();
