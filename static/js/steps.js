// One question at a time on a phone, one practice at a time on a wide screen. Without this script all stand below each other.
(function () {
  "use strict";
  const bar = document.getElementById("steps");
  const questions = [...document.querySelectorAll(".answers .question")];
  if (!bar || !questions.length) return;
  const narrow = window.matchMedia("(max-width: 40rem)");
  const [back, next] = bar.children;
  const practices = [...document.querySelectorAll(".practice")];
  let here = questions[0];
  const step = (by) => {
    if (narrow.matches) return questions[questions.indexOf(here) + by];
    return practices[practices.indexOf(here.closest(".practice")) + by]?.querySelector(".question");
  };
  const show = (question) => {
    here = question;
    const practice = here.closest(".practice");
    const last = [...practice.querySelectorAll(".question")].pop();
    for (const one of practices) one.classList.toggle("off", one !== practice);
    for (const one of questions) one.classList.toggle("off", narrow.matches && one !== here);
    for (const one of document.querySelectorAll(".comment")) one.classList.toggle("off", narrow.matches && here !== last);
    back.hidden = !step(-1);
    next.hidden = !step(1);
    document.querySelector(".answers > .actions").classList.toggle("off", Boolean(step(1)));
  };
  const go = (question) => {
    show(question);
    here.tabIndex = -1;
    here.focus({ preventScroll: true });
    here.closest(".practice").scrollIntoView();
  };
  const named = () => questions.find((one) => "#" + one.id === window.location.hash);
  back.addEventListener("click", () => go(step(-1)));
  next.addEventListener("click", () => go(step(1)));
  document.querySelector(".answers").addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && event.target.matches("input") && step(1) && (event.preventDefault(), go(step(1))));
  document.addEventListener("show", (event) => go(event.target.closest(".practice").contains(event.target) && event.target.matches(".question") ? event.target : here));
  narrow.addEventListener("change", () => show(here));
  window.addEventListener("hashchange", () => named() && go(named()));
  bar.hidden = false;
  const open = (one) => one.querySelector(".problem:not(:empty)") || !one.querySelector(":checked");
  show(named() || questions.find((one) => one.querySelector(".problem:not(:empty)")) || questions.find(open) || here);
})();
