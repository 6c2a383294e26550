// A form from the study file: hides what is not asked, says what the server does not have yet.
// The form works without it. Nothing typed is kept in the browser's storage.
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  const offline = document.getElementById("offline");
  const signedOut = document.getElementById("signed-out");
  const waiting = new Set();
  let onTheWay = [];
  let leaving = false;

  const showWhatIsAsked = () => {
    for (const told of document.querySelectorAll("[data-shows]")) {
      const shown = document.getElementById(told.dataset.shows);
      if (shown) shown.hidden = told.dataset.asked === "no";
    }
    document.body.classList.add("scripted");
  };
  const say = (which) => {
    for (const line of [offline, signedOut]) {
      if (!line) continue;
      line.hidden = line !== which;
      line.querySelector("[data-count]").textContent = waiting.size;
    }
  };
  const shownNow = () => [offline, signedOut].find((line) => line && !line.hidden);

  showWhatIsAsked();
  if (!form) return;

  form.addEventListener("input", (typed) => {
    if (typed.target.name) waiting.add(typed.target.name);
    if (shownNow()) say(shownNow());
  });
  form.addEventListener("htmx:beforeRequest", (asked) => {
    // What is being saved needs no draft, and its answer would be for the page that comes next.
    if (leaving) asked.preventDefault();
    onTheWay = [...waiting];
  });
  form.addEventListener("htmx:beforeOnLoad", (told) => {
    if (told.detail.xhr.status === 200) return;
    told.preventDefault();
    say(signedOut);
  });
  form.addEventListener("htmx:afterRequest", (told) => {
    if (!told.detail.successful) return;
    for (const name of onTheWay) waiting.delete(name);
    say(null);
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    form.addEventListener(failure, () => say(offline));
  }
  document.addEventListener("htmx:afterSettle", showWhatIsAsked);
  // After signing in again the page's token is an old one. A fresh one is taken only from a page
  // that was made for the same person in the same role: nobody else's draft becomes one's own.
  const takeFreshToken = async () => {
    const answer = await fetch(form.action, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const same = fresh.querySelector("form[data-draft]");
    if (!same || same.dataset.who !== form.dataset.who) return false;
    form.elements.csrfmiddlewaretoken.value = same.elements.csrfmiddlewaretoken.value;
    return true;
  };
  const again = async () => {
    if (!shownNow() || !waiting.size) return;
    const ready = shownNow() !== signedOut || (await takeFreshToken().catch(() => false));
    if (ready) htmx.trigger(form, "retry");
  };
  window.addEventListener("online", again);
  window.setInterval(again, 5000);
  form.addEventListener("submit", () => {
    leaving = true;
    htmx.trigger(form, "htmx:abort");
  });
  // A page that is gone back to, since the network failed, keeps drafts again.
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (left) => {
    if (waiting.size && !leaving) left.preventDefault();
  });
})();
