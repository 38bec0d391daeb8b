// Polling: rest while the tab is hidden, say so when the connection is gone, ask less often until it is back.
{
  const misses = new WeakMap();
  const on = (name, act) =>
    document.addEventListener(`htmx:${name}`, (event) => event.target.matches?.("[data-poll]") && act(event, event.target));
  on("beforeRequest", (event, element) => {
    const missed = misses.get(element) || 0;
    const skip = missed > 0 && Math.random() > 1 / Math.min(missed + 1, 8);
    if (document.hidden || skip) event.preventDefault();
  });
  for (const name of ["sendError", "timeout", "responseError"]) on(name, (event, element) => {
    misses.set(element, (misses.get(element) || 0) + 1);
    element.classList.add("is-offline");
  });
  on("afterOnLoad", (event, element) => {
    if (event.detail.failed) return;
    misses.delete(element);
    element.classList.remove("is-offline");
  });
}
