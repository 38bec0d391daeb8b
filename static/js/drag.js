// A row dragged onto another: its form sends which one goes before which. Buttons do the same without a mouse.
{
  let form;
  const place = ({ target }) => form && target.closest?.("[data-place]");
  document.addEventListener("dragstart", ({ target }) => { form = document.getElementById(target.closest?.("[data-drag]")?.dataset.drag || ""); if (form?.elements.dragged) form.elements.dragged.value = target.closest("[data-place]").dataset.place; });
  document.addEventListener("dragover", (event) => place(event) && event.preventDefault());
  document.addEventListener("drop", (event) => (form.elements.before.value = place(event).dataset.place) && form.requestSubmit());
}
