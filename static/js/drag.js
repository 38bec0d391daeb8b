// A row dragged onto another: its own form sends before which one it goes. Buttons do the same without a mouse.
{
  let form;
  const place = ({ target }) => form && target.closest?.("[data-place]");
  document.addEventListener("dragstart", ({ target }) => { form = document.getElementById(target.closest?.("[data-drag]")?.dataset.drag || ""); });
  document.addEventListener("dragover", (event) => place(event) && event.preventDefault());
  document.addEventListener("drop", (event) => (form.elements.before.value = place(event).dataset.place) && form.requestSubmit());
}
