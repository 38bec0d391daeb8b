// A slider beside its number field: moving one moves the other, the field alone is sent. CSS hides it without scripts.
document.addEventListener("input", ({ target }) => {
  (document.getElementById(target.dataset.mirrors || "") || {}).value = target.value;
}, true);
