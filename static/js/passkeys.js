// Say it on the page when a passkey was not used; django-allauth only writes it to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.getElementById("passkey-failed");
  if (!said) return;
  said.hidden = true;
  requestAnimationFrame(() => { said.hidden = false; });
});
